import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { packageFile } from '../../src/package-file.ts';
import { sdpCommand, tryRun } from './commands.ts';

/** What Flink's own planner says of a project before anything is applied. */

let root: string;
let folder: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sdp-planned-'));
  folder = join(root, 'project');
  await cp(packageFile('src', 'cli', 'testdata', 'planned'), folder, { recursive: true });
  await cp(packageFile('terraform-modules'), join(folder, 'modules'), { recursive: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** `platform`: one that runs, or none. */
const validate = (platform: string, ...options: readonly string[]) =>
  tryRun(sdpCommand, ['validate', '--chdir', folder, ...options], {
    env: { SDP_DATA: platform, NO_COLOR: '1' },
  });

describe('sdp validate asks Flink’s planner', () => {
  const running = inject('dataFolder');

  it('and says what is wrong, each with its place, as the documentation shows', async () => {
    const { code, output } = await validate(running);
    expect(code).toBe(1);
    const file = packageFile('docs', 'sql.md');
    const page = await readFile(file, 'utf8');
    const block = /(?<=```\n\$ sdp validate\n)[\s\S]*?(?=\n```)/;
    if (process.env['UPDATE_GOLDEN'] !== undefined)
      await writeFile(
        file,
        page.replace(block, () => output.trimEnd()),
      );
    expect(block.exec(await readFile(file, 'utf8'))?.[0]).toBe(output.trimEnd());
  });

  it('which says the same where no platform runs', async () => {
    const sql = join(folder, 'sql', 'jobs', 'totals.sql');
    const before = await validate(running, '--json');
    await writeFile(sql, `${await readFile(sql, 'utf8')}-- Another file, and the same statements.\n`);
    expect(await validate(join(root, 'none'), '--json')).toEqual(before);
    await writeFile(
      sql,
      "CREATE TEMPORARY TABLE shown (customer STRING, total DECIMAL(10, 2)) WITH ('connector' = 'print');\nINSERT INTO shown SELECT customer, price FROM orders WHERE prise > 0;\n",
    );
    const { code, output } = await validate(join(root, 'none'), '--json');
    expect(code).toBe(1);
    expect(JSON.parse(output.slice(output.indexOf('{')))).toMatchObject({
      diagnostics: expect.arrayContaining([
        expect.objectContaining({
          summary: expect.stringContaining("Column 'prise' not found in any table"),
          source: { file: 'sql/jobs/totals.sql', line: 2, column: 60 },
        }),
      ]),
    });
  });

  it('which tells where columns come from, too, as the documentation shows', async () => {
    const { code, output } = await tryRun(
      sdpCommand,
      ['lineage', '--columns', '--chdir', packageFile('examples', 'market-data')],
      { env: { SDP_DATA: running, NO_COLOR: '1' } },
    );
    const page = await readFile(packageFile('docs', 'sql.md'), 'utf8');
    const [block] = /(?<=sdp lineage --columns\n)[\s\S]*?(?=\n```)/.exec(page) ?? [];
    expect({ code, output: output.trimEnd() }).toEqual({ code: 0, output: block });
  });

  it('and is content with what the examples have', async () => {
    const { code, output } = await tryRun(
      sdpCommand,
      ['validate', '--chdir', packageFile('examples', 'market-data')],
      { env: { SDP_DATA: running } },
    );
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('0 errors, 0 warnings.\n') });
  });
});

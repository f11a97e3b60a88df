import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { createProject } from './create-project.ts';
import { readProjectRecord, recordFileName } from './project-record.ts';

const values = {
  project: 'orders',
  modules: '/modules',
  ref: '',
  ci_templates: 'host/sdp-ci',
  ci_ref: '1.0.0',
};
let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'sdp-scaffold-'));
});
afterEach(() => rm(scratch, { recursive: true }));

const create = (
  folder: string,
  project = 'orders',
  layers: readonly ('python-job' | 'terraform-project' | 'first-job')[] = ['python-job'],
) => createProject({ layers, folder, values: { ...values, project }, version: '1.0.0' });

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DiagnosticError)) throw new Error(`not refused: ${String(error)}`);
  return error.diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`).join('\n');
}

describe('a project', () => {
  it('is filled in, also in names of files, and what later steps fill in stays', async () => {
    const folder = join(scratch, 'orders');
    await create(folder);
    expect(await readFile(join(folder, 'pyproject.toml'), 'utf8')).toContain('name = "orders"');
    const deployed = await readFile(join(folder, 'deploy', 'orders.tf'), 'utf8');
    expect(deployed).toContain('"{{uri}}"');
    expect(deployed).not.toContain('{{project}}');
  });

  it('has the first job laid over it', async () => {
    const folder = join(scratch, 'orders');
    const files = await create(folder, 'orders', ['terraform-project', 'first-job']);
    expect(files).toEqual(
      expect.arrayContaining(['main.tf', 'first-job.tf', 'sql/jobs/sensor-averages.sql']),
    );
  });

  it('is made once: the same command again writes nothing, whatever its owners did', async () => {
    const folder = join(scratch, 'orders');
    await create(folder);
    await writeFile(join(folder, 'README.md'), 'ours');
    await rm(join(folder, 'deploy'), { recursive: true });
    expect(await create(folder)).toEqual([]);
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toBe('ours');
    expect(await readdir(folder)).not.toContain('deploy');
  });

  it('is completed where an earlier run was interrupted', async () => {
    const folder = join(scratch, 'orders');
    await create(folder);
    await rm(join(folder, recordFileName));
    await rm(join(folder, 'tests'), { recursive: true });
    const written = await create(folder);
    expect(written).toEqual(['tests/test_temperature.py', recordFileName]);
  });

  it('may be made in a folder of git', async () => {
    await mkdir(join(scratch, '.git'));
    await writeFile(join(scratch, '.git', 'HEAD'), 'ref: refs/heads/main');
    expect(await create(scratch)).toContain('README.md');
  });

  it.each([
    ['other files', 'notes.txt'],
    ['files of its own under names of the scaffold', 'README.md'],
    ['folders of its own', 'data/numbers.csv'],
  ])('is not made in a folder with %s', async (_what, name) => {
    await mkdir(join(scratch, 'data'), { recursive: true });
    await writeFile(join(scratch, name), 'ours');
    expect(await refusal(create(scratch))).toContain('is not empty: It has ');
    expect(await readdir(scratch)).not.toContain('pyproject.toml');
  });

  it('is not made over another', async () => {
    await create(scratch);
    expect(await refusal(create(scratch, 'payments'))).toContain(
      'It is the project orders, made as python-job',
    );
  });

  it('is not made where a file is', async () => {
    await writeFile(join(scratch, 'file'), '');
    expect(await refusal(create(join(scratch, 'file')))).toContain('It is a file.');
  });

  it.each(['Orders', 'a_b', '-a', '', 'a'.repeat(64)])('is not named %j', async (name) => {
    expect(await refusal(create(join(scratch, 'x'), name))).toContain('is no project name');
  });
});

describe('the record of a project', () => {
  it.each([
    ['is no JSON', '{'],
    [
      'names a file elsewhere',
      JSON.stringify({
        version: '1',
        layers: ['java-job'],
        values: {},
        files: { '../../x': 'a'.repeat(64) },
      }),
    ],
    [
      'names a file by its root',
      JSON.stringify({ version: '1', layers: ['java-job'], values: {}, files: { '/etc/x': 'a'.repeat(64) } }),
    ],
    [
      'names an unknown scaffold',
      JSON.stringify({ version: '1', layers: ['go-job'], values: {}, files: {} }),
    ],
  ])('is refused when it %s', async (_what, text) => {
    await writeFile(join(scratch, recordFileName), text);
    expect(await refusal(readProjectRecord(scratch))).toContain(`${recordFileName} cannot be read`);
  });
});

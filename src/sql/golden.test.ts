import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fillParameters } from './parameters.ts';
import { SourceFile } from './position.ts';
import { buildCatalog } from './revision.ts';
import { hashRevision } from './revision-content.ts';
import { splitStatements } from './statements.ts';

/* These pairs are read by the runner's tests too: both sides split, fill and hash alike. Update with `vitest -u`. */

const testdata = new URL('testdata/', import.meta.url);
const values: unknown = readJson('parameters/values.json');

test.each(inputs('splits'))('splits %s', async (name) => {
  const source = readSource('splits', name);
  const split = splitStatements(source);
  const lines = split.value?.map(({ line, column, inSet, text }) => ({ line, column, inSet, text }));
  const actual = toLines(lines ?? split.diagnostics.map(({ source: at }) => ({ error: place(at) })));
  await expect(actual).toMatchFileSnapshot(`testdata/splits/${name}.output.jsonl`);
});

test.each(inputs('parameters'))('fills in %s', async (name) => {
  const source = readSource('parameters', name);
  const statements = splitStatements(source).value ?? [];
  const filled = statements.map((statement) => fillParameters(source, statement, strings(values)));
  const lines = filled.map(({ text, diagnostics }) => {
    const first = diagnostics.find(({ severity }) => severity === 'error');
    return first === undefined ? { text } : { reason: first.reason, error: place(first.source) };
  });
  await expect(toLines(lines)).toMatchFileSnapshot(`testdata/parameters/${name}.output.jsonl`);
});

test('hashes as the golden revision says', () => {
  const golden = strings(readJson('revision.golden.json'));
  const { name, hash, ...data } = golden;
  expect(hashRevision(data)).toBe(hash);
  expect(name?.endsWith(`-sql-${hash?.slice(0, 12)}`)).toBe(true);
});

test('a catalog for many jobs is as the golden one says', async () => {
  const text = `CREATE VIEW größte AS SELECT MAX(id) AS id FROM größe;
CREATE TABLE größe (id STRING)\r\nWITH ('connector' = '\${connector}');`;
  const { value } = buildCatalog([{ path: 'sql/ddl/out.sql', text }]);
  const { data } = { ...value?.content } as { data?: Record<string, string> };
  const golden = { name: `team-${value?.hash.slice(0, 12)}`, hash: value?.hash, ...data };
  await expect(`${JSON.stringify(golden, undefined, 2)}\n`).toMatchFileSnapshot(
    'testdata/catalog.golden.json',
  );
});

function inputs(folder: string): string[] {
  return readdirSync(new URL(`${folder}/`, testdata))
    .filter((file) => file.endsWith('.input.sql'))
    .map((file) => file.slice(0, -'.input.sql'.length));
}

function readSource(folder: string, name: string): SourceFile {
  return new SourceFile(name, readFileSync(new URL(`${folder}/${name}.input.sql`, testdata), 'utf8'));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, testdata), 'utf8'));
}

function strings(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(Object(value)).map(([key, text]) => [key, String(text)]));
}

function place(position: { line?: number; column?: number } | undefined) {
  return { line: position?.line, column: position?.column };
}

function toLines(lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

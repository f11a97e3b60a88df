import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SourceFile } from './position.ts';
import { splitStatements } from './statements.ts';

/** Pieces of a statement, each of which would mislead a splitter that looks for semicolons, quotes or comments. */
const piece = fc.oneof(
  fc.constantFrom(
    'SELECT',
    'INSERT',
    'a',
    'END',
    'CASE',
    '1.5e3',
    '(',
    ')',
    ',',
    '=',
    '-',
    '/',
    '${p:x;y}',
    '/*+ H */',
  ),
  fc.string().map((text) => `'${text.replaceAll("'", "''")}'`),
  fc.string().map((text) => `\`${text.replaceAll('`', '``')}\``),
  fc.string().map((text) => `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`),
);
/** What may stand between pieces and statements. */
const gap = fc.oneof(
  fc.constantFrom(' ', '\n', '\r\n', '\t', ' /**/ '),
  fc.string().map((text) => ` /* ${text.replaceAll('*/', '').replaceAll(/\*+$/g, '')} */ `),
  fc.string().map((text) => ` --${text.replaceAll(/[\r\n]/g, '')}\n`),
  fc.string().map((text) => ` //${text.replaceAll(/[\r\n]/g, '')}\n`),
);
const statement = fc
  .tuple(
    fc.constantFrom('SELECT', 'INSERT', 'SET', 'CREATE'),
    fc.array(fc.tuple(gap, piece), { maxLength: 8 }),
  )
  .map(([first, rest]) => first + rest.map(([space, text]) => space + text).join(''));
const gaps = fc.array(gap, { maxLength: 3 }).map((texts) => texts.join(''));

function split(text: string) {
  const result = splitStatements(new SourceFile('x.sql', text));
  expect(result.diagnostics).toEqual([]);
  return result.value ?? [];
}

test('finds the statements that were joined, whatever they and the gaps between them hold', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(gaps, statement, gaps)), (parts) => {
      const text = parts.map(([before, inner, after]) => `${before}${inner}${after};`).join('');
      expect(split(text).map((found) => found.text)).toEqual(parts.map(([, inner]) => inner));
    }),
  );
});

test('a set changes nothing but the mark', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(gaps, statement), { minLength: 1 }), fc.boolean(), (parts, old) => {
      const inner = parts.map(([before, text]) => `${before}${text};`).join('');
      const text = `${old ? 'begin statement set;' : 'EXECUTE STATEMENT SET BEGIN '}${inner} END;`;
      const found = split(text);
      expect(found.map((one) => one.text)).toEqual(parts.map(([, one]) => one));
      expect(found.every((one) => one.inSet)).toBe(true);
    }),
  );
});

test('every statement is where it says, and nothing but gaps and semicolons lies between', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(gaps, statement)), (parts) => {
      const source = new SourceFile('x.sql', parts.map(([before, text]) => `${before}${text};`).join(''));
      for (const found of split(source.text)) {
        expect(source.text.startsWith(found.text, found.offset)).toBe(true);
        expect(source.offsetOf(found.line, found.column)).toBe(found.offset);
      }
    }),
  );
});

const misleading = [
  "'",
  '`',
  '"',
  '/',
  '*',
  '-',
  '+',
  ';',
  '\n',
  '\r',
  '$',
  '{',
  '}',
  ' ',
  'e',
  'E',
  'a',
  '1',
  '.',
];
const anyText = fc.string({ unit: fc.constantFrom(...misleading, 'END', 'BEGIN STATEMENT SET;') });

test('any text at all is split in order, or refused with a position', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const result = splitStatements(new SourceFile('x.sql', text));
      const ends = [0, ...(result.value ?? []).map((found) => found.offset + found.text.length)];
      const inOrder = (result.value ?? []).every((found, index) => found.offset >= (ends[index] ?? 0));
      const placed = result.diagnostics.every(({ source }) => (source?.line ?? 0) > 0);
      expect(inOrder && placed && (result.value !== undefined || result.diagnostics.length > 0)).toBe(true);
    }),
  );
});

test.each([
  ['Latin-1', Buffer.from("SELECT 'n\xe4me'", 'latin1'), 1, 10],
  ['UTF-16', Buffer.from('\uFEFFSELECT 1', 'utf16le'), 1, 1],
  ['NUL', Buffer.from('SELECT 1;\nSELECT\0 2'), 2, 7],
])('a file in another encoding is no script: %s', (_, bytes, line, column) => {
  const { value, diagnostics } = splitStatements(new SourceFile('x.sql', bytes.toString()));
  expect(value).toBeUndefined();
  expect(diagnostics).toMatchObject([{ reason: 'SqlEncoding', source: { file: 'x.sql', line, column } }]);
  expect(split('\uFEFFSELECT 1')).toHaveLength(1);
});

test('ten megabytes take no more than a moment', () => {
  const text = `INSERT INTO t SELECT '${"it''s; ".repeat(1_500_000)}';`;
  const start = performance.now();
  expect(split(text)).toHaveLength(1);
  expect(performance.now() - start).toBeLessThan(3000);
});

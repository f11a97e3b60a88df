import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillParameters } from './parameters.ts';
import { SourceFile } from './position.ts';
import { splitStatements } from './statements.ts';
import { tokenize } from './tokens.ts';

function fill(text: string, values: Record<string, string>) {
  const source = new SourceFile('a.sql', text);
  const [statement] = splitStatements(source).value ?? [];
  if (statement === undefined) throw new Error(`no statement in ${text}`);
  return { ...fillParameters(source, statement, values), source };
}

test('no value changes what the statement is made of', () => {
  const text = "SELECT '${v}', `${v}_`, E'a${v}b', x FROM t /*+ OPTIONS('k'='${v}') */";
  const kinds = tokenize(text).tokens.map(({ kind }) => kind);
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("'", '`', '\\', ';', '-', '*', '/', '\n', '$', '{', '}', 'a') }),
      (v) => {
        const filled = fill(text, { v }).text;
        const { tokens, unclosed } = tokenize(filled);
        expect(unclosed).toBeUndefined();
        expect(tokens.map(({ kind }) => kind)).toEqual(kinds);
        const literal = tokens.find(({ kind }) => kind === 'literal');
        expect(filled.slice((literal?.start ?? 0) + 1, (literal?.end ?? 0) - 1).replaceAll("''", "'")).toBe(
          v,
        );
      },
    ),
  );
});

test('outside quotes, a value that passes is one token or a part of one', () => {
  fc.assert(
    fc.property(fc.string(), (v) => {
      const { text, diagnostics } = fill('SELECT ${v} FROM t', { v });
      const plain = /^[A-Za-z0-9_.+-]+$/.test(v) && !v.includes('--') && !v.endsWith('-');
      expect(diagnostics.length === 0).toBe(plain);
      expect(text).toBe(plain ? `SELECT ${v} FROM t` : 'SELECT sdp_unknown_value FROM t');
    }),
  );
});

test('finds the way back to the file', () => {
  const { text, offsetInFile, source } = fill("-- one\nSELECT '${a}', nope\n, more", { a: 'x\ny\nz' });
  expect(source.positionOf(offsetInFile(text.indexOf('nope')))).toEqual({
    file: 'a.sql',
    line: 2,
    column: 16,
  });
  expect(source.positionOf(offsetInFile(text.indexOf('y')))).toEqual({ file: 'a.sql', line: 2, column: 9 });
  expect(source.positionOf(offsetInFile(text.indexOf('more')))).toEqual({
    file: 'a.sql',
    line: 3,
    column: 3,
  });
});

test('names of Object.prototype are no arguments', () => {
  expect(fill("SELECT '${constructor}'", {}).diagnostics[0]?.reason).toBe('SqlParameterMissing');
});

test.each([
  ['db', 'no / divides'],
  ['Db/password', '"Db" is no name'],
  ['db/', '"" is no key'],
  ['a/b/c', '"b/c" is no key'],
  [`${'a'.repeat(254)}/b`, 'is no name'],
])('says what is wrong with a reference to the secret %s, where, and what to write', (reference, seen) => {
  const [problem] = fill(`SELECT 1,\n '\${secret:${reference}}'`, {}).diagnostics;
  expect(problem?.source).toEqual({ file: 'a.sql', line: 2, column: 3 });
  expect(problem?.detail).toContain(seen);
  expect(problem?.detail).toContain('Write ${secret:name/key}');
});

test('a parameter called secret is one like any other', () => {
  expect(fill("SELECT '${secret}'", { secret: 'x' }).text).toBe("SELECT 'x'");
});

import { describe, expect, it } from 'vitest';
import { Expression, quote, writeHcl } from './write-hcl.ts';

describe('a string literal', () => {
  it.each([
    ['plain', '"plain"'],
    ['say "hi" \\ now', '"say \\"hi\\" \\\\ now"'],
    [`\${secrets:a/b:c}`, `"$\${secrets:a/b:c}"`],
    ['%{if x}%', '"%%{if x}%"'],
    ['$x {} 50%', '"$x {} 50%"'],
    ['a\tb\r\nc', '"a\\tb\\r\\nc"'],
    ['\u0000\u200b\u00a0', '"\\u0000\\u200b\\u00a0"'],
    ['größer 漢字', '"größer 漢字"'],
  ])('%j', (text, literal) => {
    expect(quote(text)).toBe(literal);
  });
});

const body = (attributes: Parameters<typeof writeHcl>[0][0]['attributes']) =>
  writeHcl([{ type: 'resource', labels: ['t', 'n'], attributes }])
    .split('\n')
    .slice(1, -2)
    .join('\n');

describe('attributes', () => {
  it('stand below each other with their "=", apart from those of several lines', () => {
    expect(
      body({
        a: 1,
        longer: true,
        none: null,
        map: { 'k.1': 'x', k: [1, 2] },
        list: [],
        z: new Expression('a.b'),
      }),
    ).toBe(`  a      = 1
  longer = true
  map = {
    "k.1" = "x"
    k     = [1, 2]
  }
  list = []
  z    = a.b`);
  });

  it('of whole lines are heredocs, with another mark where the text has it', () => {
    expect(body({ a: `SELECT \${x}\n  'EOT\\'\n`, b: 'one\ntwo' })).toBe(
      `  a = <<EOT\nSELECT $\${x}\n  'EOT\\'\nEOT\n  b = "one\\ntwo"`,
    );
    expect(body({ a: ' EOT\nEOT1\n' })).toContain('<<EOT2\n');
    expect(body({ a: 'x\r\n' })).toBe('  a = "x\\r\\n"');
  });

  it('are lists of a line while they fit', () => {
    expect(body({ a: [{ b: 1 }], c: ['x'.repeat(60), 'y'.repeat(60)] })).toBe(`  a = [
    {
      b = 1
    },
  ]
  c = [
    "${'x'.repeat(60)}",
    "${'y'.repeat(60)}",
  ]`);
  });
});

it('blocks are apart by a line, with what there is to say above them', () => {
  expect(
    writeHcl([
      { type: 'import', attributes: { to: new Expression('a.b'), id: 'x' } },
      { type: 'resource', labels: ['a', 'b'], attributes: {}, comment: ['Why.'] },
    ]),
  ).toBe('import {\n  to = a.b\n  id = "x"\n}\n\n# Why.\nresource "a" "b" {\n}\n');
});

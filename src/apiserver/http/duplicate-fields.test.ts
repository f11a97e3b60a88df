import { expect, test } from 'vitest';
import { findDuplicateFields } from './duplicate-fields.ts';

test.each<[string, string[]]>([
  ['{}', []],
  ['', []],
  ['{"a":1,"b":{"a":2},"c":[{"a":1},{"a":2}]}', []],
  ['{"a":1,"a":2}', ['a']],
  ['{"spec":{"size":1 , "size" :2}}', ['spec.size']],
  ['{"list":[{"a":1},{"a":1,"a":2}],"x":"{\\"a\\":1,\\"a\\":2}"}', ['list[1].a']],
  ['{"a":{"b":1,"b":[{"c":1,"c":1}]},"a":0}', ['a.b', 'a.b[0].c', 'a']],
  ['{"\\u0061":1,"a":2}', ['a']],
])('%s', (json, expected) => {
  expect(findDuplicateFields(json)).toEqual(expected);
});

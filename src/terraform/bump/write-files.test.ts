import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeFiles } from './write-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sdp-write-'));
  writeFileSync(join(folder, 'a.tf'), 'old');
  chmodSync(join(folder, 'a.tf'), 0o640);
});
afterEach(() => rmSync(folder, { recursive: true }));

const a = { path: 'a.tf', before: 'old', after: 'new' };

it('writes all files, with the rights that they had', () => {
  writeFiles(folder, [a, { path: 'b.tf', after: 'b' }]);
  expect(readdirSync(folder)).toEqual(['a.tf', 'b.tf']);
  expect(readFileSync(join(folder, 'a.tf'), 'utf8')).toBe('new');
  expect(statSync(join(folder, 'a.tf')).mode & 0o777).toBe(0o640);
});

it.each(['c.tf', 'missing/c.tf'])('writes none where one cannot be: %s', (path) => {
  // A folder is where the file is to be.
  mkdirSync(join(folder, 'c.tf'));
  expect(() => writeFiles(folder, [a, { path: 'b.tf', after: 'b' }, { path, after: 'c' }])).toThrow(
    'All of them are as they were',
  );
  expect(readdirSync(folder)).toEqual(['a.tf', 'c.tf']);
  expect(readFileSync(join(folder, 'a.tf'), 'utf8')).toBe('old');
});

import { expect, it } from 'vitest';
import { isSet, parallelism, parseArguments, splitApply, valueOf, without } from './terraform-arguments.ts';

it('reads flags with one dash or two, values after = or as the next word, until the first other word', () => {
  const args = parseArguments([
    '-var',
    'a=b c',
    '--target=module.a',
    '-refresh=false',
    '-auto-approve',
    'p',
    '-x',
  ]);
  expect(args.flags.map(({ name, value }) => [name, value])).toEqual([
    ['var', 'a=b c'],
    ['target', 'module.a'],
    ['refresh', 'false'],
    ['auto-approve', undefined],
  ]);
  expect(args.rest).toEqual(['p', '-x']);
  expect([isSet(args, 'refresh'), isSet(args, 'auto-approve'), isSet(args, 'json')]).toEqual([
    false,
    true,
    false,
  ]);
  expect(valueOf(args, 'target')).toBe('module.a');
  expect(without(args, 'target', 'auto-approve')).toEqual(['-var', 'a=b c', '-refresh=false']);
});

it('gives the plan what it is made with, and the apply of it the rest', () => {
  const given =
    '-auto-approve -var a=1 -target=m -lock-timeout 5s -parallelism=3 -no-color -backup=- -json -destroy';
  expect(splitApply(parseArguments(given.split(' ')))).toEqual({
    plan: '-var a=1 -target=m -lock-timeout 5s -no-color -destroy'.split(' '),
    apply: '-lock-timeout 5s -no-color -backup=- -json'.split(' '),
  });
});

it('makes all changes at once, within bounds, unless the user says how many', () => {
  const count = (changes: number, ...args: string[]) => parallelism(parseArguments(args), changes);
  expect([0, 31, 300, 5000].map((changes) => count(changes))).toEqual([
    '-parallelism=30',
    '-parallelism=31',
    '-parallelism=300',
    '-parallelism=512',
  ]);
  expect(count(300, '-parallelism', '4')).toBe('-parallelism=4');
});

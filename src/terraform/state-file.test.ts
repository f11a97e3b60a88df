import { expect, it } from 'vitest';
import { digestsIn, taintedIn } from './state-file.ts';

const kept = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64');
const state = JSON.stringify({
  version: 4,
  resources: [
    {
      module: 'module.a',
      mode: 'managed',
      type: 't',
      name: 'n',
      instances: [
        { status: 'tainted', index_key: 'x', private: kept({ observed: { digest: { runs: true } } }) },
        { index_key: 0, private: kept({ observed: {} }) },
        { index_key: 0, deposed: '1', private: kept({ observed: { digest: {} } }) },
      ],
    },
    { mode: 'managed', type: 't', name: 'm', instances: [{ status: 'tainted', private: 'no JSON' }, {}] },
    { mode: 'data', type: 't', name: 'd', instances: [{ status: 'tainted' }] },
  ],
});

it('finds what is tainted', () => {
  expect(taintedIn(state)).toEqual(['module.a.t.n["x"]', 't.m']);
  expect(taintedIn('')).toBeUndefined();
});

it('finds what Read kept', () => {
  expect(digestsIn(state)).toEqual(new Map([['module.a.t.n["x"]', { runs: true }]]));
  expect(digestsIn('[]').size).toBe(0);
});

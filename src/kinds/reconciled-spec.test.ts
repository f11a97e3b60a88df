import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSpecs, describeChanges, readReconciledSpec, writeReconciledSpec } from './reconciled-spec.ts';

describe('lastReconciledSpec', () => {
  it('is written as the operator writes it', () => {
    expect(writeReconciledSpec({ spec: { deploymentName: 'session' }, firstDeployment: true })).toBe(
      '{"spec":{"deploymentName":"session"},"resource_metadata":{"apiVersion":"flink.apache.org/v1beta1","firstDeployment":true}}',
    );
  });

  it("reads the operator's own, with nulls for what is not set", () => {
    const text =
      '{"spec":{"job":{"args":["a"],"state":"running","savepointTriggerNonce":null}},"resource_metadata":{"apiVersion":"flink.apache.org/v1beta1","firstDeployment":false}}';
    const { spec, firstDeployment } = readReconciledSpec<object>(text) ?? {};
    expect(firstDeployment).toBe(false);
    expect(compareSpecs(spec, { job: { args: ['a'], state: 'running' } })).toEqual([]);
  });

  it('is absent before the first deployment', () => {
    expect(readReconciledSpec(undefined)).toBeUndefined();
  });
});

describe('compareSpecs', () => {
  it.each<[string, unknown, unknown, string]>([
    [
      'a changed number',
      { job: { parallelism: 1 } },
      { job: { parallelism: 2 } },
      'job.parallelism : 1 -> 2',
    ],
    ['a longer list', { args: ['a'] }, { args: ['a', 'b'] }, 'args.1 : null -> b'],
    ['a shorter list', { args: ['a', 'b'] }, { args: ['a'] }, 'args.1 : b -> null'],
    ['absent and null', { a: null }, {}, ''],
    ['an empty list and none', { args: [] }, {}, ''],
    ['a value that becomes an object', { a: 1 }, { a: { b: 2 } }, 'a.b : null -> 2'],
    ['a key with dots', { c: { 'a.b': 'x' } }, { c: { 'a.b': 'y' } }, 'c.a.b : x -> y'],
  ])('%s', (_, before, after, text) => {
    expect(describeChanges(compareSpecs(before, after))).toBe(text);
  });

  it('finds nothing between equals', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(compareSpecs(value, structuredClone(value))).toEqual([]);
      }),
    );
  });

  it('finds as much in one direction as in the other', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
        const mirrored = compareSpecs(right, left).map(({ path, before, after }) => ({
          path,
          before: after,
          after: before,
        }));
        expect(new Set(mirrored.map((change) => JSON.stringify(change)))).toEqual(
          new Set(compareSpecs(left, right).map((change) => JSON.stringify(change))),
        );
      }),
    );
  });
});

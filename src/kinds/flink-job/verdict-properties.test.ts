import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { flinkDeployment } from '../flink-deployment/kind.ts';
import { deploymentRules } from '../flink-deployment/verdicts.ts';
import { flinkSessionJob } from '../flink-session-job/kind.ts';
import { sessionJobRules } from '../flink-session-job/verdicts.ts';
import type { KindDefinition } from '../kind.ts';
import { arbitraryParams } from '../testing/arbitrary-params.ts';
import { changeOf, type Declared } from '../verdict.ts';
import { type FieldRules, ruleOf } from './field-rules.ts';
import { digests } from './testing/job-digests.ts';

const kinds: readonly (readonly [string, KindDefinition, FieldRules])[] = [
  ['FlinkSessionJob', flinkSessionJob, sessionJobRules],
  ['FlinkDeployment', flinkDeployment, deploymentRules],
];

/** Dotted paths of all fields, with a made-up key for those of a map. */
function leavesOf(schema: z.core.$ZodType, path: readonly string[] = []): readonly string[] {
  const def = schema._zod.def as {
    innerType?: z.core.$ZodType;
    shape?: Record<string, z.core.$ZodType>;
    valueType?: z.core.$ZodType;
  };
  if (def.innerType !== undefined) return leavesOf(def.innerType, path);
  if (def.shape !== undefined) {
    return Object.entries(def.shape).flatMap(([name, part]) => leavesOf(part, [...path, name]));
  }
  return [[...path, ...(def.valueType === undefined ? [] : ['any.key'])].join('.')];
}

const jobDigest = fc.constantFrom(...Object.values(digests));
const configuration = fc.constantFrom(
  {},
  { 'high-availability.type': 'kubernetes' },
  { 'execution.checkpointing.externalized-checkpoint-retention': 'DELETE_ON_CANCELLATION' },
);
const clusterJob = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  upgradeMode: fc.constantFrom('stateless', 'savepoint', 'last-state'),
  state: fc.constantFrom('runs', 'finished', 'ended'),
});
const digest = fc.option(
  fc.record(
    {
      job: jobDigest,
      cluster: fc.record({ application: fc.boolean(), configuration }),
      jobs: fc.array(clusterJob, { maxLength: 4 }),
      restartNonce: fc.nat(3),
    },
    { requiredKeys: ['job'] },
  ),
  { nil: undefined },
);
const metadata = fc.record(
  {
    name: fc.constantFrom('x', 'y'),
    namespace: fc.constant('team'),
    labels: fc.constantFrom({}, { a: 'b' }),
  },
  { requiredKeys: ['name', 'namespace'] },
);

/** What the operator refuses a cluster without: else nothing else would be said of most. */
const needed: Readonly<Record<string, object>> = {
  FlinkDeployment: {
    flinkVersion: 'v2_2',
    mode: undefined,
    jobManager: { resource: { memory: '1600m' } },
    logConfiguration: undefined,
  },
};

describe.each(kinds)('verdicts on %s', (_, kind, rules) => {
  const params = arbitraryParams(kind).map((any) => ({ ...any, ...needed[kind.type.kind] }));
  const declared = fc.option(fc.record({ metadata, params }), { nil: undefined, freq: 8 });
  const verdicts = kind.declared?.verdicts;

  it('have a rule for each field that there is', () => {
    const leaves = kind.declared === undefined ? [] : leavesOf(kind.declared.params);
    expect(leaves.length).toBeGreaterThan(15);
    expect(leaves.filter((path) => ruleOf(rules, path) === undefined)).toEqual([]);
  });

  it('have no rule for what nobody has thought of', () => {
    expect(
      ['unknown', 'job.unknown', 'constructor', 'job.toString'].filter((path) => ruleOf(rules, path)),
    ).toEqual([]);
  });

  it('are made of any change, whatever is known, and are the same when they are made again', () => {
    fc.assert(
      fc.property(declared, declared, digest, fc.boolean(), (before, after, known, replaced) => {
        const change = changeOf(
          before as Declared<never>,
          after as Declared<never>,
          known,
          replaced && !!before && !!after,
        );
        const found = verdicts?.judge(change) ?? [];
        expect(found.length).toBeGreaterThan(0);
        for (const { reason, guard, effect } of found) {
          expect(reason).toMatch(/^\S.*[.)]$/s);
          expect(reason).not.toMatch(/undefined|\[object|null/);
          expect(guard === undefined || effect === 'state-lost').toBe(true);
        }
        const again = JSON.parse(JSON.stringify(change)) as typeof change;
        expect(verdicts?.judge({ ...change, digest: again.digest })).toEqual(found);
      }),
      { numRuns: 400 },
    );
  });
});

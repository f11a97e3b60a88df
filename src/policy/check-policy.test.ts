import { expect, it } from 'vitest';
import type { Manifest } from '../apiclient/object.ts';
import { checkPolicy, missingContext, type PolicyContext } from './check-policy.ts';
import type { Condition, Rule } from './policy-file.ts';
import type { PolicyObject } from './policy-object.ts';
import { headline } from './policy-report.ts';

const context: PolicyContext = { project: 'shop', environment: 'prod', today: '2026-06-30' };
const source = { file: 'policy.yaml', line: 1 };
const ruleOf = (more: Partial<Rule>): Rule => ({
  name: 'rule',
  description: 'Why.',
  severity: 'error',
  source,
  ...more,
});
const objectOf = (spec: object, more: Partial<PolicyObject> = {}, name = 'orders'): PolicyObject => ({
  object: { kind: 'KafkaTopic', namespace: 'team', name },
  manifest: {
    apiVersion: 'v1',
    kind: 'KafkaTopic',
    metadata: { name, namespace: 'team' },
    spec,
  } satisfies Manifest,
  ...more,
});
const check = (rule: Rule, ...objects: readonly PolicyObject[]) => checkPolicy([rule], objects, context);
const broken = (rule: Rule, ...objects: readonly PolicyObject[]) =>
  check(rule, ...objects).flatMap(({ outcome, findings }) =>
    outcome === 'broken' ? findings.map(headline) : [],
  );
const because = (condition: Condition, spec: object) =>
  broken(ruleOf({ require: [condition] }), objectOf(spec)).map((text) =>
    text.replace('KafkaTopic team/orders: ', ''),
  );

it.each([
  [{ path: 'spec.a', min: 2 }, { a: 2 }, []],
  [{ path: 'spec.a', min: 2 }, { a: 1 }, ['spec.a is 1; allowed: at least 2']],
  [{ path: 'spec.a', max: 2 }, { a: '3' }, ['spec.a is 3; allowed: at most 2']],
  [{ path: 'spec.a', max: 2 }, {}, ['spec.a is not set; allowed: at most 2']],
  [{ path: 'spec.a', max: 2, optional: true }, {}, []],
  [{ path: 'spec.a', max: 2, default: 1 }, {}, []],
  [{ path: 'spec.a', max: '2d', default: '7d' }, {}, ['spec.a is not set, which is 7d; allowed: at most 2d']],
  [{ path: 'spec.a', max: '7d' }, { a: -1 }, ['spec.a is -1 (without end); allowed: at most 7d']],
  [
    { path: 'spec.a', max: '2Gi' },
    { a: 'lots' },
    ['spec.a is lots, which is no amount of memory; allowed: at most 2Gi'],
  ],
  [
    { path: 'spec.a', max: 2 },
    { a: { b: 1 } },
    ['spec.a is {"b":1}, which is no number; allowed: at most 2'],
  ],
  [{ path: 'spec.a', oneOf: ['one', 2] }, { a: '2' }, []],
  [
    { path: 'spec.a', oneOf: ['one'] },
    { a: 'onne' },
    ['spec.a is onne (did you mean one?); allowed: one of one'],
  ],
  [{ path: 'spec.a', matches: 'x|y' }, { a: 'xy' }, ['spec.a is xy; allowed: what matches x|y']],
  [
    { path: 'metadata.name', matches: '{namespace}-{project}-.*' },
    {},
    ['metadata.name is orders; allowed: what matches team-shop-.*'],
  ],
  [
    { path: 'spec.db.password', matches: 'x' },
    { db: { password: 'hunter2' } },
    ['spec.db.password is (hidden); allowed: what matches x'],
  ],
  [
    { path: 'spec.db', present: false },
    { db: { password: 'hunter2', user: 'u' } },
    ['spec.db is {"password":"(hidden)","user":"u"}; allowed: not set'],
  ],
  [{ path: 'spec.a', present: true }, {}, ['spec.a is not set; allowed: a value']],
  [{ path: 'spec.a', present: false }, { a: 0 }, ['spec.a is 0; allowed: not set']],
  [
    { path: 'spec.l[*].n', min: 2 },
    { l: [{ n: 1 }, { n: 2 }, { n: 0 }] },
    ['spec.l[0].n is 1; allowed: at least 2', 'spec.l[2].n is 0; allowed: at least 2'],
  ],
] satisfies [Condition, object, string[]][])('%j of %j', (condition, spec, told) => {
  expect(because(condition, spec)).toEqual(told);
});

it('fills names in as they are, whatever they mean in a regular expression', () => {
  const rule = ruleOf({ require: [{ path: 'metadata.name', matches: '{project}' }] });
  const told = checkPolicy([rule], [objectOf({}, {}, 'shopXa')], { ...context, project: 'shop.a' });
  expect(told[0]?.outcome).toBe('broken');
});

it('is about kinds, environments and objects of which something is so', () => {
  const rule = ruleOf({ where: [{ path: 'spec.a', min: 5 }], require: [{ path: 'spec.b', present: true }] });
  expect(check(rule, objectOf({ a: 4 }), objectOf({}))).toEqual([]);
  expect(broken(rule, objectOf({ a: 5 }))).toHaveLength(1);
  expect(check(ruleOf({ ...rule, kinds: ['KafkaUser'] }), objectOf({ a: 5 }))).toEqual([]);
  expect(check(ruleOf({ ...rule, environments: ['tst'] }), objectOf({ a: 5 }))).toEqual([]);
  expect(check(ruleOf({ ...rule, environments: ['tst', 'prod'] }), objectOf({ a: 5 }))).toHaveLength(1);
});

it('does not ask what goes for its fields, and forbids that it goes', () => {
  const gone = objectOf(
    { a: 1 },
    { change: { action: 'destroy', verdict: 'data-lost', reason: 'All of it.' } },
  );
  expect(check(ruleOf({ require: [{ path: 'spec.a', min: 5 }] }), gone)).toEqual([]);
  expect(check(ruleOf({ sum: { path: 'spec.a', max: 0 } }), gone)).toEqual([]);
  const verdicts = check(ruleOf({ forbid: { verdicts: ['data-lost'] } }), gone);
  expect(verdicts[0]?.findings[0]).toMatchObject({
    seen: 'the verdict is data-lost',
    detail: 'Why. All of it.',
  });
  expect(broken(ruleOf({ forbid: { actions: ['destroy', 'replace'] } }), gone)).toEqual([
    'KafkaTopic team/orders: the planned action is destroy; allowed: no destroy, no replace',
  ]);
  expect(broken(ruleOf({ forbid: { actions: ['replace'] } }), gone, objectOf({}))).toEqual([]);
});

it('adds up what objects have, without those that are excepted', () => {
  const rule = ruleOf({
    sum: { path: 'spec.m', max: '3Gi', default: '1Gi' },
    exceptions: [{ object: 'big', reason: 'It is.' }],
  });
  const objects = [objectOf({ m: '2g' }, {}, 'a'), objectOf({}, {}, 'b'), objectOf({ m: '9Gi' }, {}, 'big')];
  expect(broken(rule, ...objects)).toEqual([]);
  expect(broken(rule, ...objects, objectOf({ m: '512m' }, {}, 'c'))).toEqual([
    'spec.m of 3 objects is 3.5Gi together; allowed: at most 3Gi',
  ]);
  expect(broken(rule, objectOf({ m: 'x' }))).toEqual([
    'KafkaTopic team/orders: spec.m is x, which cannot be added up; allowed: an amount',
  ]);
});

it('lets exceptions pass until their last day, in their project', () => {
  const outcome = (exception: NonNullable<Rule['exceptions']>[number]) => {
    const rule = ruleOf({ require: [{ path: 'spec.a', present: true }], exceptions: [exception] });
    const [told] = check(rule, objectOf({}));
    return [told?.outcome, told?.note ?? told?.findings[0]?.detail];
  };
  const reason = 'So it is.';
  expect(outcome({ object: 'orders', reason })).toEqual(['excepted', reason]);
  expect(outcome({ object: 'KafkaTopic/orders', reason, until: '2026-06-30' })).toEqual([
    'excepted',
    'So it is. (until 2026-06-30)',
  ]);
  expect(outcome({ object: 'orders', reason, until: '2026-06-29' })).toEqual([
    'broken',
    'Why. The exception for it ended on 2026-06-29.',
  ]);
  expect(outcome({ object: 'orders', reason, project: 'other' })[0]).toBe('broken');
  expect(outcome({ object: 'KafkaUser/orders', reason })[0]).toBe('broken');
});

it('says of what is not known yet that it is not checked', () => {
  const { manifest: _, ...rest } = objectOf({});
  const rule = ruleOf({ require: [{ path: 'spec.a', present: true }] });
  expect(check(rule, { ...rest, unknown: 'partitions: known later' })).toMatchObject([
    { outcome: 'unknown', note: 'partitions: known later', findings: [] },
  ]);
});

it('places a finding at the argument that sets the field', () => {
  const at = (line: number) => ({ file: 'main.tf', line });
  const placed = objectOf(
    { job: { parallelism: 1 }, config: { 'retention.ms': 1 } },
    {
      source: at(1),
      inputs: new Map([
        ['parallelism', at(2)],
        ['config', at(3)],
      ]),
    },
  );
  const lines = ['spec.job.parallelism', 'spec.config.retention.ms', 'metadata.name'].map(
    (path) => check(ruleOf({ require: [{ path, matches: 'never' }] }), placed)[0]?.findings[0]?.source?.line,
  );
  expect(lines).toEqual([2, 3, 1]);
});

it('asks for the environment and the project where rules need them', () => {
  const nothing: PolicyContext = { today: '2026-01-01' };
  const plain = ruleOf({ require: [{ path: 'spec.a', matches: 'x' }] });
  expect(missingContext([plain], nothing)).toEqual([]);
  expect(missingContext([ruleOf({ environments: ['prod'] })], nothing)).toEqual(['environment']);
  const named = ruleOf({ require: [{ path: 'spec.a', matches: '{project}-{environment}' }] });
  expect(missingContext([named], nothing)).toEqual(['project', 'environment']);
  expect(missingContext([named], context)).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import type { DeclaredMetadata } from '../kind.ts';
import { byWorst, changeOf, type Effect } from '../verdict.ts';
import type { KafkaUserParams } from './params.ts';
import { type UserDigest, userVerdicts } from './verdicts.ts';

type Params = Partial<KafkaUserParams>;

function declared(params: Params, metadata: Partial<DeclaredMetadata> = {}) {
  return {
    metadata: { name: 'reader', namespace: 'team', ...metadata },
    params: { cluster: 'kafka', ...params },
  };
}

type Operation = 'Read' | 'Write' | 'Describe';
const rules = (type: 'allow' | 'deny', ...operations: Operation[]): Params => ({
  authorization: {
    type: 'simple',
    acls: [{ type, resource: { type: 'topic', name: 'orders', patternType: 'prefix' }, operations }],
  },
});
const scram = (password?: { name: string; key: string }): Params => ({
  authentication: {
    type: 'scram-sha-512',
    ...(password !== undefined && { password: { valueFrom: { secretKeyRef: password } } }),
  },
});

describe('a change of a user', () => {
  it.each<[string, Params, Params, Effect, RegExp]>([
    [
      'rules taken away',
      rules('allow', 'Read', 'Write'),
      rules('allow', 'Read'),
      'in-place',
      /^authorization: clients are refused from then on: Write topic orders\*\.$/,
    ],
    [
      'rules added',
      rules('allow', 'Read'),
      rules('allow', 'Read', 'Write'),
      'in-place',
      /clients may from then on: Write topic orders\*\.$/,
    ],
    [
      'denials added',
      rules('allow', 'Read'),
      rules('deny', 'Read'),
      'in-place',
      /refused from then on: Read topic orders\*, Read topic orders\*/,
    ],
    [
      'rules in another order',
      rules('allow', 'Read', 'Write'),
      rules('allow', 'Write', 'Read'),
      'in-place',
      /mean the same/,
    ],
    [
      'all rules taken away',
      rules('allow', 'Read'),
      {},
      'in-place',
      /refused from then on: Read topic orders\*/,
    ],
    [
      'a quota lowered',
      { quotas: { producerByteRate: 100 } },
      { quotas: { producerByteRate: 10 } },
      'in-place',
      /^quotas\.producer_byte_rate 100 → 10: brokers slow clients down/,
    ],
    [
      'a quota taken away',
      { quotas: { requestPercentage: 10 } },
      {},
      'in-place',
      /10 → none: clients may use more/,
    ],
    ['a quota set', {}, { quotas: { controllerMutationRate: 1 } }, 'in-place', /slow clients down/],
    [
      'another kind of login',
      scram(),
      { authentication: { type: 'tls' } },
      'stop',
      /locked out until they have the new ones\. The local platform.* refuses it/,
    ],
    ['no login any more', scram(), {}, 'stop', /nobody can log in/],
    ['a login', {}, scram(), 'in-place', /puts them into Secret reader/],
    [
      'a password of its own',
      scram(),
      scram({ name: 's', key: 'k' }),
      'stop',
      /clients that log in with the old one are refused/,
    ],
    [
      'another password',
      scram({ name: 's', key: 'k' }),
      scram({ name: 's', key: 'l' }),
      'stop',
      /secret_key_ref\.key: /,
    ],
    [
      'no password of its own any more',
      scram({ name: 's', key: 'k' }),
      scram(),
      'in-place',
      /keeps the password that Secret reader has/,
    ],
    [
      'validity',
      { authentication: { type: 'tls', validityDays: 1 } },
      { authentication: { type: 'tls', validityDays: 2 } },
      'in-place',
      /when the certificate is renewed/,
    ],
    [
      'validity without a certificate',
      { authentication: { type: 'scram-sha-512', validityDays: 1 } },
      scram(),
      'in-place',
      /has no effect/,
    ],
  ])('%s', (_, before, after, effect, says) => {
    const [worst] = byWorst(
      userVerdicts.judge(changeOf<KafkaUserParams, UserDigest>(declared(before), declared(after), {})),
    );
    expect(worst?.reason).toMatch(says);
    expect(worst?.effect).toBe(effect);
  });

  it('that is paused is ignored', () => {
    const change = changeOf(declared({}), declared({ quotas: { producerByteRate: 1 } }), { paused: 'true' });
    expect(userVerdicts.judge(change)).toMatchObject([{ effect: 'ignored' }]);
  });

  it('by the annotation that pauses it', () => {
    const paused = declared({}, { annotations: { 'strimzi.io/pause-reconciliation': 'true' } });
    const reason = (from: typeof paused, to: typeof paused) =>
      userVerdicts.judge(changeOf<KafkaUserParams, UserDigest>(from, to, {}))[0]?.reason;
    expect(reason(declared({}), paused)).toMatch(/ignores changes/);
    expect(reason(paused, declared({}))).toMatch(/declared meanwhile/);
  });
});

describe('a user', () => {
  it('that is new is created', () => {
    const change = changeOf<KafkaUserParams, UserDigest>(undefined, declared({}), undefined);
    expect(userVerdicts.judge(change)).toMatchObject([{ effect: 'create' }]);
  });

  it('that is deleted locks its clients out', () => {
    const [only] = userVerdicts.judge(changeOf<KafkaUserParams, UserDigest>(declared({}), undefined, {}));
    expect(only).toMatchObject({ effect: 'stop' });
    expect(only?.reason).toMatch(/Secret reader with it: clients that log in by it lose access/);
  });

  it('on another cluster is the one deleted and the other created', () => {
    const change = changeOf<KafkaUserParams, UserDigest>(declared({}), declared({ cluster: 'b' }), {}, true);
    const [stop, create] = userVerdicts.judge(change);
    expect(stop?.reason).toMatch(/^cluster kafka → b: /);
    expect(create).toMatchObject({ effect: 'create' });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../apiclient/client.ts';
import { kinds } from '../../kinds/catalog.ts';
import type { DeclaredKind, KindDefinition } from '../../kinds/kind.ts';
import { writeReconciledSpec } from '../../kinds/reconciled-spec.ts';
import { arbitraryParams } from '../../kinds/testing/arbitrary-params.ts';
import { toSnakeCase } from '../framework/names.ts';
import { fromParams } from '../framework/params.ts';
import type { ObjectValue } from '../framework/value.ts';
import { createFakeApi, type FakeApi } from '../testing/fake-api.ts';
import { absent, isError } from '../testing/terraform-core.ts';
import { createTestProvider } from '../testing/test-provider.ts';

/**
 * Any change of any kind, whatever the object says of itself. `createTerraformCore` plans everything twice and holds the
 * result against the plan, as Terraform does.
 */

const declaredKinds = kinds.flatMap((kind) =>
  kind.declared === undefined ? [] : [[`sdp_${toSnakeCase(kind.type.kind)}`, kind, kind.declared] as const],
);

/** What an operator may have written about an object. */
const conditions = fc.constantFrom(
  [],
  [{ type: 'Ready', status: 'True' }],
  [{ type: 'NotReady', status: 'True', reason: 'ConnectRestException', message: 'no' }],
  [{ type: 'ReconciliationPaused', status: 'True' }],
);
const strimzi = fc.record(
  {
    conditions,
    observedGeneration: fc.constantFrom(1, 2),
    topicId: fc.constant('a'),
    topicName: fc.constant('topic'),
  },
  { requiredKeys: [] },
);
const recorded = fc
  .record({
    state: fc.constantFrom('running', 'suspended'),
    upgradeMode: fc.constantFrom('stateless', 'savepoint'),
    firstDeployment: fc.boolean(),
  })
  .map(({ state, upgradeMode, firstDeployment }) =>
    writeReconciledSpec({ spec: { job: { state, upgradeMode } }, firstDeployment }),
  );
const flink = fc.record(
  {
    lifecycleState: fc.constantFrom('STABLE', 'DEPLOYED', 'UPGRADING', 'FAILED', 'SUSPENDED'),
    observedGeneration: fc.constantFrom(1, 2),
    error: fc.constantFrom('Job Not Found', '{"type":"ReconciliationException","message":"no"}'),
    jobManagerDeploymentStatus: fc.constantFrom('READY', 'MISSING', 'ERROR'),
    jobStatus: fc.record(
      {
        jobId: fc.constant('a'.repeat(32)),
        state: fc.constantFrom(
          'RUNNING',
          'RESTARTING',
          'FAILED',
          'FINISHED',
          'CANCELED',
          'RECONCILING',
          'CREATED',
        ),
        upgradeSavepointPath: fc.constantFrom('file:/savepoints/savepoint-1', 'file:/checkpoints/a/chk-7'),
      },
      { requiredKeys: [] },
    ),
    reconciliationStatus: fc.record(
      {
        state: fc.constantFrom('DEPLOYED', 'UPGRADING'),
        lastReconciledSpec: recorded,
        lastStableSpec: recorded,
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
const statusOf = ({ type }: KindDefinition) => (type.group === 'flink.apache.org' ? flink : strimzi);

function configOf(typeName: string, { verdicts }: DeclaredKind, params: object): ObjectValue {
  const { provider } = createTestProvider();
  const resource = provider.resources.find((item) => item.typeName === typeName);
  const guards = Object.fromEntries((verdicts?.guards ?? []).map((guard) => [toSnakeCase(guard), true]));
  return { ...fromParams(resource?.schema.attributes ?? [], { ...params }), ...guards, name: 'x' };
}

/** An object that is being replaced has nobody to report of it. */
function report(api: FakeApi, { type }: KindDefinition, status: object): void {
  if (![...api.objects.values()].some(({ kind }) => kind === type.kind)) return;
  api.edit(type, 'default', 'x', (object) => Object.assign(object, { status }), 'operator');
}

/** A hundred changes a test, each planned six times. Milliseconds. */
const timeout = 90_000;

describe.each(declaredKinds)('any change of %s', { timeout }, (typeName, kind, declared) => {
  const params = arbitraryParams(kind);
  const change = fc.tuple(params, params, statusOf(kind), statusOf(kind));
  const start = async (first: object, status: object) => {
    const api = createFakeApi();
    const core = () => createTestProvider('0.1.0', api).coreFor(typeName);
    const config = configOf(typeName, declared, first);
    const { instance } = await (await core()).apply(absent, config);
    expect((await (await core()).apply(instance, config)).action).toBe('no-op');
    report(api, kind, status);
    return { api, core, instance };
  };

  it('has one verdict, at plan and at apply, and applied twice is a no-op', async () => {
    await fc.assert(
      fc.asyncProperty(change, async ([first, second, status]) => {
        const { core, instance } = await start(first, status);
        const wanted = configOf(typeName, declared, second);
        const run = await (await core()).apply(instance, wanted);
        expect(run.diagnostics.filter(isError)).toEqual([]);
        const { verdict, verdict_reason: reason } = run.planned ?? {};
        expect(verdict ?? 'none').toMatch(/^[a-z-]+$/);
        expect(reason ?? 'None.').toMatch(/\w.*\.$/s);
        expect((await (await core()).apply(run.instance, wanted)).action).toBe('no-op');
      }),
      { numRuns: 40 },
    );
  });

  it('that failed is made again once it can be, and never by replacing', async () => {
    await fc.assert(
      fc.asyncProperty(change, async ([first, second, status]) => {
        const { api, core, instance } = await start(first, status);
        const wanted = configOf(typeName, declared, second);
        const failing = await core();
        api.failNext('apply ', new ApiError('InternalError', 'out of disk', { code: 500 }));
        const failed = await failing.apply(instance, wanted);
        if (failed.action !== 'failed') return;
        expect(failed.instance.tainted).toBe(false);
        if (failed.instance.state === null) return;
        const again = await (await core()).apply(failed.instance, wanted);
        expect(again.diagnostics.filter(isError)).toEqual([]);
        expect((await (await core()).apply(again.instance, wanted)).action).toBe('no-op');
      }),
      { numRuns: 25 },
    );
  });

  it('is made as planned or not at all when the object says something else by then', async () => {
    await fc.assert(
      fc.asyncProperty(change, async ([first, second, status, later]) => {
        const { api, core, instance } = await start(first, status);
        const before = structuredClone([...api.objects.values()].map(({ spec }) => spec));
        const run = await (await core()).apply(instance, configOf(typeName, declared, second), () =>
          report(api, kind, later),
        );
        if (run.action !== 'failed') return;
        expect(run.diagnostics.filter(isError).map(({ summary }) => summary)).toEqual([
          expect.stringMatching(/: planned [a-z-]+, now [a-z-]+$/),
        ]);
        expect([...api.objects.values()].map(({ spec }) => spec)).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { KubernetesObject } from '../../apiclient/object.ts';
import { ok } from '../../diagnostics/diagnostic.ts';
import { defineKind } from '../../kinds/kind.ts';
import { readAtPaths } from '../../kinds/read-params.ts';
import { type ObjectValue, unknown } from '../framework/value.ts';
import { createFakeApi, type FakeApi } from '../testing/fake-api.ts';
import { absent, type Instance, isError, privateOf } from '../testing/terraform-core.ts';
import { createTestProvider } from '../testing/test-provider.ts';

const type = { group: 'example.com', version: 'v1', kind: 'Tank', plural: 'tanks', namespaced: true };

interface TankParams {
  readonly litres: number;
  readonly site?: string | undefined;
  readonly state?: string | undefined;
}

/** Holds what was filled in: emptied by another site, and by another size when it leaks. */
const tank = defineKind({
  type,
  singular: 'tank',
  shortNames: [],
  description: 'Holds something.',
  spec: z.object({}),
  status: z.object({}),
  printerColumns: [],
  assessHealth: () => ({ state: 'healthy', message: 'it is there' }),
  declared: {
    params: z.object({ litres: z.int(), site: z.string().optional(), state: z.string().optional() }),
    replacedBy: [['site']],
    async buildManifest(metadata, spec) {
      return ok({ manifest: { apiVersion: 'example.com/v1', kind: 'Tank', metadata, spec }, companions: [] });
    },
    readParams: (object, prior) => readAtPaths((object as { spec?: unknown }).spec, prior) as typeof prior,
    verdicts: {
      guards: ['forceDestroy'],
      async digest(object, look) {
        const others = await look.objects(type);
        return { leaks: leaks(object), others: others?.length };
      },
      judge({ before, after, changes, digest, replaced }) {
        const litres = (before?.params as TankParams | undefined)?.litres;
        const { leaks: leaking } = (digest ?? {}) as { leaks?: boolean };
        if (after === undefined || replaced) {
          return [{ effect: 'data-lost', reason: `${litres} l go.`, guard: 'forceDestroy' }];
        }
        const { state } = after.params as TankParams;
        if (state === 'closed') return [{ effect: 'refused', reason: 'It is closed.', path: ['state'] }];
        if (before === undefined) return [{ effect: 'create', reason: 'It is empty.' }];
        return changes.map(({ path }) =>
          leaking === true
            ? { effect: 'data-lost' as const, reason: `${path} changes while it leaks.` }
            : { effect: 'in-place' as const, reason: `${path} changes.` },
        );
      },
    },
  },
});

function leaks(object: KubernetesObject): boolean {
  return (object as { status?: { leaks?: boolean } }).status?.leaks === true;
}

let api: FakeApi;
const core = () => createTestProvider('0.1.0', api, [tank]).coreFor('sdp_tank');
const config: ObjectValue = { name: 'north', litres: 10, site: 'a' };
const leak = (value: boolean) => () =>
  api.edit(type, 'default', 'north', (object) => Object.assign(object, { status: { leaks: value } }));

async function create(extra: ObjectValue = {}): Promise<Instance> {
  return (await (await core()).apply(absent, { ...config, ...extra })).instance;
}

beforeEach(() => {
  api = createFakeApi();
});

describe('a verdict', () => {
  it('of a creation is planned and kept', async () => {
    expect((await create()).state).toMatchObject({ verdict: 'create', verdict_reason: 'It is empty.' });
  });

  it('stays as long as nothing changes', async () => {
    const run = await (await core()).apply(await create(), config);
    expect(run).toMatchObject({ action: 'no-op', instance: { state: { verdict: 'create' } } });
  });

  it('goes by what Read saw, and is the same when it is planned again', async () => {
    const instance = await create();
    leak(true)();
    const run = await (await core()).apply(instance, { ...config, litres: 20 });
    expect(run.planned).toMatchObject({
      verdict: 'data-lost',
      verdict_reason: 'litres changes while it leaks.',
    });
    expect(run.warnings).toMatchObject([
      {
        severity: 'WARNING',
        summary: 'Tank default/north: data-lost',
        detail: 'litres changes while it leaks.',
      },
    ]);
    expect(run.action).toBe('update');
  });

  it('is unknown while an input is', async () => {
    const provider = createTestProvider('0.1.0', api, [tank]).provider;
    const { state } = await create();
    const plan = await provider.resources
      .find(({ typeName }) => typeName === 'sdp_tank')
      ?.plan({ prior: state, config: { ...state, litres: unknown }, private: {} });
    expect(plan?.planned).toMatchObject({ verdict: unknown, verdict_reason: unknown });
  });

  it('is no matter of validation, which knows nothing of what is there', async () => {
    const provider = createTestProvider('0.1.0', api, [tank]).provider;
    const resource = provider.resources.find(({ typeName }) => typeName === 'sdp_tank');
    const { state } = await create();
    expect(
      await resource?.validate({ ...state, verdict: null, verdict_reason: null, state: 'closed' }),
    ).toEqual([]);
  });

  it('of what is not on the object is that nothing changes', async () => {
    const run = await (await core()).apply(await create(), { ...config, force_destroy: true });
    expect(run.planned).toMatchObject({ verdict: 'no-op' });
  });

  it('of what was changed from outside only is that it is put back', async () => {
    const instance = await create();
    api.edit(type, 'default', 'north', ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, 'sdp.internal/revision': 'another' };
    });
    const run = await (await core()).apply(instance, config);
    expect(run).toMatchObject({
      action: 'update',
      planned: { verdict: 'in-place', verdict_reason: expect.stringContaining('is put back') },
    });
  });

  it('keeps a digest without more than the kind asked for', async () => {
    const { instance } = await (await core()).refresh(await create());
    expect(privateOf(instance)['observed']).toMatchObject({ digest: { leaks: false, others: 1 } });
  });
});

describe('a guard', () => {
  const remedy = /set force_destroy = true and apply it first/;

  it('holds up a deletion at plan', async () => {
    const run = await (await core()).apply(await create(), null);
    expect(run.action).toBe('failed');
    expect(run.diagnostics).toMatchObject([
      { severity: 'ERROR', summary: 'Tank default/north: data-lost', detail: expect.stringMatching(remedy) },
    ]);
    expect(api.objects.size).toBe(1);
  });

  it('lets a deletion through, with a warning, when it was applied before', async () => {
    const run = await (await core()).apply(await create({ force_destroy: true }), null);
    expect(run).toMatchObject({ action: 'delete', warnings: [{ severity: 'WARNING' }] });
    expect(api.objects.size).toBe(0);
  });

  it('holds up a replacement, also when it comes along with it', async () => {
    const run = await (await core()).apply(await create(), { ...config, site: 'b', force_destroy: true });
    expect(run.diagnostics).toMatchObject([{ severity: 'ERROR', detail: expect.stringMatching(remedy) }]);
  });

  it('lets a replacement through when it was applied before', async () => {
    const run = await (await core()).apply(await create({ force_destroy: true }), { ...config, site: 'b' });
    expect(run).toMatchObject({ action: 'replace', planned: { verdict: 'create' } });
  });
});

describe('between plan and apply', () => {
  it('what got worse stops before anything is written', async () => {
    const run = await (await core()).apply(await create(), { ...config, litres: 20 }, leak(true));
    expect(run.action).toBe('failed');
    expect(run.diagnostics).toMatchObject([
      {
        severity: 'ERROR',
        summary: 'Tank default/north: planned in-place, now data-lost',
        detail: expect.stringContaining('litres changes while it leaks. Nothing was written.'),
      },
    ]);
    expect(run.instance).toMatchObject({ state: { litres: 10 }, tainted: false });
    expect([...api.objects.values()]).toMatchObject([{ spec: { litres: 10 } }]);
  });

  it('what got better is applied as it was planned', async () => {
    const instance = await create();
    leak(true)();
    const run = await (await core()).apply(instance, { ...config, litres: 20 }, leak(false));
    expect(run).toMatchObject({
      action: 'update',
      instance: { state: { verdict: 'data-lost', litres: 20 } },
    });
    expect((await (await core()).apply(run.instance, { ...config, litres: 20 })).action).toBe('no-op');
  });

  it('what was refused already may be refused', async () => {
    const run = await (await core()).apply(await create(), { ...config, state: 'closed' }, leak(true));
    expect(run.diagnostics.filter(isError)).toEqual([]);
    expect(run.warnings).toMatchObject([{ severity: 'WARNING', summary: 'Tank default/north: refused' }]);
  });
});

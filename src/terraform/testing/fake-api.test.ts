import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient, ApiError } from '../../apiclient/client.ts';
import { configMapType } from '../../apiclient/core-types.ts';
import type { Manifest } from '../../apiclient/object.ts';
import { startTestServer, type TestServer } from '../../apiserver/testing/start-test-server.ts';
import { conflictsOf } from '../provider/api-diagnostics.ts';
import { appliedFields, managersOf } from '../provider/ownership.ts';
import { createFakeApi } from './fake-api.ts';

interface Subject {
  readonly client: ApiClient;
  /** Changes data of a ConfigMap as `kubectl edit` does. */
  edit(name: string, data: Record<string, string>): Promise<void>;
  setFinalizers(name: string, finalizers: string[]): Promise<void>;
}

/** What the provider relies on, held against the fake and against the embedded API server. */
function runApiContract(which: string, start: () => Promise<Subject>, stop: () => Promise<void>): void {
  describe(`${which} as the provider needs it`, () => {
    let subject: Subject;
    let client: ApiClient;
    beforeAll(async () => {
      subject = await start();
      ({ client } = subject);
    });
    afterAll(stop);

    const manifest = (
      name: string,
      data: Record<string, string>,
      labels?: Record<string, string>,
    ): Manifest => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'default', ...(labels && { labels }) },
      data,
    });
    const apply = (name: string, data: Record<string, string>, fieldManager = 'sdp:demo', force = false) =>
      client.apply<Manifest>(configMapType, manifest(name, data), { fieldManager, force });
    const get = (name: string) => client.get<Manifest>(configMapType, { namespace: 'default', name });

    it('creates by apply, and applies again without a trace', async () => {
      const first = await apply('twice', { a: '1' });
      const second = await apply('twice', { a: '1' });
      expect(first).toMatchObject({ metadata: { name: 'twice', uid: expect.any(String) }, data: { a: '1' } });
      expect(appliedFields('demo', second)).toBe(appliedFields('demo', first));
      expect(managersOf(second)).toEqual(['sdp:demo']);
    });

    it('removes what is no longer applied', async () => {
      await apply('removed', { a: '1', b: '2' });
      expect((await apply('removed', { a: '1' })).data).toEqual({ a: '1' });
    });

    it('shows by the fields of a manager that another one changed one', async () => {
      const before = await apply('edited', { a: '1', b: '2' });
      await subject.edit('edited', { a: '9' });
      const after = await get('edited');
      expect(after?.data).toEqual({ a: '9', b: '2' });
      expect(after && appliedFields('demo', after)).not.toBe(appliedFields('demo', before));
      expect(
        after?.metadata.managedFields?.map(({ manager, operation }) => [manager, operation]),
      ).toContainEqual(['kubectl-edit', 'Update']);
    });

    it('does not show that another one added one', async () => {
      const before = await apply('extended', { a: '1' });
      await subject.edit('extended', { b: '2' });
      const after = await get('extended');
      expect(after && appliedFields('demo', after)).toBe(appliedFields('demo', before));
    });

    it('names managers and fields in a conflict, and yields to force', async () => {
      await apply('contested', { a: '1', b: '1' }, 'other');
      const error = await apply('contested', { a: '2', b: '1' }).catch((thrown: ApiError) => thrown);
      expect(conflictsOf(error as ApiError)).toEqual([{ manager: 'other', field: '.data.a' }]);
      expect((await apply('contested', { a: '2', b: '1' }, 'sdp:demo', true)).data).toEqual({
        a: '2',
        b: '1',
      });
      expect((await apply('contested', { a: '3', b: '1' })).data).toEqual({ a: '3', b: '1' });
    });

    it('lists by label', async () => {
      await client.apply(configMapType, manifest('labelled', {}, { team: 'x' }), {
        fieldManager: 'sdp:demo',
      });
      for (const labelSelector of ['team=x', 'team']) {
        const { items } = await client.list(configMapType, { namespace: 'default', labelSelector });
        expect(items.map(({ metadata }) => metadata.name)).toEqual(['labelled']);
      }
    });

    it('deletes only the uid it was asked to, and only once finalizers are gone', async () => {
      const { metadata } = await apply('finalized', { a: '1' });
      const reference = { namespace: 'default', name: 'finalized' };
      await expect(client.delete(configMapType, reference, { uid: 'another' })).rejects.toMatchObject({
        reason: 'Conflict',
      });
      await subject.setFinalizers('finalized', ['example.com/hold']);
      await client.delete(configMapType, reference, { uid: metadata.uid });
      expect((await get('finalized'))?.metadata).toMatchObject({
        uid: metadata.uid,
        deletionTimestamp: expect.any(String),
      });
      await subject.setFinalizers('finalized', []);
      expect(await get('finalized')).toBeUndefined();
      await client.delete(configMapType, reference);
    });

    it('tells a watch what changed after the list', async () => {
      const { resourceVersion } = await client.list(configMapType, { namespace: 'default' });
      const stop = new AbortController();
      const seen: string[] = [];
      const watching = (async () => {
        for await (const event of client.watch(configMapType, {
          namespace: 'default',
          resourceVersion,
          signal: stop.signal,
        })) {
          if (event.type === 'BOOKMARK') continue;
          seen.push(`${event.type} ${event.object.metadata.name}`);
          if (event.type === 'DELETED') stop.abort();
        }
      })();
      await new Promise((resolve) => setTimeout(resolve, 200));
      await apply('watched', { a: '1' });
      await apply('watched', { a: '2' });
      await client.delete(configMapType, { namespace: 'default', name: 'watched' });
      await watching;
      expect(seen).toEqual(['ADDED watched', 'MODIFIED watched', 'DELETED watched']);
    });
  });
}

runApiContract(
  'the fake',
  async () => {
    const api = createFakeApi();
    return {
      client: api,
      edit: async (name, data) =>
        api.edit(configMapType, 'default', name, (object) => {
          object.data = { ...object.data, ...data };
        }),
      setFinalizers: async (name, finalizers) =>
        api.edit(configMapType, 'default', name, (object) => {
          object.metadata.finalizers = finalizers;
        }),
    };
  },
  async () => undefined,
);

let server: TestServer;
runApiContract(
  'the embedded API server',
  async () => {
    server = await startTestServer();
    const patch = async (name: string, change: Record<string, unknown>) => {
      await server.client.patch(configMapType, { namespace: 'default', name }, change, {
        fieldManager: 'kubectl-edit',
      });
    };
    return {
      client: server.client,
      edit: (name, data) => patch(name, { data }),
      setFinalizers: (name, finalizers) => patch(name, { metadata: { finalizers } }),
    };
  },
  () => server.close(),
);

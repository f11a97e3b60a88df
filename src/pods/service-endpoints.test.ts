import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { endpointSliceType, podType, serviceType } from '../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import type { Controller } from '../controller/controller.ts';
import { startInformer } from '../controller/informer.ts';
import type { Pod, Service } from './pod.ts';
import { type EndpointSlice, findEndpoints, startEndpointController } from './service-endpoints.ts';

const namespace = 'default';

function buildPod(name: string, ports: Record<string, number>, ready = true): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels: { app: 'orders' },
      annotations: { 'sdp.internal/ports': JSON.stringify(ports) },
    },
    spec: {
      containers: [
        { name: 'main', image: 'x', ports: [{ name: 'rest', containerPort: 8081 }, { containerPort: 9249 }] },
      ],
    },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

const service: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'orders-metrics', namespace },
  spec: { selector: { app: 'orders' }, ports: [{ name: 'metrics', port: 9249, targetPort: 9249 }] },
};

describe('the endpoints of a service', () => {
  const pods = [buildPod('a', { rest: 20001, '9249': 20002 }), buildPod('b', { '9249': 20003 }, false)];

  it('are its pods at their real ports, by the number of a port without a name', () => {
    expect(findEndpoints(service, pods)).toEqual([
      { pod: 'a', ready: true, ports: { metrics: 20002 } },
      { pod: 'b', ready: false, ports: { metrics: 20003 } },
    ]);
  });

  it('are only those that have the port', () => {
    const rest = { ...service, spec: { ...service.spec, ports: [{ port: 80, targetPort: 'rest' }] } };
    expect(findEndpoints(rest, pods)).toEqual([{ pod: 'a', ready: true, ports: { '': 20001 } }]);
  });
});

describe('published endpoints', () => {
  let server: TestServer;
  let controller: Controller;
  const ending = new AbortController();
  const errors: unknown[] = [];
  beforeAll(async () => {
    server = await startTestServer();
    const { client } = server;
    const selection = { signal: ending.signal };
    const watched = {
      services: startInformer<Service>(client, serviceType, selection),
      pods: startInformer<Pod>(client, podType, selection),
      slices: startInformer<EndpointSlice>(client, endpointSliceType, selection),
    };
    await Promise.all(Object.values(watched).map(({ synced }) => synced));
    controller = startEndpointController(client, watched, (_, error) => errors.push(error));
  });
  afterAll(async () => {
    await controller.stop();
    ending.abort();
    await server.close();
    if (errors.length > 0) throw new AggregateError(errors);
  });
  beforeEach(() => server.client.create(serviceType, { ...service }));
  afterEach(() => server.client.delete(serviceType, service.metadata));

  async function create(pod: Pod): Promise<void> {
    await server.client.create(podType, { ...pod });
    await server.client.patch(podType, pod.metadata, { status: pod.status }, { subresource: 'status' });
  }
  const published = async () => {
    const { items } = await server.client.list<EndpointSlice>(endpointSliceType, {
      labelSelector: 'kubernetes.io/service-name=orders-metrics',
    });
    return items
      .map(({ endpoints, ports }) => [
        endpoints[0]?.targetRef,
        endpoints[0]?.conditions.ready,
        ports[0]?.port,
      ])
      .toSorted((a, b) => Number(a[2]) - Number(b[2]));
  };
  const target = (name: string) => ({ kind: 'Pod', name, namespace });

  it('are a slice for each pod, until the pod is gone', async () => {
    await create(buildPod('a', { '9249': 20002 }));
    await create(buildPod('b', { '9249': 20003 }, false));
    await vi.waitFor(async () =>
      expect(await published()).toEqual([
        [target('a'), true, 20002],
        [target('b'), false, 20003],
      ]),
    );
    await server.client.delete(podType, { namespace, name: 'a' });
    await vi.waitFor(async () => expect(await published()).toEqual([[target('b'), false, 20003]]));
    await server.client.delete(podType, { namespace, name: 'b' });
    await vi.waitFor(async () => expect(await published()).toEqual([]));
  });

  it('take the place of what an earlier version published, and of what somebody deleted', async () => {
    await server.client.create(endpointSliceType, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name: 'orders-metrics',
        namespace,
        labels: {
          'kubernetes.io/service-name': 'orders-metrics',
          'endpointslice.kubernetes.io/managed-by': 'sdp',
        },
      },
      addressType: 'IPv4',
      endpoints: [],
      ports: [],
    });
    await create(buildPod('a', { '9249': 20002 }));
    const expected = [[target('a'), true, 20002]];
    await vi.waitFor(async () => expect(await published()).toEqual(expected));
    const { items } = await server.client.list<EndpointSlice>(endpointSliceType);
    for (const { metadata } of items) await server.client.delete(endpointSliceType, metadata);
    await vi.waitFor(async () => expect(await published()).toEqual(expected));
    await server.client.delete(podType, { namespace, name: 'a' });
  });
});

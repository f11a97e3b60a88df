import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { stringify } from 'yaml';
import type { TargetGroup } from '../../src/platform/metrics/targets.ts';
import { eventually, platformCommands, run } from '../e2e/commands.ts';
import { meteredCluster } from './metered-cluster.ts';
import { startPrometheus } from './prometheus.ts';

const platform = platformCommands(inject('dataFolder'));
const pods = ['metered-jobmanager-0', 'metered-taskmanager-1-1', 'metered-taskmanager-1-2'];
let folder: string;
let manifest: string;
let env: Record<string, string>;
let port: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-metered-'));
  manifest = join(folder, 'cluster.yaml');
  await writeFile(manifest, meteredCluster.map((object) => `---\n${stringify(object)}`).join(''));
  env = await platform.env();
  port = new URL(env['SDP_INGRESS_URL'] ?? '').port;
  await platform.kubectl(['apply', '-f', manifest]);
  await platform.kubectl([
    'wait',
    '--for=condition=Ready',
    '--timeout=180s',
    ...pods.map((pod) => `pod/${pod}`),
  ]);
});

afterAll(async () => {
  await platform.kubectl(['delete', '-f', manifest, '--ignore-not-found']);
  await rm(folder, { recursive: true, force: true });
});

/** As curl and browsers do it: names below localhost are this machine. */
const open = (url: string) => run('curl', ['--silent', '--show-error', '--fail', url]);

async function readTargets(): Promise<TargetGroup[]> {
  const answer = await fetch(env['SDP_METRICS_URL'] ?? '');
  expect(answer.headers.get('content-type')).toBe('application/json');
  const groups = (await answer.json()) as TargetGroup[];
  return groups.filter(({ labels }) => labels['job'] === 'metered-metrics');
}

const podsOf = (labels: readonly Readonly<Record<string, string>>[]) =>
  labels.map(({ pod = '' }) => pod).toSorted((a, b) => a.localeCompare(b));

/** Every sample by its name with labels, of the text that Prometheus reads. */
function parseMetrics(text: string): Map<string, number> {
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const end = line.lastIndexOf(' ');
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

interface Overview {
  readonly taskmanagers: number;
}

describe('an Ingress', () => {
  it('opens the Flink UI in a browser', async () => {
    const page = await open(`http://metered.flink.localhost:${port}/`);
    expect(page).toContain('<title>Apache Flink Web Dashboard</title>');
    await eventually(
      async () => JSON.parse(await open(`http://metered.flink.localhost:${port}/v1/overview`)) as Overview,
      ({ taskmanagers }) => taskmanagers === 2,
    );
  });

  it('of a host that is elsewhere has an address here too, with its path rewritten', async () => {
    const address = `http://metered-path.default.localhost:${port}/default/metered/`;
    expect(await open(address)).toContain('<title>Apache Flink Web Dashboard</title>');
    expect(JSON.parse(await open(`${address}v1/overview`))).toMatchObject({ taskmanagers: 2 });
  });

  it('is shown with its address', async () => {
    const status = JSON.parse(await platform.sdp(['status', '--json'])) as { ingresses: object[] };
    expect(status.ingresses).toEqual([
      { namespace: 'default', name: 'metered', addresses: [`http://metered.flink.localhost:${port}/`] },
      {
        namespace: 'default',
        name: 'metered-path',
        addresses: [`http://metered-path.default.localhost:${port}/default/metered/`],
      },
    ]);
    const ingress = await platform.getJson<object>(['ingress', 'metered']);
    expect(ingress).toMatchObject({
      status: {
        loadBalancer: {
          ingress: [
            { hostname: 'metered.flink.localhost', ports: [{ port: Number(port), protocol: 'TCP' }] },
          ],
        },
      },
    });
  });
});

describe('a ServiceMonitor', () => {
  it('makes a target of every process of the cluster, which answers with its metrics', async () => {
    const targets = await readTargets();
    expect(podsOf(targets.map(({ labels }) => labels))).toEqual(pods);
    for (const {
      targets: [address],
      labels,
    } of targets) {
      const metrics = parseMetrics(await (await fetch(`http://${address}/metrics`)).text());
      const role = labels['pod']?.includes('jobmanager') ? 'jobmanager' : 'taskmanager';
      const heap = [...metrics].find(([name]) =>
        name.startsWith(`flink_${role}_Status_JVM_Memory_Heap_Used{`),
      );
      expect(heap?.[1], labels['pod']).toBeGreaterThan(0);
    }
  });

  it('keeps the metrics on loopback: they are on one address only', async () => {
    for (const { targets } of await readTargets()) {
      const port = targets[0]?.split(':')[1];
      // A server that listens on every address answers here too.
      await expect(fetch(`http://[::1]:${port}/metrics`)).rejects.toThrow('fetch failed');
    }
  });

  it('has Prometheus scrape them, with the labels of the Prometheus Operator', async () => {
    const prometheus = await startPrometheus(`
scrape_configs:
  - job_name: sdp
    http_sd_configs:
      - url: ${env['SDP_METRICS_URL']}
        refresh_interval: 1s
`);
    interface Query {
      readonly data: {
        readonly result: readonly {
          readonly metric: Record<string, string>;
          readonly value: [number, string];
        }[];
      };
    }
    try {
      const query = async (text: string) => {
        const answer = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(text)}`);
        return ((await answer.json()) as Query).data.result;
      };
      const up = await eventually(
        () => query('up{job="metered-metrics"}'),
        (rows) => rows.filter(({ value }) => value[1] === '1').length === 3,
      );
      expect(podsOf(up.map(({ metric }) => metric))).toEqual(pods);
      expect(up[0]?.metric).toMatchObject({
        namespace: 'default',
        service: 'metered-metrics',
        container: 'flink-main-container',
        endpoint: 'metrics',
        instance: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      });
      const registered = await query('flink_jobmanager_numRegisteredTaskManagers');
      expect(registered.map(({ value }) => value[1])).toEqual(['2']);

      await platform.kubectl(['delete', 'pod', 'metered-taskmanager-1-2']);
      await eventually(
        () => query('up{job="metered-metrics"}'),
        (rows) => rows.length === 2,
      );
      const slices = await platform.getJson<{ items: object[] }>([
        'endpointslices',
        '--selector=kubernetes.io/service-name=metered-metrics',
      ]);
      expect(slices.items).toHaveLength(2);
    } finally {
      await prometheus.stop();
    }
  });
});

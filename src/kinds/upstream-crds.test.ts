import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { KubernetesObject } from '../apiclient/object.ts';
import {
  allowsUnknownFields,
  propertySchema,
  type StructuralSchema,
} from '../apiserver/schema/structural-schema.ts';
import { kinds } from './catalog.ts';
import { buildCustomResourceDefinition } from './crd.ts';
import type { FlinkApplicationObject } from './flink-deployment/decide-application.ts';
import * as jobStatus from './flink-job/status.ts';
import type { FlinkSessionJobObject } from './flink-session-job/decide.ts';
import type { KafkaConnectorObject } from './kafka-connector/decide.ts';
import type { ReportedConnector } from './kafka-connector/status.ts';
import * as connectorStatus from './kafka-connector/status.ts';
import {
  type Definition,
  findRefused,
  isUpstreamThere,
  readUpstream,
  schemaOf,
  upstreamFolder,
} from './testing/upstream-crds.ts';

/** Fields of ours that upstream would prune or takes for something else. */
function findStrange(ours: StructuralSchema, upstream: StructuralSchema, path: string): string[] {
  const anything = upstream['x-kubernetes-preserve-unknown-fields'] === true && upstream.type === undefined;
  if (anything || upstream['x-kubernetes-int-or-string'] === true) return [];
  if (ours.type !== undefined && upstream.type !== undefined && ours.type !== upstream.type) {
    // An integer is a number.
    if (!(ours.type === 'integer' && upstream.type === 'number')) {
      return [`${path}: ${ours.type}, upstream ${upstream.type}`];
    }
  }
  const properties = Object.entries(ours.properties ?? {}).flatMap(([name, schema]) => {
    const theirs = propertySchema(upstream, name);
    if (theirs !== undefined) return findStrange(schema, theirs, `${path}.${name}`);
    return allowsUnknownFields(upstream) ? [] : [`${path}.${name}: unknown upstream`];
  });
  const items = ours.items && upstream.items ? findStrange(ours.items, upstream.items, `${path}[]`) : [];
  return [...properties, ...items];
}

it('the CRDs of the operators are at hand', (context) => {
  if (!isUpstreamThere && !process.env.CI) {
    context.skip(`no folder ${upstreamFolder}: set SDP_UPSTREAM_CRDS to a copy of the operators' CRDs`);
  }
  expect(
    isUpstreamThere,
    `no folder ${upstreamFolder}: set SDP_UPSTREAM_CRDS to a copy of the operators' CRDs`,
  ).toBe(true);
});

describe.skipIf(!isUpstreamThere).each(kinds.map((kind) => [kind.type.kind, kind] as const))(
  '%s',
  (_, kind) => {
    it('has the names that upstream has', () => {
      const { spec } = readUpstream(kind);
      expect({ group: spec.group, kind: spec.names.kind, plural: spec.names.plural }).toEqual({
        group: kind.type.group,
        kind: kind.type.kind,
        plural: kind.type.plural,
      });
      expect(spec.names.singular).toBe(kind.singular);
      expect(spec.scope === 'Namespaced').toBe(kind.type.namespaced);
    });

    it('has no field that upstream does not have', () => {
      const ours = (buildCustomResourceDefinition(kind) as unknown as Definition).spec.versions[0];
      const upstream = schemaOf(readUpstream(kind), kind.type.version);
      for (const part of ['spec', 'status']) {
        const [mine, theirs] = [ours?.schema.openAPIV3Schema.properties?.[part], upstream.properties?.[part]];
        expect(findStrange(mine ?? {}, theirs ?? {}, part)).toEqual([]);
      }
    });
  },
);

describe.skipIf(!isUpstreamThere)('a manifest that is written', () => {
  const outputs = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^[^/]+\/testdata\/manifest\/[^/]+\.output\.yaml$/.test(path))
    .sort();

  it.each(outputs)('%s is accepted whole', (path) => {
    const { manifest } = parse(readFileSync(join(import.meta.dirname, path), 'utf8')) as {
      manifest?: KubernetesObject & { spec: unknown };
    };
    if (manifest === undefined) return;
    const kind = kinds.find(({ type }) => type.kind === manifest.kind);
    if (kind === undefined) throw new Error(manifest.kind);
    expect(findRefused(kind, 'spec', manifest.spec)).toEqual([]);
  });
});

const job: FlinkSessionJobObject = {
  apiVersion: 'flink.apache.org/v1beta1',
  kind: 'FlinkSessionJob',
  metadata: { name: 'j', namespace: 'n', generation: 2 },
  spec: { deploymentName: 'session', job: { entryClass: 'a.B', args: ['x'], upgradeMode: 'savepoint' } },
  status: {
    observedGeneration: 1,
    jobStatus: { jobId: '0'.repeat(32), state: 'RUNNING' },
    reconciliationStatus: { state: 'DEPLOYED' },
  },
};
const application: FlinkApplicationObject = {
  ...job,
  kind: 'FlinkDeployment',
  spec: { flinkVersion: 'v2_2', job: { jarURI: 'local:///job.jar', upgradeMode: 'last-state' } },
  status: {
    ...job.status,
    jobManagerDeploymentStatus: 'READY',
    clusterInfo: { 'flink-version': '2.2.0', 'flink-revision': 'r', 'total-cpu': '2', 'total-memory': '1' },
    conditions: [{ type: 'Running', status: 'True', reason: 'Ready', message: 'm' }],
    taskManager: { labelSelector: 'component=taskmanager,app=j', replicas: 1 },
  },
};
const suspended: FlinkApplicationObject = {
  ...application,
  spec: { ...application.spec, job: { ...application.spec.job, state: 'suspended' } },
};
const overview = { jid: '0', name: 'j', state: 'RUNNING', 'start-time': 1, tasks: {} };
const now = 1;

const connector: KafkaConnectorObject = {
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'KafkaConnector',
  metadata: { name: 'c', namespace: 'n', generation: 2 },
  spec: { class: 'a.B', config: {} },
};
const reported: ReportedConnector = {
  connectorStatus: {
    name: 'c',
    type: 'sink',
    connector: { state: 'RUNNING', worker_id: 'w', version: '1' },
    tasks: [{ id: 0, state: 'FAILED', worker_id: 'w', version: '1', trace: 'java.lang.Error: why' }],
  },
  topics: ['t'],
  autoRestart: { count: 1, lastRestartTimestamp: '2026-01-01T00:00:00.000Z' },
  warnings: [connectorStatus.topicNotFound('t')],
};

describe.skipIf(!isUpstreamThere)('a status that is written', () => {
  it.each<[string, string, object]>([
    ['FlinkSessionJob', 'refused', jobStatus.refusedStatus(job, 'why', true)],
    ['FlinkSessionJob', 'prepared', jobStatus.preparedStatus(job, 'file:/sp')],
    ['FlinkSessionJob', 'submitting', jobStatus.submittingStatus(job, '1'.repeat(32))],
    ['FlinkSessionJob', 'submission failed', jobStatus.submissionFailedStatus(job, 'why')],
    ['FlinkSessionJob', 'deployed', jobStatus.deployedStatus(job, now)],
    [
      'FlinkSessionJob',
      'observed',
      jobStatus.observedStatus(job, { state: 'FAILED', stable: false, overview, cause: 'why', now }),
    ],
    ['FlinkSessionJob', 'missing', jobStatus.missingStatus(job)],
    ['FlinkSessionJob', 'cancelling', jobStatus.cancellingStatus(job)],
    ['FlinkSessionJob', 'triggered', jobStatus.triggeredStatus(job, '2'.repeat(32), now)],
    ['FlinkSessionJob', 'savepoint failed', jobStatus.savepointFailedStatus(job, 'why')],
    ['FlinkSessionJob', 'savepoint taken', jobStatus.savepointTakenStatus(job, 'file:/sp')],
    [
      'FlinkSessionJob',
      'stopped',
      jobStatus.stoppedStatus(job, { state: 'CANCELED', checkpoint: 'file:/cp' }),
    ],
    ['FlinkSessionJob', 'redeployed', jobStatus.redeployedStatus(job, 'file:/sp')],
    [
      'FlinkSessionJob',
      'resubmitted',
      jobStatus.resubmittedStatus(job, { lost: true, checkpoint: undefined }),
    ],
    ['FlinkDeployment', 'refused', jobStatus.refusedStatus(application, 'why', true)],
    ['FlinkDeployment', 'submitting', jobStatus.submittingStatus(application, '1'.repeat(32))],
    ['FlinkDeployment', 'deployed', jobStatus.deployedStatus(application, now)],
    ['FlinkDeployment', 'lost or not there yet', jobStatus.missingStatus(application)],
    ['FlinkDeployment', 'without room', jobStatus.failedStatus(application, 'why')],
    ['FlinkDeployment', 'stopped with last-state', jobStatus.stoppedKeepingStateStatus(application)],
    ['FlinkDeployment', 'suspended with last-state', jobStatus.stoppedKeepingStateStatus(suspended)],
    [
      'FlinkDeployment',
      'suspended, cancelled',
      jobStatus.suspendedStatus(suspended, { state: 'CANCELED', checkpoint: 'file:/cp' }),
    ],
    ['KafkaConnector', 'reported', connectorStatus.buildReportedStatus(connector, reported)],
    [
      'KafkaConnector',
      'refused',
      connectorStatus.buildErrorStatus(connector, { reason: 'CompletionException', message: 'why' }),
    ],
    ['KafkaConnector', 'paused', connectorStatus.buildPausedStatus(connector)],
    [
      'KafkaConnect',
      'ready',
      {
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: 't' }],
        observedGeneration: 1,
        replicas: 1,
        labelSelector: 'a=b',
        url: 'http://di-connect-api.n.svc:8083',
        connectorPlugins: [{ class: 'a.B', type: 'sink', version: '1' }],
      },
    ],
    [
      'KafkaTopic',
      'refused',
      {
        conditions: [
          { type: 'Ready', status: 'False', reason: 'KafkaError', message: 'm', lastTransitionTime: 't' },
        ],
        observedGeneration: 1,
        topicName: 't',
        topicId: 'id',
      },
    ],
  ])('%s %s is accepted whole', (name, _, status) => {
    const kind = kinds.find(({ type }) => type.kind === name);
    if (kind === undefined) throw new Error(name);
    expect(findRefused(kind, 'status', status)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { ConnectorStatus } from '../../engines/connect/client.ts';
import { assessConnectorHealth } from './health.ts';
import type { KafkaConnectorSpec, KafkaConnectorStatus } from './spec.ts';

/** Statuses as recorded from Strimzi's cluster operator 1.2.0. */

function assess(status: KafkaConnectorStatus | undefined, spec: KafkaConnectorSpec = {}) {
  const object = {
    apiVersion: 'kafka.strimzi.io/v1',
    kind: 'KafkaConnector',
    metadata: { name: 'sink', namespace: 'team', generation: 2 },
    spec,
    status,
  };
  return assessConnectorHealth(object);
}
function notReady(reason: string, message?: string): KafkaConnectorStatus {
  return {
    observedGeneration: 2,
    conditions: [{ type: 'NotReady', status: 'True', reason, ...(message !== undefined && { message }) }],
  };
}
function reported(state: string, tasks: ConnectorStatus['tasks'] = []): KafkaConnectorStatus {
  const connectorStatus = { name: 'sink', connector: { state }, tasks, type: 'sink' };
  return { observedGeneration: 2, conditions: [{ type: 'Ready', status: 'True' }], connectorStatus };
}
const trace =
  "org.apache.kafka.connect.errors.ConnectException: Couldn't find or create file\n\tat a.b.C(D.java:1)\n" +
  'Caused by: java.nio.file.NoSuchFileException: /no/such/file\n\tat e.f.G(H.java:2)\n\t... 9 more\n';
const failedTasks: KafkaConnectorStatus = {
  ...notReady('Throwable', 'The following tasks have failed: 0, 2, see connectorStatus for more details.'),
  connectorStatus: {
    connector: { state: 'RUNNING' },
    tasks: [
      { id: 0, state: 'FAILED', trace },
      { id: 1, state: 'RUNNING' },
      { id: 2, state: 'FAILED', trace },
    ],
  },
};

describe('assessConnectorHealth', () => {
  it.each<[string, KafkaConnectorStatus | undefined, KafkaConnectorSpec, string]>([
    ['runs', reported('RUNNING', [{ id: 0, state: 'RUNNING' }]), {}, 'healthy'],
    ['has no status', undefined, {}, 'progressing'],
    [
      'runs an earlier generation',
      { ...reported('RUNNING', [{ id: 0, state: 'RUNNING' }]), observedGeneration: 1 },
      {},
      'progressing',
    ],
    ['is Ready with no task yet', reported('RUNNING'), {}, 'progressing'],
    [
      'has no task, and nothing to do yet',
      reported('RUNNING'),
      { class: 'org.apache.kafka.connect.mirror.MirrorCheckpointConnector' },
      'healthy',
    ],
    [
      'has a task that is no longer assigned',
      reported('RUNNING', [{ id: 0, state: 'UNASSIGNED' }]),
      {},
      'progressing',
    ],
    ['has a failed task', failedTasks, {}, 'failed'],
    ['has a failed task and is paused', failedTasks, { state: 'paused' }, 'failed'],
    ['is paused', reported('PAUSED', [{ id: 0, state: 'PAUSED' }]), { state: 'paused' }, 'healthy'],
    [
      'is Ready before it is paused',
      reported('RUNNING', [{ id: 0, state: 'RUNNING' }]),
      { state: 'paused' },
      'progressing',
    ],
    ['is stopped', reported('STOPPED'), { state: 'stopped' }, 'healthy'],
    ['is stopped and is to run', reported('STOPPED'), { state: 'running' }, 'progressing'],
    ['failed itself', reported('FAILED'), {}, 'failed'],
    ['is refused', notReady('CompletionException', 'a.b.ConnectRestException: 400'), {}, 'failed'],
    [
      'is refused while connectors are shared out',
      notReady(
        'CompletionException',
        'a.b.ConnectRestException: POST /connectors returned 500 (500): Request cannot be completed because a rebalance is expected',
      ),
      {},
      'progressing',
    ],
    ['is on a cluster that does not answer', notReady('ConnectException'), {}, 'progressing'],
    [
      'is left alone, with a generation that stands still',
      { observedGeneration: 1, conditions: [{ type: 'ReconciliationPaused', status: 'True' }], tasksMax: 0 },
      {},
      'healthy',
    ],
  ])('a connector that %s', (_, status, spec, state) => {
    expect(assess(status, spec).state).toBe(state);
  });

  it('names the root cause of failed tasks once', () => {
    expect(assess(failedTasks)).toEqual({
      state: 'failed',
      mayPass: true,
      diagnostics: [
        {
          severity: 'error',
          reason: 'ConnectorFailed',
          summary: 'Tasks 0, 2 of connector sink failed',
          detail: 'NoSuchFileException: /no/such/file',
          object: { kind: 'KafkaConnector', name: 'sink', namespace: 'team' },
        },
      ],
    });
  });

  it('hands on the words of Connect without what is around them', () => {
    const refused = notReady(
      'CompletionException',
      'io.strimzi.operator.cluster.operator.assembly.ConnectRestException: POST /connectors returned 400 (400): why',
    );
    expect(assess(refused)).toMatchObject({
      diagnostics: [{ reason: 'CompletionException', detail: 'why' }],
    });
  });
});

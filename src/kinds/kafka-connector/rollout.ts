import type { KubernetesObject } from '../../apiclient/object.ts';
import type { ConnectorStatus } from '../../engines/connect/client.ts';
import { clusterLabel } from '../kafka-topic/resource-type.ts';
import type { Health } from '../kind.ts';
import type { EngineView, RolloutRules } from '../rollout.ts';
import { isPaused } from '../strimzi-conditions.ts';
import { assessReportedStatus } from './health.ts';
import type { KafkaConnectorSpec, KafkaConnectorStatus } from './spec.ts';

/** Tasks that cannot work mostly fail at their first records. */
const settleMs = 2_000;

/** Rollouts of connectors: Connect itself is asked, since the operator looks at a connector only every two minutes. */
export const connectorRollout: RolloutRules = {
  settle: () => settleMs,

  goBack: {
    needs: () => [],
    startedFrom: () => undefined,
    decide: (_object, spec) => ({
      spec,
      says: ['It goes on from the offsets that Connect has of it.'],
    }),
  },

  async look(object, health, ask) {
    const cluster = object.metadata.labels?.[clusterLabel];
    // Until the operator has acted, what runs is of an earlier revision.
    if (cluster === undefined || !isTold(object, health)) return undefined;
    const answer = await ask({
      service: `${cluster}-connect-api:rest-api`,
      path: '/connectors?expand=status',
    });
    if (answer?.status !== 200) return undefined;
    const all = answer.body as Readonly<Record<string, { readonly status?: ConnectorStatus }>>;
    const reported = all[object.metadata.name]?.status;
    const { spec } = object as { spec?: KafkaConnectorSpec };
    return view(
      reported === undefined
        ? { state: 'progressing', message: 'waiting for the connector to be in Connect' }
        : assessReportedStatus(reported, spec, object),
    );
  },
};

/** Whether the status rests on what Connect said of the connector: what else is wrong Connect does not know. */
function isTold(object: KubernetesObject, health: Health): boolean {
  const { status = {} } = object as { status?: KafkaConnectorStatus };
  if (isPaused(status)) return false;
  if (health.state !== 'failed') return health.state === 'healthy';
  return health.diagnostics.every(({ reason }) => reason === 'ConnectorFailed');
}

function view(health: Health): EngineView {
  return { health, run: '', failures: 0 };
}

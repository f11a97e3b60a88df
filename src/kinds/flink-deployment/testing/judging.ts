import { changeOf, type Verdict } from '../../verdict.ts';
import type { FlinkDeploymentParams } from '../params.ts';
import { type DeploymentDigest, deploymentVerdicts } from '../verdicts.ts';

export type Changes = Partial<FlinkDeploymentParams>;

export const metadata = { name: 'flink', namespace: 'team' };
export const resource = { memory: '1600m' };
export const folders = { 'state.checkpoints.dir': 'file:/cp', 'state.savepoints.dir': 'file:/sp' };
export const highlyAvailable = { ...folders, 'high-availability.type': 'kubernetes' };

export const session: FlinkDeploymentParams = {
  flinkVersion: 'v2_2',
  jobManager: { resource },
  taskManager: { resource },
  flinkConfiguration: folders,
};
export const application: FlinkDeploymentParams = {
  ...session,
  job: { parallelism: 1, upgradeMode: 'savepoint', jarURI: 'local:///a.jar' },
};

export function judge(
  before: FlinkDeploymentParams | undefined,
  after: FlinkDeploymentParams | undefined,
  digest?: DeploymentDigest,
  replaced = false,
): readonly Verdict[] {
  return deploymentVerdicts.judge(
    changeOf<FlinkDeploymentParams, DeploymentDigest>(
      before && { metadata, params: before },
      after && { metadata, params: after },
      digest,
      replaced,
    ),
  );
}

/** `!` marks a verdict that needs a guard. */
export function tell(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.map(({ effect, guard, reason }) => `${effect}${guard === undefined ? '' : '!'}: ${reason}`);
}

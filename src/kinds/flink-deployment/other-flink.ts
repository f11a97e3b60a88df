import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { flinkVersion } from '../../engines/flink/version.ts';
import type { FlinkDeploymentSpec } from './spec.ts';

/** Why the local platform does not run a cluster: it has one Flink. `undefined`: it does. */
export function refuseOtherFlink({ flinkVersion: asked }: FlinkDeploymentSpec): string | undefined {
  const own = flinkVersion.split('.').slice(0, 2);
  if (asked === undefined || asked === `v${own.join('_')}`) return undefined;
  return (
    `flinkVersion is ${asked}, and the local platform runs Flink ${flinkVersion} alone. ` +
    `Set flink_version to ${own.join('.')} where the project runs here (in its settings, environments/local.yaml), or apply it to a cluster.`
  );
}

/** The same as a plan tells it. */
export function checkOtherFlink(spec: FlinkDeploymentSpec): Diagnostic | undefined {
  const detail = refuseOtherFlink(spec);
  if (detail === undefined) return undefined;
  return {
    severity: 'warning',
    reason: 'OtherFlink',
    summary: 'The local platform does not run this version of Flink',
    detail: `The apply will fail: ${detail}`,
    path: ['flinkVersion'],
  };
}

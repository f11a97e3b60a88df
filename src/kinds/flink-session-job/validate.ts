import type { FlinkDeploymentSpec } from '../flink-deployment/spec.ts';
import { validateClusterName, validateJob, validateParallelism } from '../flink-deployment/validate.ts';
import type { FlinkSessionJobSpec } from './spec.ts';

export interface SessionJobSurroundings {
  /** The spec that was last carried out. */
  readonly before?: FlinkSessionJobSpec | undefined;
  /** The FlinkDeployment that the job names. Unknown: what depends on it is not refused. */
  readonly cluster?: Pick<FlinkDeploymentSpec, 'job' | 'flinkConfiguration'> | undefined;
}

/** What `DefaultValidator` of operator 1.15.0 refuses in a session job, in its words and its order. */
export function validateSessionJob(
  spec: FlinkSessionJobSpec,
  { before, cluster }: SessionJobSurroundings = {},
): string | undefined {
  return (
    validateClusterName(spec.deploymentName) ??
    (before !== undefined && before.deploymentName !== spec.deploymentName
      ? "The deploymentName can't be changed"
      : undefined) ??
    validateJarUri(spec.job.jarURI) ??
    (cluster === undefined ? validateParallelism(spec.job) : validateOnCluster(spec, cluster))
  );
}

function validateOnCluster(
  { job, flinkConfiguration }: FlinkSessionJobSpec,
  cluster: NonNullable<SessionJobSurroundings['cluster']>,
): string | undefined {
  if (cluster.job !== undefined) return 'Can not submit session job to application cluster';
  return validateJob(job, { ...cluster.flinkConfiguration, ...flinkConfiguration });
}

/** The original takes https alone by default, and names the schemes that it is configured with. */
const jarSchemes = ['file', 'http', 'https'];

function validateJarUri(jarURI: string | undefined): string | undefined {
  if (jarURI === undefined) return undefined;
  if (/[\s<>"{}|\\^`]/.test(jarURI)) return `jarURI is not a valid URI: ${jarURI}`;
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(jarURI)?.[1];
  if (scheme === undefined) return 'jarURI must include a scheme';
  if (jarSchemes.includes(scheme.toLowerCase())) return undefined;
  return `jarURI scheme '${scheme}' is not in the allowlist [${jarSchemes.join(', ')}]. Configure 'kubernetes.operator.user.artifacts.allowed-schemes' to extend the allowlist.`;
}

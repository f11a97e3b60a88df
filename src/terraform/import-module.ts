import type { ImportedObject } from './import-objects.ts';
import { Expression, type HclValue } from './write-hcl.ts';

type Values = Readonly<Record<string, HclValue>>;

/** The arguments of the common module that makes this very resource; undefined where none says all of it. */
export function asModule({ resource, attributes }: ImportedObject, modules: string): Values | undefined {
  const call = builders[resource]?.(attributes);
  if (call === undefined) return undefined;
  const { module, ...values } = call;
  // Waiting would be one more resource, and a plan that creates something.
  return { source: sourceOf(modules, module), ...values, wait: false };
}

/** A Git reference stands behind the module's path. */
function sourceOf(modules: string, module: string): string {
  const [base = '', reference] = modules.split(/(?=\?ref=)/);
  return `${base}//${module}${reference ?? ''}`;
}

type Call = Values & { readonly module: string };

const builders: Readonly<Record<string, (attributes: Values) => Call | undefined>> = {
  sdp_kafka_topic: (attributes) => ({ module: 'kafka/topic', ...attributes }),

  sdp_flink_session_job({ name, deployment_name, job, sql, flink_configuration, ...rest }) {
    const { parallelism, state, upgrade_mode, ...others } = valuesOf(job);
    const { script, catalog, parameters, python } = valuesOf(sql);
    const { path } = valuesOf(script);
    const isWhole = [parallelism, state, upgrade_mode].every(
      (value) => value !== undefined && value !== null,
    );
    const { restart_nonce, ...metadata } = rest;
    const unsaid = [restart_nonce, ...Object.values(others)].some(
      (value) => value !== undefined && value !== null,
    );
    if (typeof name !== 'string' || path !== `sql/jobs/${name}.sql` || !isWhole || unsaid) return undefined;
    // The module adds a savepoint on deletion unless the job is stateless; only the same configuration is the same job.
    const configuration = valuesOf(flink_configuration);
    const keeps = configuration[savepointOnDeletion] === 'true';
    if (upgrade_mode !== 'stateless' && !keeps) return undefined;
    const { python: _python, ...labels } = metadata;
    return {
      module: 'flink/sql-job',
      job_name: name,
      ...labels,
      session_cluster: deployment_name,
      parallelism,
      state,
      upgrade_mode,
      catalog,
      args: parameters,
      python: archiveOf(python),
      flink_configuration,
    };
  },
};

const savepointOnDeletion = 'kubernetes.operator.job.savepoint-on-deletion';

/** The module has the lines of the requirements as a list. */
function archiveOf(python: HclValue): HclValue {
  if (python === null || python === undefined) return undefined;
  const { requirements, ...archive } = valuesOf(python);
  return { ...archive, ...(typeof requirements === 'string' && { requirements: requirements.split('\n') }) };
}

function valuesOf(value: HclValue): Values {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord && !(value instanceof Expression) ? (value as Values) : {};
}

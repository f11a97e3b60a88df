import type { KubernetesObject } from '../../apiclient/object.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';

/** `status.error` is JSON of the operator's `FlinkResourceException`, or plain text. */
export function describeError(error: string): Pick<Diagnostic, 'reason' | 'detail'> {
  try {
    const parsed: unknown = JSON.parse(error);
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed) {
      const type = 'type' in parsed ? String(parsed.type).split('.').at(-1) : undefined;
      return { reason: type ?? 'Error', detail: String(parsed.message) };
    }
  } catch {
    // Plain text, as "Job Not Found".
  }
  return { reason: 'Error', detail: error };
}

/** `status.error` as the operator writes it (recorded): its exception's name, and its message, cut at 2048 characters. */
export function writeError(type: string, message: string): string {
  const name = `org.apache.flink.kubernetes.operator.exception.${type}`;
  return JSON.stringify({ type: name, message: message.slice(0, 2048) });
}

/** A change that the operator has not carried out, and tries no more (recorded: retries end, and the error stays). */
export function stalledChange(
  { kind, metadata: { name, namespace } }: KubernetesObject,
  { reason, detail }: Pick<Diagnostic, 'reason' | 'detail'>,
): Diagnostic {
  const remedy =
    detail === 'Job Not Found'
      ? 'The job is lost, and a change does not bring it back: name the savepoint or checkpoint to start from in initial_savepoint_path and give savepoint_redeploy_nonce a new value, or set upgrade_mode = "stateless" to start empty.'
      : 'What ran before goes on as it was. Remove the cause and change the job, or give restart_nonce a new value: the operator then tries again.';
  return {
    severity: 'error',
    reason,
    summary: `The change of Flink job ${name} was not carried out`,
    detail: `${detail}\n${remedy}`,
    object: { kind, name, ...(namespace !== undefined && { namespace }) },
  };
}

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

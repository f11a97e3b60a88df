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

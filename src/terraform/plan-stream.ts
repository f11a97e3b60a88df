import { hideSecretLiterals } from '../diagnostics/secret-literals.ts';
import { parseJsonObject } from './json-object.ts';

/** What Terraform found while planning, with where in the configuration it is. */
export interface PlanDiagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail: string;
  /** Of the resource; absent where it is about none, or one that is no longer in the configuration. */
  readonly address?: string;
  readonly source?: { readonly file: string; readonly line: number; readonly column: number };
  readonly snippet?: {
    readonly code: string;
    readonly startLine: number;
    /** The block that it is in: `resource "sdp_kafka_topic" "orders"`. */
    readonly context?: string;
  };
}

/** A line of `terraform plan -json`. `other`: no JSON, which a crash or a wrapper of Terraform's writes. */
export type PlanEvent =
  | { readonly type: 'diagnostic'; readonly diagnostic: PlanDiagnostic }
  | { readonly type: 'refreshed' | 'planned'; readonly address: string }
  | { readonly type: 'other'; readonly text: string }
  | { readonly type: 'ignored' };

interface StreamLine {
  readonly type?: string;
  readonly hook?: { readonly resource?: { readonly addr?: string } };
  readonly change?: { readonly resource?: { readonly addr?: string } };
  readonly diagnostic?: {
    readonly severity: string;
    readonly summary: string;
    readonly detail?: string;
    readonly address?: string;
    readonly range?: {
      readonly filename: string;
      readonly start: { readonly line: number; readonly column: number };
    };
    readonly snippet?: {
      readonly code: string;
      readonly start_line: number;
      readonly context?: string | null;
    };
  };
}

export function parsePlanLine(text: string): PlanEvent {
  const line = parseJsonObject(text) as StreamLine | undefined;
  if (line === undefined) return text.trim() === '' ? { type: 'ignored' } : { type: 'other', text };
  if (line.type === 'refresh_complete') {
    return { type: 'refreshed', address: line.hook?.resource?.addr ?? '' };
  }
  if (line.type === 'planned_change') {
    return { type: 'planned', address: line.change?.resource?.addr ?? '' };
  }
  if (line.diagnostic === undefined) return { type: 'ignored' };
  const { severity, summary, detail = '', address, range, snippet } = line.diagnostic;
  const context = snippet?.context;
  return {
    type: 'diagnostic',
    diagnostic: {
      severity: severity === 'error' ? 'error' : 'warning',
      summary,
      detail,
      ...(address !== undefined && address !== '' && { address }),
      ...(range !== undefined && {
        source: { file: range.filename, line: range.start.line, column: range.start.column },
      }),
      ...(snippet !== undefined && {
        snippet: {
          // It goes into reports; what is wrong shows without it.
          code: hideSecretLiterals(snippet.code).text,
          startLine: snippet.start_line,
          ...(typeof context === 'string' && { context }),
        },
      }),
    },
  };
}

import { createHash } from 'node:crypto';
import type { Diagnostic } from './diagnostic.ts';

/** One entry of a GitLab Code Quality report (the subset of CodeClimate's format that GitLab documents). */
export interface CodeQualityIssue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: 'minor' | 'major';
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

/** Of those that have a place; `prefix` is the project's folder in the repository: empty, or with a `/` at its end. */
export function toCodeQuality(diagnostics: readonly Diagnostic[], prefix = ''): readonly CodeQualityIssue[] {
  const seen = new Map<string, number>();
  return diagnostics.flatMap(({ severity, reason, summary, detail, source }) => {
    if (source === undefined) return [];
    // Without the line, so that an issue stays the same while its lines move; equal ones are told apart by their order.
    const same = JSON.stringify([source.file, reason, summary]);
    const count = seen.get(same) ?? 0;
    seen.set(same, count + 1);
    return [
      {
        description: `${summary}. ${detail}`,
        check_name: reason,
        fingerprint: createHash('sha256').update(`${same}${count}`).digest('hex').slice(0, 32),
        severity: severity === 'error' ? 'major' : 'minor',
        location: { path: `${prefix}${source.file}`, lines: { begin: source.line ?? 1 } },
      },
    ];
  });
}

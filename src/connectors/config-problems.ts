import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** Diagnostics of one key of a connector's configuration. None of them repeats its value. */

export function missingKey(key: string, why: string): Diagnostic {
  return {
    severity: 'error',
    reason: 'MissingValue',
    summary: `Missing value for config.${key}`,
    detail: `${why} Set ${key}.`,
    path: ['config', key],
  };
}

export function invalidValue(key: string, problem: string, advice: string): Diagnostic {
  return {
    severity: 'error',
    reason: 'InvalidValue',
    summary: `config.${key} ${problem}`,
    detail: advice,
    path: ['config', key],
  };
}

export function conflictingKeys(key: string, summary: string, detail: string): Diagnostic {
  return { severity: 'error', reason: 'ConflictingArguments', summary, detail, path: ['config', key] };
}

/** What the connector takes, and what does something else than it seems to say. */
export function withoutEffect(key: string, summary: string, detail: string): Diagnostic {
  return { severity: 'warning', reason: 'NoEffect', summary, detail, path: ['config', key] };
}

export function unknownKey(
  key: string,
  of: string,
  similar: string | undefined,
  severity: 'error' | 'warning',
): Diagnostic {
  return {
    severity,
    reason: 'UnknownConfigKey',
    summary: `${of} has no key ${key}`,
    detail:
      'Connect would take it, and it would have no effect. ' +
      (similar === undefined ? 'Remove it.' : `Did you mean ${similar}?`),
    path: ['config', key],
  };
}

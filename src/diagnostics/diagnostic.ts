/** Where in a file something was seen. `line` and `column` count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** Names one Kubernetes object in a message. */
export interface ObjectName {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** Steps from the root of the user's input to an attribute, in the input's own names: `['job', 'parallelism']`. */
export type AttributePath = readonly (string | number)[];

/**
 * A problem of the user's or of the world's, as a value: collected and returned, never thrown.
 * `reason` is one PascalCase word, the same in conditions, events, the command line and Terraform.
 * `detail` says what was seen, why it matters and what to change.
 */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly reason: string;
  readonly summary: string;
  readonly detail: string;
  readonly path?: AttributePath;
  readonly object?: ObjectName;
  readonly source?: SourcePosition;
}

/** The outcome of a step that may find problems. `value` is absent exactly when there is an error among them. */
export type Diagnosed<T> =
  | { readonly value: T; readonly diagnostics: readonly Diagnostic[] }
  | { readonly value?: undefined; readonly diagnostics: readonly Diagnostic[] };

export function ok<T>(value: T, diagnostics: readonly Diagnostic[] = []): Diagnosed<T> {
  return { value, diagnostics };
}

export function failed<T>(...diagnostics: readonly Diagnostic[]): Diagnosed<T> {
  return { diagnostics };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

/** Carries diagnostics through code that can only throw (callbacks of libraries). Caught at the edges. */
export class DiagnosticError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(...diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((diagnostic) => `${diagnostic.summary}: ${diagnostic.detail}`).join('\n'));
    this.name = 'DiagnosticError';
    this.diagnostics = diagnostics;
  }
}

/**
 * `status.reconciliationStatus.lastReconciledSpec` of Flink's resources: the spec that the operator last carried out,
 * as JSON text with a note on whether it was the first (recorded from operator 1.15.0).
 */
export interface ReconciledSpec<S> {
  readonly spec: S;
  readonly firstDeployment: boolean;
}

export function writeReconciledSpec<S>({ spec, firstDeployment }: ReconciledSpec<S>): string {
  return JSON.stringify({
    spec,
    resource_metadata: { apiVersion: 'flink.apache.org/v1beta1', firstDeployment },
  });
}

export function readReconciledSpec<S>(text: string | undefined): ReconciledSpec<S> | undefined {
  if (text === undefined) return undefined;
  const parsed = JSON.parse(text) as { spec: S; resource_metadata?: { firstDeployment?: boolean } };
  return { spec: parsed.spec, firstDeployment: parsed.resource_metadata?.firstDeployment ?? false };
}

export interface SpecChange {
  /** Dotted, as the operator's SpecChanged event names it: `job.args.1`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Leaf differences of two specs. Absent and null are the same. */
export function compareSpecs(before: unknown, after: unknown, path = ''): readonly SpecChange[] {
  if (isContainer(before) || isContainer(after)) {
    const left = isContainer(before) ? (before as Record<string, unknown>) : {};
    const right = isContainer(after) ? (after as Record<string, unknown>) : {};
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].flatMap((key) =>
      compareSpecs(left[key], right[key], path === '' ? key : `${path}.${key}`),
    );
  }
  return (before ?? null) === (after ?? null) ? [] : [{ path, before, after }];
}

/** `job.parallelism : 1 -> 2, job.args.1 : null -> 0` */
export function describeChanges(changes: readonly SpecChange[]): string {
  const show = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
  return changes.map(({ path, before, after }) => `${path} : ${show(before)} -> ${show(after)}`).join(', ');
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

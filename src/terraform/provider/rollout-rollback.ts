import type { KubernetesObject } from '../../apiclient/object.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { GoingBack } from '../../kinds/rollout.ts';
import { findWayBack } from './healthy-record.ts';
import { projectAnnotation, revisionAnnotation } from './ownership.ts';
import { findMissing, putBack } from './put-back.ts';
import type { Awaited, Outcome, Surroundings } from './rollout-wait.ts';
import { waitForRollout } from './rollout-wait.ts';

type Failed = Extract<Outcome, { outcome: 'failed' }>;

/** What a rollback is no remedy for, or nobody's to make. */
const notRolledBack: readonly Failed['why'][] = ['cancelled', 'superseded', 'gone'];

export interface FailedRollout {
  readonly awaited: Awaited;
  readonly failure: Failed;
  readonly project: string | undefined;
  readonly around: Surroundings;
  /** The object was written. */
  written(): void;
}

/**
 * Puts the last healthy revision back after a rollout that failed, waits until it is healthy, and adds to the failure
 * what was done. Where it cannot be done nothing is, and the failure says why.
 */
export async function rollBackFailed(request: FailedRollout): Promise<readonly Diagnostic[]> {
  const { awaited, failure } = request;
  const goBack = awaited.kind.rollout?.goBack;
  if (goBack === undefined || notRolledBack.includes(failure.why)) return failure.diagnostics;
  try {
    return addTo(failure.diagnostics, await rollBack(request, goBack));
  } catch (error) {
    // The cause of the failure is not to be lost to that of the remedy.
    const why = error instanceof Error ? error.message : String(error);
    return addTo(failure.diagnostics, [
      `It could not be rolled back: ${why}. Whether it was written is not known: plan again to see.`,
    ]);
  }
}

async function rollBack(
  { awaited, failure, project, around, written }: FailedRollout,
  goBack: GoingBack,
): Promise<readonly string[]> {
  const { kind, reference, revision } = awaited;
  const client = await around.connect();
  const object = await client.get<KubernetesObject>(kind.type, reference);
  const { annotations } = object?.metadata ?? {};
  if (object === undefined || annotations?.[revisionAnnotation] !== revision) {
    return [`It was not rolled back: it is not at revision ${revision} any more.`];
  }
  if (project === undefined || annotations[projectAnnotation] !== project) {
    return ['It was not rolled back: another project declares it.'];
  }
  const healthy = findWayBack(object);
  if (healthy === undefined) {
    return ['It was not rolled back: no other revision of it is known to have been healthy.'];
  }
  const way = goBack.decide(object, healthy.spec, failure.startedFrom);
  if (way === undefined) return ['It was not rolled back: it is nothing that can be put back.'];
  const missing = await findMissing(client, goBack, object, healthy.spec);
  if (missing !== undefined) {
    return [`It was not rolled back to revision ${healthy.revision}: ${missing}.`];
  }
  around.progress(`failed; rolls back to revision ${healthy.revision}`);
  const because = failure.diagnostics[0]?.detail ?? 'it was not healthy';
  try {
    const { type } = kind;
    const { spec } = way;
    await putBack({ client, type, object, project, spec, revision: healthy.revision, because, force: false });
  } finally {
    written();
  }
  const outcome = await waitForRollout({ ...awaited, revision: healthy.revision }, around);
  const rejected = `Revision ${revision} is not made again unless retry = true: change what is declared.`;
  if (outcome.outcome === 'healthy') {
    return [`It was rolled back to revision ${healthy.revision}, and is healthy.`, ...way.says, rejected];
  }
  const causes = outcome.diagnostics.map(({ summary, detail }) => `${summary}: ${detail}`);
  return [
    `It was put back to revision ${healthy.revision}, which is not healthy either: ${causes.join(' ')}`,
    ...way.says,
    rejected,
  ];
}

function addTo(diagnostics: readonly Diagnostic[], sentences: readonly string[]): readonly Diagnostic[] {
  return diagnostics.map((item, index) =>
    index > 0 ? item : { ...item, detail: `${item.detail}\n${sentences.join('\n')}` },
  );
}

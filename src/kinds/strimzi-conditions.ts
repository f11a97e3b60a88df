import { z } from 'zod';
import type { KubernetesObject } from '../apiclient/object.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** `status.conditions` of Strimzi's resources. */
export const strimziConditions = z.array(
  z.object({
    type: z.string().optional(),
    status: z.string().optional(),
    lastTransitionTime: z.string().optional(),
    reason: z.string().optional(),
    message: z.string().optional(),
  }),
);

export type StrimziCondition = z.output<typeof strimziConditions>[number];

export interface StrimziStatus {
  readonly conditions?: readonly StrimziCondition[] | undefined;
  readonly observedGeneration?: number | undefined;
}

/** Whether the operator was told to leave the resource alone; its observedGeneration then stands still (recorded). */
export function isPaused({ conditions = [] }: StrimziStatus): boolean {
  return conditions.some(({ type, status }) => type === 'ReconciliationPaused' && status === 'True');
}

/** Whether the operator acted on the object as it is now. */
export function hasActed({ observedGeneration = 0 }: StrimziStatus, { metadata }: KubernetesObject): boolean {
  return observedGeneration >= (metadata.generation ?? 1);
}

export function isReady({ conditions = [] }: StrimziStatus): boolean {
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

/** The cluster operator writes `NotReady` with status True, never `Ready` with status False (recorded). */
export function findFailure({ conditions = [] }: StrimziStatus): StrimziCondition | undefined {
  return conditions.find(
    ({ type, status }) =>
      (type === 'NotReady' && status === 'True') || (type === 'Ready' && status === 'False'),
  );
}

/** Connect's REST API does not answer: so it is while its pods start, and the operator tries again (recorded). */
export function isUnreachable({ reason, message }: StrimziCondition): boolean {
  return (
    (reason === 'ConnectException' && message === undefined) ||
    /^(?:java\.net\.)?ConnectException\b/.test(message ?? '')
  );
}

/** The operator's reason and words, without the Java classes that wrap them. */
export function describeFailure(
  { reason, message }: StrimziCondition,
  summary: string,
  object: KubernetesObject,
): Diagnostic {
  const { name, namespace } = object.metadata;
  return {
    severity: 'error',
    reason: reason ?? 'NotReady',
    summary,
    detail:
      message?.replace(/^(?:[\w$]+\.)+[\w$]*(?:Exception|Error): /, '') ?? 'The operator gave no reason.',
    object: { kind: object.kind, name, ...(namespace !== undefined && { namespace }) },
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../../apiclient/client.ts';
import type { KubernetesObject, ResourceType } from '../../apiclient/object.ts';
import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { describeObject, nameOf } from './api-diagnostics.ts';

const firstPause = 50;
const longestPause = 2_000;

/** Waits until the object with this uid is gone; `timeout` in milliseconds. What blocks it is in the error. */
export async function waitUntilGone(
  client: ApiClient,
  type: ResourceType,
  { metadata: { name, namespace, uid } }: KubernetesObject,
  { timeout, signal }: { readonly timeout: number; readonly signal: AbortSignal },
): Promise<void> {
  const end = Date.now() + timeout;
  for (let pause = firstPause; ; pause = Math.min(pause * 1.5, longestPause)) {
    const object = await client.get(type, { name, namespace });
    if (object === undefined || object.metadata.uid !== uid) return;
    if (signal.aborted) throw new DiagnosticError(stillThere(object, 'the operation was cancelled'));
    if (Date.now() >= end)
      throw new DiagnosticError(stillThere(object, `waited ${Math.round(timeout / 1000)} s`));
    await delay(Math.min(pause, Math.max(end - Date.now(), 0)), undefined, { signal }).catch(() => undefined);
  }
}

function stillThere(object: KubernetesObject, because: string): Diagnostic {
  const finalizers = object.metadata.finalizers ?? [];
  const blockers =
    finalizers.length === 0
      ? 'It has no finalizers: its dependents are still being deleted.'
      : `These finalizers keep it: ${finalizers.join(', ')}. The operator that set them removes them when its work is done; ` +
        'check that it runs and what it logs. Removing a finalizer by hand leaves that work undone.';
  return {
    severity: 'error',
    reason: 'DeletionPending',
    summary: `${describeObject(nameOf(object))} is not gone yet (${because})`,
    detail: `The API server has accepted its deletion. ${blockers} The resource stays in the state: apply again to go on waiting.`,
    object: nameOf(object),
  };
}

import { type ApiClient, ApiError } from '../apiclient/client.ts';
import type { KubernetesObject, ObjectReference, ResourceType } from '../apiclient/object.ts';

const manager = 'sdp-edit';
const attempts = 5;

/**
 * Changes fields of an object by a merge patch and leaves them without an owner: who declares them loses them, so that
 * Terraform's next plan shows the change, and gets them back without a conflict when it applies. An owner that stays would
 * stand in the way of every later change of the declaration.
 */
export async function editObject(
  client: ApiClient,
  type: ResourceType,
  reference: ObjectReference,
  patch: Readonly<Record<string, unknown>>,
): Promise<void> {
  let object = await client.patch<KubernetesObject>(type, reference, patch, { fieldManager: manager });
  for (let left = attempts; left > 0; left -= 1) {
    const { managedFields = [], resourceVersion } = object.metadata;
    const entries = managedFields.filter((entry) => entry.manager !== manager);
    if (entries.length === managedFields.length) return;
    const release = [
      { op: 'replace', path: '/metadata/managedFields', value: entries },
      // The operator writes at the same time.
      { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
    ];
    try {
      await client.patch(type, reference, release, { fieldManager: manager });
      return;
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'Conflict') throw error;
      const live = await client.get(type, reference);
      if (live === undefined) return;
      object = live;
    }
  }
}

import { isDeepStrictEqual } from 'node:util';
import type { ApiClient } from '../apiclient/client.ts';
import type { KubernetesObject, ResourceType } from '../apiclient/object.ts';
import type { StrimziStatus } from './strimzi-conditions.ts';

/**
 * Replaces an object's status, when it differs in more than the times of its conditions. All of them get the time of the
 * write, also where type and status are as before (recorded).
 */
export async function writeStrimziStatus(
  client: ApiClient,
  type: ResourceType,
  object: KubernetesObject & { readonly status?: StrimziStatus },
  status: StrimziStatus,
): Promise<void> {
  // As JSON: fields that are undefined are not there.
  const wanted = JSON.parse(JSON.stringify(status)) as StrimziStatus;
  if (isDeepStrictEqual(withoutTimes(wanted), withoutTimes(object.status ?? {}))) return;
  const lastTransitionTime = new Date().toISOString();
  const conditions = wanted.conditions?.map((condition) => ({ lastTransitionTime, ...condition }));
  const { namespace, name } = object.metadata;
  await client.patch(
    type,
    { namespace, name },
    [{ op: 'add', path: '/status', value: { ...wanted, conditions } }],
    { subresource: 'status' },
  );
}

function withoutTimes(status: StrimziStatus): StrimziStatus {
  const conditions = status.conditions?.map((condition) => ({ ...condition, lastTransitionTime: undefined }));
  return { ...status, conditions };
}

import type { ApiClient } from '../apiclient/client.ts';
import type { KubernetesObject, ResourceType } from '../apiclient/object.ts';

/** Sets a finalizer of an object, or takes it off; the finalizers of others stay. Writes only what changes something. */
export async function setFinalizer(
  client: ApiClient,
  type: ResourceType,
  { metadata }: KubernetesObject,
  finalizer: string,
  wanted: boolean,
): Promise<void> {
  const { finalizers = [] } = metadata;
  if (finalizers.includes(finalizer) === wanted) return;
  const rest = finalizers.filter((other) => other !== finalizer);
  await client.patch(type, metadata, { metadata: { finalizers: wanted ? [...rest, finalizer] : rest } });
}

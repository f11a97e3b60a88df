import type { ApiClient } from '../../apiclient/client.ts';
import type { KubernetesObject, ManagedFieldsEntry, ResourceType } from '../../apiclient/object.ts';
import { apiVersionOf } from '../../apiclient/object.ts';
import { fieldManagerOf } from './ownership.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Tools that write what somebody declared, as opposed to controllers, whose fields are their own. */
const deployers =
  /^(kubectl|helm|terraform|hashicorp|pulumi|argocd|flux|kustomize-controller|before-first-apply)/i;

/** The managers whose fields an adoption takes over. `named` are those that a moved resource names. */
export function managersToReplace(
  { metadata }: KubernetesObject,
  named: readonly string[] = [],
): readonly string[] {
  const entries = (metadata.managedFields ?? []).filter((entry) => isReplaced(entry, named));
  return [...new Set(entries.map(({ manager }) => manager))].sort();
}

/**
 * Makes the project the manager of what deployers set, so that applying a manifest without a field removes it: else it
 * would stay forever, owned by a tool that nobody runs any more. Status, finalizers and owner references stay with
 * whoever set them; so do labels and annotations unless the resource's attributes show all of them.
 */
export async function takeOver(
  client: ApiClient,
  type: ResourceType,
  project: string,
  object: KubernetesObject,
  options: { readonly named: readonly string[]; readonly withMetadata: boolean },
): Promise<void> {
  const { namespace, name, resourceVersion } = object.metadata;
  const entries = replaceManagers(object.metadata.managedFields ?? [], project, apiVersionOf(type), options);
  if (entries === undefined) return;
  await client.patch(
    type,
    { namespace, name },
    [
      { op: 'replace', path: '/metadata/managedFields', value: entries },
      // What has changed since it was read is not overwritten.
      { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
    ],
    { fieldManager: fieldManagerOf(project) },
  );
}

/** Undefined when there is nothing to take. */
export function replaceManagers(
  entries: readonly ManagedFieldsEntry[],
  project: string,
  apiVersion: string,
  { named, withMetadata }: { readonly named: readonly string[]; readonly withMetadata: boolean },
): readonly ManagedFieldsEntry[] | undefined {
  const taken = entries.filter((entry) => entry.apiVersion === apiVersion && isReplaced(entry, named));
  if (taken.length === 0) return undefined;
  const own = entries.find((entry) => isOwn(entry, project));
  const left = entries.flatMap((entry) => {
    if (entry === own) return [];
    if (!taken.includes(entry)) return [entry];
    const fieldsV1 = split(entry.fieldsV1, withMetadata).kept;
    return Object.keys(fieldsV1).length === 0 ? [] : [{ ...entry, fieldsV1 }];
  });
  const fieldsV1 = taken.reduce<Fields>(
    (all, entry) => merge(all, split(entry.fieldsV1, withMetadata).taken),
    own?.fieldsV1 ?? {},
  );
  return [
    ...left,
    { manager: fieldManagerOf(project), operation: 'Apply', apiVersion, fieldsType: 'FieldsV1', fieldsV1 },
  ];
}

function isReplaced({ manager, subresource }: ManagedFieldsEntry, named: readonly string[]): boolean {
  return subresource === undefined && (deployers.test(manager) || named.includes(manager));
}

function isOwn({ manager, operation, subresource }: ManagedFieldsEntry, project: string): boolean {
  return manager === fieldManagerOf(project) && operation === 'Apply' && subresource === undefined;
}

function split(fields: Fields, withMetadata: boolean): { readonly taken: Fields; readonly kept: Fields } {
  const { 'f:metadata': metadata, 'f:status': status, ...rest } = fields;
  const { 'f:labels': labels, 'f:annotations': annotations, ...others } = (metadata ?? {}) as Fields;
  const shown = { ...present('f:labels', labels), ...present('f:annotations', annotations) };
  const kept = withMetadata ? others : { ...others, ...shown };
  return {
    taken: { ...rest, ...(withMetadata && Object.keys(shown).length > 0 && { 'f:metadata': shown }) },
    kept: {
      ...(Object.keys(kept).length > 0 && { 'f:metadata': kept }),
      ...present('f:status', status),
    },
  };
}

function present(name: string, value: unknown): Fields {
  return value === undefined ? {} : { [name]: value };
}

function merge(left: Fields, right: Fields): Fields {
  return Object.fromEntries(
    [...new Set([...Object.keys(left), ...Object.keys(right)])].map((key) => [
      key,
      key in left && key in right
        ? merge(left[key] as Fields, right[key] as Fields)
        : (left[key] ?? right[key]),
    ]),
  );
}

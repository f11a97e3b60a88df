import type { KubernetesObject } from '../../apiclient/object.ts';
import { rolloutManager } from './ownership.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Managers that write fields of their own accord, as opposed to those that write what somebody declared. */
const controllers = /operator|controller|^(fabric8|okhttp|kube-)/i;
const deployers = /^(helm|flux|kustomize|argocd|source)-/i;

/**
 * The object with what somebody declared of its spec, labels and annotations: neither what a controller wrote nor
 * defaults of the CRD, by the object's managed fields. An object without any is taken as it is.
 */
export function withDeclaredFields<T extends KubernetesObject>(object: T): T {
  const sets = (object.metadata.managedFields ?? []).flatMap(({ manager, subresource, fieldsV1 }) => {
    const own = subresource === undefined && (!controllers.test(manager) || deployers.test(manager));
    return own && manager !== rolloutManager ? [fieldsV1 as Fields] : [];
  });
  // Somebody has to have declared it: where only controllers are told of, one of them made the object.
  return withFields(object, sets);
}

/** The object with what one manager applied of its spec, labels and annotations. */
export function withFieldsOf<T extends KubernetesObject>(manager: string, object: T): T {
  const sets = (object.metadata.managedFields ?? []).flatMap((entry) => {
    const own = entry.manager === manager && entry.operation === 'Apply' && entry.subresource === undefined;
    return own ? [entry.fieldsV1 as Fields] : [];
  });
  return withFields(object, sets);
}

function withFields<T extends KubernetesObject>(object: T, sets: readonly Fields[]): T {
  if (!sets.some((fields) => 'f:spec' in fields)) return object;
  const { spec, metadata } = object as T & { spec?: unknown };
  const inMetadata = below(sets, 'f:metadata');
  return {
    ...object,
    metadata: {
      ...metadata,
      ...keep('labels', metadata.labels, below(inMetadata, 'f:labels')),
      ...keep('annotations', metadata.annotations, below(inMetadata, 'f:annotations')),
    },
    ...keep('spec', spec, below(sets, 'f:spec')),
  };
}

function keep(field: string, value: unknown, sets: readonly Fields[]): Readonly<Record<string, unknown>> {
  return value === undefined ? {} : { [field]: prune(value, sets) };
}

/** The parts of a value that one of the field sets names. An empty set stands for the value as a whole. */
function prune(value: unknown, sets: readonly Fields[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if (sets.some((fields) => Object.keys(fields).length === 0)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const inner = below(sets, `f:${key}`);
      return inner.length === 0 ? [] : [[key, prune(item, inner)]];
    }),
  );
}

function below(sets: readonly Fields[], key: string): readonly Fields[] {
  return sets.flatMap((fields) => (fields[key] === undefined ? [] : [fields[key] as Fields]));
}

import type { KubernetesObject, ObjectMeta } from '../apiclient/object.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { findSimilar } from '../diagnostics/similar-name.ts';

/** How things that a user names are spoken of. */
export interface Choice<T> {
  /** `Flink job` */
  readonly what: string;
  /** `JobNotFound` */
  readonly notFound: string;
  /** Said when there are none at all. */
  readonly none: string;
  objectOf(item: T): KubernetesObject;
}

/** The thing of that name, or of that `namespace/name`; a diagnostic when there is none or more than one. */
export function chooseByName<T>(name: string, items: readonly T[], choice: Choice<T>): T {
  const { what, objectOf } = choice;
  const found = findByName(name, items, objectOf);
  const [item] = found;
  if (item !== undefined && found.length === 1) return item;
  const nameOf = (candidate: T) => fullName(objectOf(candidate).metadata);
  if (found.length > 1) {
    throw new DiagnosticError({
      severity: 'error',
      reason: 'AmbiguousName',
      summary: `${found.length} ${what}s are called ${name}`,
      detail: `Name one of them with its namespace, or set --namespace: ${found
        .map((candidate) => `${nameOf(candidate)} (${objectOf(candidate).kind})`)
        .join(', ')}.`,
    });
  }
  const wanted = name.split('/').at(-1) ?? name;
  const similar = findSimilar(wanted, items, (candidate) => objectOf(candidate).metadata.name);
  throw new DiagnosticError({
    severity: 'error',
    reason: choice.notFound,
    summary: `There is no ${what} ${name}`,
    detail: [
      ...(similar === undefined ? [] : [`Did you mean ${nameOf(similar)}?`]),
      items.length === 0 ? choice.none : `There are: ${items.map(nameOf).join(', ')}.`,
    ].join(' '),
  });
}

/** Those that a name may mean. */
export function findByName<T>(
  name: string,
  items: readonly T[],
  objectOf: (item: T) => KubernetesObject,
): readonly T[] {
  return items.filter((item) => {
    const { metadata } = objectOf(item);
    return fullName(metadata) === name || metadata.name === name;
  });
}

export function fullName({ namespace = 'default', name }: ObjectMeta): string {
  return `${namespace}/${name}`;
}

import type { AttributePath, Diagnostic, ObjectName } from '../../diagnostics/diagnostic.ts';
import { type ObjectValue, sameValue } from '../framework/value.ts';
import { describeObject } from './api-diagnostics.ts';

/** Something that only one resource of a project may declare: an object, or what a kind says that it claims. */
export interface Declaration {
  readonly key: string;
  /** As messages name it. */
  readonly what: string;
  readonly path: AttributePath;
}

/** What the resources of a run declare, by key. */
export type Declared = Map<string, { readonly config: ObjectValue; readonly isNew: boolean }>;

export function declarationKey(group: string, object: ObjectName): string {
  return `${group}/${describeObject(object)}`;
}

/**
 * Adds what a resource declares and answers with the first that another one does already, where one of the two is new. Terraform
 * may plan one resource twice in a run (a replacement), but then from one configuration; two that are equal in
 * everything are found when the second is created.
 */
export function declareOnce(
  declared: Declared,
  config: ObjectValue,
  before: readonly Declaration[],
  after: readonly Declaration[],
): Diagnostic | undefined {
  const known = new Set(before.map(({ key }) => key));
  let twice: Declaration | undefined;
  for (const declaration of after) {
    const { key } = declaration;
    const other = declared.get(key);
    const isNew = !known.has(key);
    if (other === undefined) declared.set(key, { config, isNew });
    else if (!sameValue(other.config, config) && (isNew || other.isNew)) twice ??= declaration;
  }
  return twice && declaredTwice(twice);
}

export function declaredTwice({ what, path }: Omit<Declaration, 'key'>): Diagnostic {
  return {
    severity: 'error',
    reason: 'DeclaredTwice',
    summary: `${what} is declared twice in this project`,
    detail:
      "Another resource of this run is it already. Two resources of one thing undo and delete each other's work. " +
      'Give one of them another name, or remove it.',
    path,
  };
}

import { type ApiObject, valueAt } from '../json.ts';
import { badRequest } from '../status.ts';

export type ObjectFilter = (object: ApiObject) => boolean;

/** A field that field selectors may name, with the path where its value stands. */
export type SelectableFields = ReadonlyMap<string, readonly string[]>;

interface FieldsOfKind {
  readonly selectableFields: SelectableFields;
  readonly isStructural: boolean;
}

/** `undefined` when the selector selects everything. Throws `BadRequest` for a field that cannot be selected by. */
export function parseFieldSelector(
  selector: string | undefined,
  { selectableFields, isStructural }: FieldsOfKind,
): ObjectFilter | undefined {
  const parts = (selector ?? '').split(',').filter((part) => part.trim() !== '');
  if (parts.length === 0) return undefined;
  const terms = parts.map((part) => {
    const match = /^\s*([^=!\s]+)\s*(==|=|!=)\s*(.*?)\s*$/u.exec(part);
    if (match === null) {
      throw badRequest(`invalid selector: '${selector}'; can't understand '${part}'`);
    }
    const [name, operator, value] = [match[1] ?? '', match[2], match[3] ?? ''];
    const path = selectableFields.get(name);
    if (path === undefined) {
      const onlyNames = !isStructural && selectableFields.size === 2;
      throw badRequest(
        onlyNames
          ? `${JSON.stringify(name)} is not a known field selector: only "metadata.name", "metadata.namespace"`
          : `field label not supported: ${name}`,
      );
    }
    return { path, value, wanted: operator !== '!=' };
  });
  return (object) =>
    terms.every(({ path, value, wanted }) => {
      const found = valueAt(object, ...path);
      const text = typeof found === 'string' ? found : printScalar(found);
      return (text === value) === wanted;
    });
}

function printScalar(value: unknown): string {
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

export function both(left: ObjectFilter | undefined, right: ObjectFilter | undefined): ObjectFilter {
  return (object) => (left?.(object) ?? true) && (right?.(object) ?? true);
}

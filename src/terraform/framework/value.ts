/**
 * Terraform values, free of the wire. Maps and objects are both records; the schema tells which is which.
 * Absent and `null` mean the same: attributes are null, map entries are left out.
 */
export type Value =
  | null
  | string
  | number
  | boolean
  | Unknown
  | ExactNumber
  | Dynamic
  | readonly Value[]
  | ObjectValue;

export interface ObjectValue {
  readonly [name: string]: Value;
}

/** A value that Terraform learns only while applying. */
export const unknown: unique symbol = Symbol('unknown');
export type Unknown = typeof unknown;

/** A number that a JavaScript number cannot hold, as its decimal text: passed through, never calculated with. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A value of an attribute that takes any type, with the type it has here. */
export class Dynamic {
  readonly type: Type;
  readonly value: Value;

  constructor(type: Type, value: Value) {
    this.type = type;
    this.value = value;
  }
}

/** A type constraint in Terraform's own JSON notation: `["map","string"]`. */
export type Type =
  | 'string'
  | 'number'
  | 'bool'
  | 'dynamic'
  | readonly ['list' | 'set' | 'map', Type]
  | readonly ['object', Readonly<Record<string, Type>>]
  | readonly ['tuple', readonly Type[]];

export function isObjectValue(value: Value | undefined): value is ObjectValue {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber) &&
    !(value instanceof Dynamic)
  );
}

/** Whether the value, or anything inside it, is unknown. */
export function hasUnknown(value: Value | undefined): boolean {
  if (value === unknown) return true;
  if (Array.isArray(value)) return value.some(hasUnknown);
  if (value instanceof Dynamic) return hasUnknown(value.value);
  return isObjectValue(value) && Object.values(value).some(hasUnknown);
}

/** Equality as Terraform sees it: an absent record entry equals a null one. An unknown equals nothing but an unknown. */
export function sameValue(left: Value | undefined, right: Value | undefined): boolean {
  const a = left ?? null;
  const b = right ?? null;
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (a instanceof ExactNumber && b instanceof ExactNumber) return a.text === b.text;
  if (a instanceof Dynamic && b instanceof Dynamic) return sameValue(a.value, b.value);
  if (isObjectValue(a) && isObjectValue(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => sameValue(a[key], b[key]));
  }
  return false;
}

/** A string that is known by now; the schema says that it is one. */
export function textAt(value: ObjectValue, name: string): string | undefined {
  const text = value[name];
  return typeof text === 'string' ? text : undefined;
}

import type { Type } from './value.ts';

/**
 * An attribute of a Terraform schema. `name` is Terraform's (`jar_uri`), `field` that of the params which it stands
 * for (`jarURI`): paths of diagnostics are in fields, and only the edge turns them into names.
 */
export interface Attribute {
  readonly name: string;
  readonly field: string;
  readonly description: string;
  readonly presence: 'required' | 'optional' | 'computed' | 'optional-computed';
  readonly shape: Shape;
}

export type Shape =
  | { readonly nesting: 'none'; readonly type: Type }
  | { readonly nesting: 'single' | 'list' | 'map'; readonly attributes: readonly Attribute[] };

export interface Schema {
  readonly version: number;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

/** The type of the objects that follow these attributes. */
export function objectType(attributes: readonly Attribute[]): Type {
  const known = objectTypes.get(attributes);
  if (known !== undefined) return known;
  const type: Type = [
    'object',
    Object.fromEntries(attributes.map(({ name, shape }) => [name, shapeType(shape)])),
  ];
  objectTypes.set(attributes, type);
  return type;
}

const objectTypes = new WeakMap<readonly Attribute[], Type>();

function shapeType(shape: Shape): Type {
  if (shape.nesting === 'none') return shape.type;
  const type = objectType(shape.attributes);
  return shape.nesting === 'single' ? type : [shape.nesting, type];
}

/** An attribute of plain type. Its field has the attribute's name. */
export function attribute(
  name: string,
  type: Type,
  presence: Attribute['presence'],
  description: string,
): Attribute {
  return { name, field: name, description, presence, shape: { nesting: 'none', type } };
}

import type { z } from 'zod';
import { toSnakeCase } from './names.ts';
import type { Attribute, Shape } from './schema.ts';
import type { Type } from './value.ts';

/** A zod schema as seen from here; zod's own class names only its core type. */
export type AnyZod = z.core.$ZodType;

/**
 * The attributes that offer a zod object in Terraform. What takes `undefined` is optional, everything else required;
 * descriptions come from `.describe()`. Objects become nested attributes. What may hold values of any type, and any
 * collection of such, is offered as `dynamic`: below it, users write the params' own field names.
 * @throws when two fields have one Terraform name, or a field has a type that Terraform cannot offer.
 */
export function attributesFromZod(schema: AnyZod): readonly Attribute[] {
  const known = derived.get(schema);
  if (known !== undefined) return known;
  const attributes = Object.entries(shapeOf(schema)).map(([field, value]) => toAttribute(field, value));
  const names = new Set(attributes.map(({ name }) => name));
  if (names.size !== attributes.length)
    throw new Error(`fields with one Terraform name: ${[...names].join(', ')}`);
  derived.set(schema, attributes);
  return attributes;
}

const derived = new WeakMap<AnyZod, readonly Attribute[]>();

function toAttribute(field: string, schema: AnyZod): Attribute {
  return {
    name: toSnakeCase(field),
    field,
    description: descriptionOf(schema),
    presence: isOptional(schema) ? 'optional' : 'required',
    shape: toShape(field, schema),
  };
}

function toShape(field: string, schema: AnyZod): Shape {
  const inner = unwrap(schema);
  if (inner._zod.def.type === 'object') return { nesting: 'single', attributes: attributesFromZod(inner) };
  const item = itemOf(inner);
  if (item !== undefined && unwrap(item.schema)._zod.def.type === 'object') {
    const attributes = attributesFromZod(unwrap(item.schema));
    // The items of one collection have one type in Terraform.
    if (!attributes.some(holdsAnything)) return { nesting: item.nesting, attributes };
    return { nesting: 'none', type: 'dynamic' };
  }
  return { nesting: 'none', type: toType(field, inner) };
}

function toType(field: string, schema: AnyZod): Type {
  const inner = unwrap(schema);
  const plain = plainTypes[inner._zod.def.type];
  if (plain !== undefined) return plain;
  const item = itemOf(inner);
  if (item === undefined) throw new Error(`Terraform cannot offer ${field}, which is ${inner._zod.def.type}`);
  const type = toType(field, item.schema);
  return type === 'dynamic' ? type : [item.nesting, type];
}

function holdsAnything({ shape }: Attribute): boolean {
  return shape.nesting === 'none' ? shape.type === 'dynamic' : shape.attributes.some(holdsAnything);
}

/** Scalars by zod's type name. A choice between scalars is offered as text. */
const plainTypes: Readonly<Record<string, Type>> = {
  string: 'string',
  enum: 'string',
  literal: 'string',
  template_literal: 'string',
  union: 'string',
  number: 'number',
  int: 'number',
  boolean: 'bool',
  unknown: 'dynamic',
  any: 'dynamic',
};

/** What a collection holds. */
export function itemOf(schema: AnyZod): { nesting: 'list' | 'map'; schema: AnyZod } | undefined {
  const def = schema._zod.def as { type: string; element?: AnyZod; valueType?: AnyZod };
  if (def.type === 'array' && def.element !== undefined) return { nesting: 'list', schema: def.element };
  if (def.type === 'record' && def.valueType !== undefined) return { nesting: 'map', schema: def.valueType };
  return undefined;
}

/** The fields of an object schema; none for any other. */
export function shapeOf(schema: AnyZod): Readonly<Record<string, AnyZod>> {
  return (schema._zod.def as { shape?: Record<string, AnyZod> }).shape ?? {};
}

/** The schema inside optional, default, nullable and other wrappers: what the user writes. */
export function unwrap(schema: AnyZod): AnyZod {
  const def = schema._zod.def as { type: string; innerType?: AnyZod; in?: AnyZod };
  const inner = def.innerType ?? (def.type === 'pipe' ? def.in : undefined);
  return inner === undefined ? schema : unwrap(inner);
}

export function isOptional(schema: AnyZod): boolean {
  return schema._zod.optin !== undefined;
}

function descriptionOf(schema: AnyZod): string {
  const own = (schema as { description?: string }).description;
  if (own !== undefined) return own;
  const def = schema._zod.def as { innerType?: AnyZod; in?: AnyZod };
  const inner = def.innerType ?? def.in;
  return inner === undefined ? '' : descriptionOf(inner);
}

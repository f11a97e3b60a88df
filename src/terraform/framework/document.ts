import type { ProviderFunction } from './resource.ts';
import type { Attribute, Schema } from './schema.ts';
import type { Type } from './value.ts';

/** A page of reference in Markdown: what a schema takes and gives, nested attributes below their parents. */
export function documentSchema(title: string, { description, attributes }: Schema): string {
  const given = attributes.filter(({ presence }) => presence !== 'computed');
  const computed = attributes.filter(({ presence }) => presence === 'computed');
  return page(title, description, [
    ...(given.length > 0 ? [section('Arguments', table(given))] : []),
    ...(computed.length > 0 ? [section('Attributes', table(computed))] : []),
  ]);
}

export function documentFunction({
  name,
  description,
  parameters,
  variadic,
  returns,
}: ProviderFunction): string {
  const all = variadic === undefined ? parameters : [...parameters, variadic];
  const signature = [
    ...parameters.map((item) => item.name),
    ...(variadic === undefined ? [] : [`${variadic.name}...`]),
  ].join(', ');
  const rows = all.map((item) => `| \`${item.name}\` | ${typeName(item.type)} | ${cell(item.description)} |`);
  return page(`provider::sdp::${name}(${signature})`, description, [
    section('Arguments', ['| name | type | what |', '|---|---|---|', ...rows].join('\n')),
    `Returns ${typeName(returns)}.`,
  ]);
}

function page(title: string, description: string, parts: readonly string[]): string {
  return [`# ${title}`, description, ...parts].join('\n\n').concat('\n');
}

function section(title: string, body: string): string {
  return `## ${title}\n${body}`;
}

function table(attributes: readonly Attribute[]): string {
  return [
    '| name | type | | what |',
    '|---|---|---|---|',
    ...attributes.flatMap((item) => rows(item, '')),
  ].join('\n');
}

function rows({ name, shape, presence, description }: Attribute, parent: string): readonly string[] {
  const path = `${parent}${name}`;
  const type = shape.nesting === 'none' ? typeName(shape.type) : shapeNames[shape.nesting];
  const row = `| \`${path}\` | ${type} | ${presence === 'required' ? 'required' : ''} | ${cell(description)} |`;
  if (shape.nesting === 'none') return [row];
  const below = shape.nesting === 'single' ? `${path}.` : `${path}[].`;
  return [row, ...shape.attributes.flatMap((item) => rows(item, below))];
}

const shapeNames = { single: 'object', list: 'list of objects', map: 'map of objects' } as const;

/** As HCL writes it. */
function typeName(type: Type): string {
  if (typeof type === 'string') return type === 'dynamic' ? 'any' : type;
  const [collection, of] = type;
  if (collection === 'object') {
    const items = Object.entries(of as Readonly<Record<string, Type>>);
    return `object({ ${items.map(([name, item]) => `${name} = ${typeName(item)}`).join(', ')} })`;
  }
  if (collection === 'tuple') return `tuple([${(of as readonly Type[]).map(typeName).join(', ')}])`;
  return `${collection}(${typeName(of as Type)})`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');
}

import type { Attribute, Schema } from '../framework/schema.ts';
import type { AttributeMessage, SchemaMessage } from './messages.ts';

export function toSchemaMessage({ version, description, attributes }: Schema): SchemaMessage {
  return { version, block: { description, attributes: toAttributeMessages(attributes) } };
}

function toAttributeMessages(attributes: readonly Attribute[]): readonly AttributeMessage[] {
  return [...attributes]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, description, presence, shape }) => ({
      name,
      description,
      required: presence === 'required',
      optional: presence === 'optional' || presence === 'optional-computed',
      computed: presence === 'computed' || presence === 'optional-computed',
      ...(shape.nesting === 'none'
        ? { type: Buffer.from(JSON.stringify(shape.type)) }
        : {
            nested_type: {
              attributes: toAttributeMessages(shape.attributes),
              nesting: nestingNames[shape.nesting],
            },
          }),
    }));
}

const nestingNames = { single: 'SINGLE', list: 'LIST', map: 'MAP' } as const;

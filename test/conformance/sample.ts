import type { KindSettings } from './connect.ts';

const SPEC = {
  type: 'object',
  properties: {
    text: { type: 'string', minLength: 2, maxLength: 5 },
    code: { type: 'string', pattern: '^[A-Z]+$' },
    colour: { type: 'string', enum: ['red', 'blue'] },
    level: { type: 'integer', enum: [1, 2] },
    whole: { type: 'integer', minimum: 1, maximum: 10 },
    open: { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 1, exclusiveMaximum: true },
    even: { type: 'integer', multipleOf: 2 },
    small: { type: 'integer', format: 'int32' },
    big: { type: 'integer', format: 'int64' },
    flag: { type: 'boolean' },
    port: { 'x-kubernetes-int-or-string': true },
    list: { type: 'array', minItems: 1, maxItems: 2, items: { type: 'string', minLength: 1 } },
    map: { type: 'object', minProperties: 1, maxProperties: 2, additionalProperties: { type: 'integer' } },
    nested: {
      type: 'object',
      required: ['a', 'b'],
      properties: { a: { type: 'string' }, b: { type: 'string' } },
    },
    maybe: { type: 'string', nullable: true },
    set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    keyed: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name', 'protocol'],
      items: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string' },
          protocol: { type: 'string', default: 'TCP' },
          value: { type: 'integer' },
        },
      },
    },
    all: { type: 'integer', allOf: [{ minimum: 5 }, { multipleOf: 5 }] },
    any: { type: 'string', anyOf: [{ minLength: 5 }, { pattern: '^x' }] },
    one: { type: 'integer', oneOf: [{ minimum: 10 }, { multipleOf: 2 }] },
    none: { type: 'string', not: { enum: ['forbidden'] } },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    time: { type: 'string', format: 'date-time' },
    day: { type: 'string', format: 'date' },
    duration: { type: 'string', format: 'duration' },
    address: { type: 'string', format: 'ipv4' },
    address6: { type: 'string', format: 'ipv6' },
    network: { type: 'string', format: 'cidr' },
    link: { type: 'string', format: 'uri' },
    mail: { type: 'string', format: 'email' },
    host: { type: 'string', format: 'hostname' },
    id: { type: 'string', format: 'uuid' },
    bytes: { type: 'string', format: 'byte' },
    embedded: {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      'x-kubernetes-preserve-unknown-fields': true,
    },
  },
};

/** A kind with a field for each keyword of structural schemas. */
export const SAMPLE: KindSettings = {
  plural: 'samples',
  kind: 'Sample',
  schema: { type: 'object', required: ['spec'], properties: { spec: SPEC } },
};

import { isJsonObject, type JsonObject, listAt, objectAt } from '../../src/apiserver/json.ts';
import { type Answer, type Connection, GROUP, type KindSettings } from './connect.ts';
import { printJson, printOutcome } from './print-answer.ts';

const KEYED_ITEMS = {
  type: 'object',
  required: ['port'],
  properties: {
    port: { type: 'integer' },
    protocol: { type: 'string', default: 'TCP' },
    name: { type: 'string' },
    target: { type: 'integer' },
  },
};

const SPEC = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', minimum: 1 },
    colour: { type: 'string' },
    label: { type: 'string', nullable: true },
    mode: { type: 'string', default: 'auto' },
    nested: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } },
    settings: { type: 'object', additionalProperties: { type: 'string' } },
    place: {
      type: 'object',
      'x-kubernetes-map-type': 'atomic',
      properties: { x: { type: 'integer' }, y: { type: 'integer' } },
    },
    plain: { type: 'array', items: { type: 'string' } },
    atomic: { type: 'array', 'x-kubernetes-list-type': 'atomic', items: { type: 'string' } },
    tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    numbers: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'integer' } },
    ports: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['port', 'protocol'],
      items: KEYED_ITEMS,
    },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    limit: { 'x-kubernetes-int-or-string': true },
  },
};

const CONDITIONS = {
  type: 'array',
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
  items: {
    type: 'object',
    required: ['type'],
    properties: { type: { type: 'string' }, status: { type: 'string' } },
  },
};

/** A namespaced kind with a status subresource and a field for each way of merging. */
export const GADGET: KindSettings = {
  plural: 'gadgets',
  kind: 'Gadget',
  names: { shortNames: ['gad'], categories: ['conformance'] },
  schema: {
    type: 'object',
    required: ['spec'],
    properties: {
      spec: SPEC,
      status: {
        type: 'object',
        properties: { phase: { type: 'string' }, count: { type: 'integer' }, conditions: CONDITIONS },
      },
    },
  },
  version: {
    name: 'v1',
    subresources: { status: {} },
    additionalPrinterColumns: [
      { name: 'Size', type: 'integer', jsonPath: '.spec.size', description: 'How large it is' },
      { name: 'Phase', type: 'string', jsonPath: '.status.phase', priority: 1 },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ],
    selectableFields: [{ jsonPath: '.spec.colour' }],
  },
};

export function gadget(name: string, spec: unknown = { size: 1 }, more: JsonObject = {}): JsonObject {
  const { metadata, ...fields } = more;
  return {
    apiVersion: `${GROUP}/v1`,
    kind: 'Gadget',
    metadata: { name, ...(metadata as JsonObject | undefined) },
    ...(spec === undefined ? {} : { spec }),
    ...fields,
  };
}

export interface ApplyOptions {
  readonly force?: boolean;
  readonly subresource?: string;
  readonly query?: Readonly<Record<string, string>>;
}

/** Server-side apply of an object to its path. */
export function apply(
  api: Connection,
  path: string,
  manager: string,
  body: unknown,
  { force, subresource, query }: ApplyOptions = {},
): Promise<Answer> {
  const name = objectAt(body, 'metadata')?.['name'];
  return api.send('PATCH', `${path}/${String(name)}${subresource === undefined ? '' : `/${subresource}`}`, {
    type: 'application/apply-patch+yaml',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    query: { fieldManager: manager, ...(force === true ? { force: 'true' } : {}), ...query },
  });
}

/** The managedFields of an object, an entry a line. */
export function printOwners(answer: Answer): string {
  if (answer.code >= 400) return printOutcome(answer);
  const entries = listAt(answer.body, 'metadata', 'managedFields').filter(isJsonObject);
  return (
    entries
      .map(({ manager, operation, subresource, apiVersion, fieldsV1 }) => {
        const through = typeof subresource === 'string' ? ` on ${subresource}` : '';
        return `${String(manager)} ${String(operation)}${through} ${String(apiVersion)}: ${printJson(fieldsV1)}`;
      })
      // By time, they would be in another order whenever a second ends between two writes.
      .toSorted()
      .join('\n')
  );
}

export const printSpec = (answer: Answer): string =>
  answer.code >= 400 ? printOutcome(answer) : printJson(answer.body['spec']);

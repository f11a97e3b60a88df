import { type ApiObject, cloneJson, type JsonObject } from '../../json.ts';
import { withObjectMeta } from '../../registry/resource.ts';
import type { StructuralSchema } from '../../schema/structural-schema.ts';
import { StatusError } from '../../status.ts';
import { type Attribution, applyConfig, trackUpdate } from '../field-manager.ts';

/** A kind with one field for each way of merging. */
const SCHEMA: StructuralSchema = withObjectMeta({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        size: { type: 'integer' },
        name: { type: 'string' },
        config: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        settings: { type: 'object', additionalProperties: { type: 'string' } },
        place: { type: 'object', 'x-kubernetes-map-type': 'atomic' },
        plain: { type: 'array', items: { type: 'string' } },
        tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        ports: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['port', 'protocol'],
          items: {
            type: 'object',
            properties: {
              port: { type: 'integer' },
              protocol: { type: 'string', default: 'TCP' },
              name: { type: 'string' },
            },
          },
        },
      },
    },
    status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
});

function attribution(manager: string, operation: 'Apply' | 'Update', subresource?: 'status'): Attribution {
  return {
    writer: { manager, operation, apiVersion: 'example.org/v1', subresource },
    schema: SCHEMA,
    reaches: subresource === 'status' ? (field) => field === 'status' : (field) => field !== 'status',
    time: '2026-01-01T00:00:00Z',
  };
}

function thing(fields: JsonObject): ApiObject {
  const { metadata, ...rest } = fields;
  return {
    apiVersion: 'example.org/v1',
    kind: 'Thing',
    ...rest,
    metadata: { name: 'a', ...(metadata as object | undefined) },
  };
}

/** One object under the hands of several managers. */
export interface Bench {
  readonly object: ApiObject;
  readonly spec: JsonObject;
  apply(manager: string, fields: JsonObject, options?: { force?: boolean; subresource?: 'status' }): void;
  update(manager: string, change: (object: ApiObject) => void, subresource?: 'status'): void;
  /** The FieldsV1 of a manager's entry, `undefined` when it owns nothing. */
  owned(manager: string): JsonObject | undefined;
  /** The conflicts as `field: message`, of an apply that is refused. */
  conflicts(manager: string, fields: JsonObject): readonly string[];
}

export function openBench(): Bench {
  let live: ApiObject | undefined;
  const require = (): ApiObject => {
    if (live === undefined) throw new Error('nothing was applied yet');
    return live;
  };
  return {
    get object() {
      return require();
    },
    get spec() {
      return (require()['spec'] ?? {}) as JsonObject;
    },
    apply(manager, fields, { force = false, subresource } = {}) {
      live = applyConfig(live, thing(fields), { ...attribution(manager, 'Apply', subresource), force });
    },
    update(manager, change, subresource) {
      const next = cloneJson(require());
      change(next);
      trackUpdate(live, next, attribution(manager, 'Update', subresource));
      live = next;
    },
    owned(manager) {
      return require().metadata.managedFields?.find((entry) => entry.manager === manager)?.fieldsV1;
    },
    conflicts(manager, fields) {
      const before = cloneJson(require());
      try {
        this.apply(manager, fields);
      } catch (error) {
        if (!(error instanceof StatusError) || error.status.reason !== 'Conflict') throw error;
        return (error.status.details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`);
      }
      live = before;
      return [];
    },
  };
}

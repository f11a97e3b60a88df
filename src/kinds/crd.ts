import { z } from 'zod';
import type { Manifest } from '../apiclient/object.ts';
import type { KindDefinition } from './kind.ts';

type Schema = Record<string, unknown>;

/**
 * The CustomResourceDefinition of a kind for an API server that has none from the operator itself. It is a subset of
 * the upstream one: the fields that sdp writes or reads.
 */
export function buildCustomResourceDefinition(kind: KindDefinition): Manifest {
  const { group, version, kind: name, plural, namespaced } = kind.type;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: {
        kind: name,
        listKind: `${name}List`,
        plural,
        singular: kind.singular,
        shortNames: kind.shortNames,
      },
      scope: namespaced ? 'Namespaced' : 'Cluster',
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [
            ...kind.printerColumns,
            { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
          ],
          schema: {
            openAPIV3Schema: {
              type: 'object',
              description: kind.description,
              required: ['spec'],
              properties: {
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: { type: 'object' },
                spec: toStructuralSchema(kind.spec),
                status: toStructuralSchema(kind.status),
              },
            },
          },
        },
      ],
    },
  };
}

/** A zod schema as a Kubernetes structural schema: whatever zod leaves open is kept rather than pruned. */
export function toStructuralSchema(schema: z.ZodType): Schema {
  return simplify(z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' }) as Schema);
}

function simplify(schema: Schema): Schema {
  const { $schema: _, additionalProperties, properties, items, propertyNames: _names, ...rest } = schema;
  const result: Schema = dropSafeIntegerBounds(rest);
  if (isOpen(additionalProperties)) {
    result['x-kubernetes-preserve-unknown-fields'] = true;
  } else if (isSchema(additionalProperties) && properties === undefined) {
    result.additionalProperties = simplify(additionalProperties);
  }
  if (isSchema(properties)) {
    result.properties = Object.fromEntries(
      Object.entries(properties).map(([name, value]) => [name, simplify(value as Schema)]),
    );
  }
  if (isSchema(items)) result.items = simplify(items);
  if (Object.keys(schema).length === 0) result['x-kubernetes-preserve-unknown-fields'] = true;
  return result;
}

/** zod states the range of safe integers for every integer; the field has no such rule. */
function dropSafeIntegerBounds(schema: Schema): Schema {
  if (schema.type !== 'integer') return schema;
  const { minimum, maximum, ...rest } = schema;
  return {
    ...rest,
    ...(minimum !== Number.MIN_SAFE_INTEGER && minimum !== undefined && { minimum }),
    ...(maximum !== Number.MAX_SAFE_INTEGER && maximum !== undefined && { maximum }),
  };
}

function isOpen(additional: unknown): boolean {
  return additional === true || (isSchema(additional) && Object.keys(additional).length === 0);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null;
}

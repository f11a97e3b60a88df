import { z } from 'zod';
import type { ObjectName } from '../../diagnostics/diagnostic.ts';
import type { DeclaredKind, DeclaredMetadata, KindDefinition } from '../../kinds/kind.ts';
import { effects, type Guard } from '../../kinds/verdict.ts';
import { toSnakeCase } from '../framework/names.ts';
import { toParams } from '../framework/params.ts';
import { type Attribute, attribute, type Schema } from '../framework/schema.ts';
import { attributesFromZod } from '../framework/schema-from-zod.ts';
import { type ObjectValue, textAt } from '../framework/value.ts';
import { durationParam } from './duration.ts';

const nameRule = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

/** What every resource of a kind takes besides the kind's params. */
export const metadataParams = z.object({
  name: z
    .string()
    .max(253)
    .regex(nameRule, {
      error:
        'is no Kubernetes name: use lower-case letters, digits, "-" and ".", a letter or digit first and last',
    })
    .describe('Name of the Kubernetes object.'),
  namespace: z
    .string()
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, {
      error: 'is no namespace: use lower-case letters, digits and "-", a letter or digit first and last',
    })
    .optional()
    .describe("Namespace of the object. The provider's when absent."),
  labels: z.record(z.string(), z.string()).optional().describe('Labels of the object.'),
  annotations: z.record(z.string(), z.string()).optional().describe('Annotations of the object.'),
});

const guardParams: Readonly<Record<Guard, z.ZodType>> = {
  allowStateLoss: z
    .boolean()
    .optional()
    .describe(
      'Whether a change may lose state that is to be kept: that of a job by its upgrade_mode, the files of a savepoint. Without it such a change is an error at plan; for a deletion or replacement it has to be applied before. false when absent.',
    ),
  forceDestroy: z
    .boolean()
    .optional()
    .describe(
      'Whether the object may be deleted or replaced with the data that it stands for. It has to be applied before the change that deletes. false when absent.',
    ),
};

/** How Terraform works on an object; nothing of it is in the object. */
export const operationParams = z.object({
  deleteTimeout: durationParam
    .optional()
    .describe('How long a deletion waits until the object is gone: `90s`, `5m`, `1h30m`. 5m when absent.'),
});

const retryParam = z
  .boolean()
  .optional()
  .describe(
    'Whether a revision that was rolled back may be made again. Without it such a plan is an error. false when absent.',
  );

function operationParamsOf({ rollout }: KindDefinition, { verdicts }: DeclaredKind): z.ZodObject {
  return z.object({
    ...operationParams.shape,
    ...(rollout?.goBack !== undefined && { retry: retryParam }),
    ...Object.fromEntries((verdicts?.guards ?? []).map((guard) => [guard, guardParams[guard]])),
  });
}

const metadataAttributes: readonly Attribute[] = attributesFromZod(metadataParams).map((item) =>
  item.name === 'namespace' ? { ...item, presence: 'optional-computed' } : item,
);

const computedAttributes: readonly Attribute[] = [
  attribute('id', 'string', 'computed', 'Namespace and name: `namespace/name`, as import takes it.'),
  attribute(
    'revision',
    'string',
    'computed',
    'Hash of everything that the resource writes. It changes exactly when what runs has to change.',
  ),
  attribute(
    'verdict',
    'string',
    'computed',
    `What the last planned change does to what runs and to what it keeps, by how bad it is: ${effects.join(', ')}.`,
  ),
  attribute('verdict_reason', 'string', 'computed', 'Why, in words.'),
];

export interface KindSchema {
  /** `KafkaTopic`. */
  readonly kind: string;
  readonly typeName: string;
  readonly schema: Schema;
  /** The attributes that are the kind's params. */
  readonly params: readonly Attribute[];
  /** The attributes that are the object's metadata. */
  readonly metadata: readonly Attribute[];
  /** The attributes that only say how Terraform works on the object. */
  readonly operation: readonly Attribute[];
  readonly operationParams: z.ZodObject;
}

/** `sdp_kafka_topic` for KafkaTopic: metadata, the kind's params, and what the provider computes. */
export function kindSchema(kind: KindDefinition, declared: DeclaredKind): KindSchema {
  const attributes = attributesFromZod(declared.params);
  const operations = operationParamsOf(kind, declared);
  const operationAttributes = attributesFromZod(operations);
  const taken = new Set(
    [...metadataAttributes, ...operationAttributes, ...computedAttributes].map(({ name }) => name),
  );
  const clash = attributes.find(({ name }) => taken.has(name));
  if (clash !== undefined)
    throw new Error(`${kind.type.kind} has a param ${clash.name}, which every resource has`);
  return {
    kind: kind.type.kind,
    typeName: `sdp_${toSnakeCase(kind.type.kind)}`,
    schema: {
      version: 0,
      description: kind.description,
      attributes: [...metadataAttributes, ...attributes, ...operationAttributes, ...computedAttributes],
    },
    params: attributes,
    metadata: metadataAttributes,
    operation: operationAttributes,
    operationParams: operations,
  };
}

/** The object's metadata, as a resource declares it. */
export function metadataOf(schema: KindSchema, attributes: ObjectValue): DeclaredMetadata {
  const { name, namespace, labels, annotations } = toParams(schema.metadata, attributes) as z.output<
    typeof metadataParams
  >;
  return {
    name,
    namespace: namespace ?? 'default',
    ...(labels !== undefined && { labels }),
    ...(annotations !== undefined && { annotations }),
  };
}

/** The object of a resource, as messages name it. */
export function objectNameOf(
  { kind }: KindSchema,
  attributes: ObjectValue,
): ObjectName & { namespace: string } {
  return {
    kind,
    namespace: textAt(attributes, 'namespace') ?? 'default',
    name: textAt(attributes, 'name') ?? '',
  };
}

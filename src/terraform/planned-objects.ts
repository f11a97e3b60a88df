import type { ObjectName } from '../diagnostics/diagnostic.ts';
import type { DeclaredKind, KindDefinition, Topics } from '../kinds/kind.ts';
import type { Declared } from '../kinds/verdict.ts';
import { toParams } from './framework/params.ts';
import { isObjectValue, type ObjectValue, textAt, type Value } from './framework/value.ts';
import { type PlanJson, resourcesOf } from './plan-json.ts';
import { type KindSchema, kindSchema } from './provider/kind-schema.ts';

interface PlannedKind {
  readonly name: string;
  readonly declared: DeclaredKind;
  readonly schema: KindSchema;
}

/** The kinds by the types of their resources: `sdp_kafka_topic`. */
export type PlannedKinds = ReadonlyMap<string, PlannedKind>;

export function plannedKinds(kinds: readonly KindDefinition[]): PlannedKinds {
  return new Map(
    kinds.flatMap(({ declared, ...kind }) => {
      if (declared === undefined) return [];
      const schema = kindSchema({ ...kind, declared }, declared.params);
      return [[schema.typeName, { name: kind.type.kind, declared, schema }] as const];
    }),
  );
}

/** What a resource of a plan stands for: a Kubernetes object, and elsewhere the type of the resource. */
export function objectOf(kinds: PlannedKinds, type: string, values: ObjectValue): ObjectName {
  const kind = kinds.get(type)?.name;
  const named = (from: ObjectValue) => {
    const namespace = textAt(from, 'namespace');
    return { name: textAt(from, 'name') ?? '', ...(namespace !== undefined && { namespace }) };
  };
  if (kind !== undefined) return { kind, ...named(values) };
  const manifest = values['manifest'];
  if (type !== 'sdp_manifest' || !isObjectValue(manifest)) return { kind: type, name: '' };
  const metadata: Value | undefined = manifest['metadata'];
  return { kind: textAt(manifest, 'kind') ?? type, ...named(isObjectValue(metadata) ? metadata : {}) };
}

/** The declaration of a kind's object; undefined where values are missing, since they are not known yet. */
export function declarationOf(
  { schema, declared }: PlannedKind,
  values: ObjectValue,
): Declared<Record<string, unknown>> | undefined {
  const params = declared.params.safeParse(toParams(schema.params, values)).data;
  const { name, namespace = 'default', ...rest } = toParams(schema.metadata, values);
  if (params === undefined || typeof name !== 'string') return undefined;
  return { metadata: { name, namespace: String(namespace), ...rest }, params };
}

/** An object of the project, changed or not, with what it depends on. */
export interface PlannedObject {
  readonly address: string;
  readonly object: ObjectName;
  /** The object without which it can do nothing: the cluster of a job. */
  readonly host?: ObjectName;
  /** Reads SQL, so only where somebody asks; found once. */
  readonly topics?: () => Topics;
  /** The name in Kafka of the topic that it is. */
  readonly topicName?: string;
}

/** All objects of sdp's kinds in the project: as planned, those that go as they are, and those that the plan leaves out. */
export function plannedObjects(plan: PlanJson, kinds: PlannedKinds): readonly PlannedObject[] {
  const resources = new Map(
    resourcesOf(plan.prior_state?.values?.root_module).map((resource) => [resource.address, resource]),
  );
  for (const { address, mode, type, change } of plan.resource_changes ?? []) {
    const values = change.after ?? change.before;
    if (values !== null) resources.set(address, { address, mode, type, values });
  }
  return [...resources.values()].flatMap(({ address, mode, type, values }) => {
    const kind = kinds.get(type);
    if (kind === undefined || mode !== 'managed') return [];
    const object = objectOf(kinds, type, values);
    const declaration = declarationOf(kind, values);
    if (declaration === undefined) return [{ address, object }];
    const { metadata, params } = declaration;
    const [need] = kind.declared.needs?.(params) ?? [];
    const host = need && { kind: need.type.kind, namespace: metadata.namespace, name: need.name };
    let found: Topics | undefined;
    const { topics } = kind.declared;
    const topicName = kind.declared.topicName?.(metadata, params);
    return [
      {
        address,
        object,
        ...(host !== undefined && { host }),
        ...(topics !== undefined && { topics: () => (found ??= topics(params)) }),
        ...(topicName !== undefined && { topicName }),
      },
    ];
  });
}

/** `FlinkSessionJob default/totals`, as messages name it. */
export function nameOf({ kind, namespace, name }: ObjectName): string {
  if (name === '') return kind;
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

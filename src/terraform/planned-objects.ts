import type { ObjectName } from '../diagnostics/diagnostic.ts';
import type { DeclaredKind, KindDefinition, Topics } from '../kinds/kind.ts';
import { toParams } from './framework/params.ts';
import { isObjectValue, type ObjectValue, textAt } from './framework/value.ts';
import { type PlanJson, type ResourceChange, resourcesOf } from './plan-json.ts';
import { describeObject } from './provider/api-diagnostics.ts';
import { type KindSchema, kindSchema, metadataOf } from './provider/kind-schema.ts';

interface PlannedKind {
  readonly declared: DeclaredKind;
  readonly schema: KindSchema;
}

/** The kinds by the types of their resources: `sdp_kafka_topic`. */
export type PlannedKinds = ReadonlyMap<string, PlannedKind>;

export function plannedKinds(kinds: readonly KindDefinition[]): PlannedKinds {
  return new Map(
    kinds.flatMap((kind) => {
      if (kind.declared === undefined) return [];
      const schema = kindSchema(kind, kind.declared);
      return [[schema.typeName, { declared: kind.declared, schema }] as const];
    }),
  );
}

/** What a resource of a plan stands for: a Kubernetes object, and elsewhere the type of the resource. */
export function objectOf(kinds: PlannedKinds, type: string, values: ObjectValue): ObjectName {
  const kind = kinds.get(type)?.schema.kind;
  const named = (from: ObjectValue) => {
    const namespace = textAt(from, 'namespace');
    return { name: textAt(from, 'name') ?? '', ...(namespace !== undefined && { namespace }) };
  };
  if (kind !== undefined) return { kind, ...named(values) };
  const manifest = values['manifest'];
  if (type !== 'sdp_manifest' || !isObjectValue(manifest)) return { kind: type, name: '' };
  const metadata = manifest['metadata'];
  return { kind: textAt(manifest, 'kind') ?? type, ...named(isObjectValue(metadata) ? metadata : {}) };
}

/** `FlinkSessionJob default/totals`, as messages name it; of what is no object only the type. */
export function nameOf(object: ObjectName): string {
  return object.name === '' ? object.kind : describeObject(object);
}

/** An object of the project, changed or not, with what it depends on. */
export interface PlannedObject {
  readonly address: string;
  readonly object: ObjectName;
  /** The object without which it can do nothing: the cluster of a job. */
  readonly host?: ObjectName;
  /** Names in Kafka of the topic that it is: two, where it becomes another. */
  readonly topicNames: readonly string[];
  /** Reads SQL, so only where somebody asks. */
  readonly topics: () => Topics | undefined;
}

/** All objects of sdp's kinds in the project: as planned, those that go as they are, and those that the plan leaves out. */
export function plannedObjects(plan: PlanJson, kinds: PlannedKinds): readonly PlannedObject[] {
  const prior = resourcesOf(plan.prior_state?.values?.root_module).map(
    ({ values, ...resource }): ResourceChange => ({
      ...resource,
      change: { actions: ['no-op'], before: values, after: values },
    }),
  );
  const resources = new Map([...prior, ...(plan.resource_changes ?? [])].map((item) => [item.address, item]));
  return [...resources.values()].flatMap(({ address, mode, type, change: { before, after } }) => {
    const kind = kinds.get(type);
    const values = after ?? before;
    if (kind === undefined || mode !== 'managed' || values === null) return [];
    const { declared } = kind;
    const metadata = metadataOf(kind.schema, values);
    const params = paramsOf(kind, values);
    const [need] = (params && declared.needs?.(params)) ?? [];
    const topicNames = [before, after].flatMap((item) => {
      const known = item === null || declared.topicName === undefined ? undefined : paramsOf(kind, item);
      return (known && declared.topicName?.(metadata, known)) ?? [];
    });
    let topics: Topics | undefined;
    return [
      {
        address,
        object: objectOf(kinds, type, values),
        ...(need !== undefined && {
          host: { kind: need.type.kind, namespace: metadata.namespace, name: need.name },
        }),
        topicNames: [...new Set(topicNames)],
        topics: () => (topics ??= params && declared.topics?.(params)),
      },
    ];
  });
}

/** Undefined where values are missing, since they are not known yet. */
function paramsOf({ schema, declared }: PlannedKind, values: ObjectValue) {
  return declared.params.safeParse(toParams(schema.params, values)).data;
}

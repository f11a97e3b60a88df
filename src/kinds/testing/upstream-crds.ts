import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { propertySchema, type StructuralSchema } from '../../apiserver/schema/structural-schema.ts';
import { validateSchema } from '../../apiserver/schema/validate.ts';
import type { KindDefinition } from '../kind.ts';

/**
 * What we write has to be what the operators' own CRDs accept. They are data beside the repository: in the folder
 * SDP_UPSTREAM_CRDS, else in ../shared/crds.
 */
export const upstreamFolder = resolve(
  process.env.SDP_UPSTREAM_CRDS ?? join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'crds'),
);
export const isUpstreamThere = existsSync(upstreamFolder);
const files: Readonly<Record<string, string>> = {
  Kafka: 'strimzi-1.2.0/040-Crd-kafka.yaml',
  KafkaTopic: 'strimzi-1.2.0/043-Crd-kafkatopic.yaml',
  KafkaUser: 'strimzi-1.2.0/044-Crd-kafkauser.yaml',
  KafkaConnect: 'strimzi-1.2.0/041-Crd-kafkaconnect.yaml',
  KafkaConnector: 'strimzi-1.2.0/047-Crd-kafkaconnector.yaml',
  FlinkDeployment: 'flink-kubernetes-operator-1.15.0/flinkdeployments.flink.apache.org-v1.yml',
  ServiceMonitor: 'prometheus-operator-0.93.0/monitoring.coreos.com_servicemonitors.yaml',
  FlinkSessionJob: 'flink-kubernetes-operator-1.15.0/flinksessionjobs.flink.apache.org-v1.yml',
  FlinkStateSnapshot: 'flink-kubernetes-operator-1.15.0/flinkstatesnapshots.flink.apache.org-v1.yml',
};

export interface Definition {
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly kind: string; readonly plural: string; readonly singular: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: StructuralSchema };
    }[];
  };
}

const definitions = new Map<string, Definition>();

export function readUpstream({ type }: KindDefinition): Definition {
  const known = definitions.get(type.kind);
  if (known !== undefined) return known;
  const read = parse(readFileSync(join(upstreamFolder, files[type.kind] ?? ''), 'utf8')) as Definition;
  definitions.set(type.kind, read);
  return read;
}

export function schemaOf({ spec }: Definition, version: string): StructuralSchema {
  const found = spec.versions.find(({ name }) => name === version);
  if (found === undefined) throw new Error(`no version ${version}`);
  return found.schema.openAPIV3Schema;
}

/** Fields of a value that the schema does not name: they would be pruned. */
function findPruned(value: unknown, schema: StructuralSchema | undefined, path: string): string[] {
  if (schema === undefined) return [path];
  if (Array.isArray(value)) return value.flatMap((item) => findPruned(item, schema.items, `${path}[]`));
  if (typeof value !== 'object' || value === null || schema['x-kubernetes-preserve-unknown-fields'])
    return [];
  return Object.entries(value).flatMap(([key, item]) =>
    findPruned(item, propertySchema(schema, key), `${path}.${key}`),
  );
}

/** For the fakes of tests: what is written while they run is checked, where upstream's CRDs are at hand. */
export function checkStatus(kind: KindDefinition, status: unknown): void {
  const refused = isUpstreamThere ? findRefused(kind, 'status', status) : [];
  if (refused.length > 0) throw new Error(`the CRD of ${kind.type.kind} refuses ${JSON.stringify(refused)}`);
}

/** What the operator's CRD would refuse or drop of a part of an object. */
export function findRefused(kind: KindDefinition, part: 'spec' | 'status', value: unknown): unknown[] {
  const schema = schemaOf(readUpstream(kind), kind.type.version).properties?.[part];
  const sent: unknown = JSON.parse(JSON.stringify(value));
  return [...validateSchema(sent, schema ?? {}, part), ...findPruned(sent, schema, part)];
}

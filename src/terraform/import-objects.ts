import type { KubernetesObject, Manifest, ResourceType } from '../apiclient/object.ts';
import { apiVersionOf } from '../apiclient/object.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { pythonKeys } from '../kinds/flink-job/python-archive.ts';
import type { DeclaredKind, KindDefinition } from '../kinds/kind.ts';
import { compareSpecs } from '../kinds/reconciled-spec.ts';
import { fromParams } from './framework/params.ts';
import type { Attribute, Shape } from './framework/schema.ts';
import { Dynamic, ExactNumber, isObjectValue, type ObjectValue, type Value } from './framework/value.ts';
import { asModule } from './import-module.ts';
import { type ImportedSql, readSqlOf, type SqlFiles } from './import-sql.ts';
import { withDeclaredFields } from './provider/declared-fields.ts';
import { buildObject } from './provider/kind-plan.ts';
import { readWhole } from './provider/kind-read.ts';
import { type KindSchema, kindSchema } from './provider/kind-schema.ts';
import { idOfType } from './provider/manifest-plan.ts';
import { declaredPart } from './provider/manifest-read.ts';
import { ownershipOf } from './provider/ownership.ts';
import { Expression, type HclBlock, type HclValue } from './write-hcl.ts';

export interface Importable {
  readonly object: KubernetesObject;
  readonly type: ResourceType;
  /** Absent for kinds that only sdp_manifest offers. */
  readonly kind?: KindDefinition;
}

export interface ImportedObject {
  readonly resource: string;
  readonly id: string;
  /** The resource's attributes. */
  readonly attributes: Readonly<Record<string, HclValue>>;
  /** What the reader of the file should know. */
  readonly notes: readonly string[];
}

/** Why an object is not for this project to take; undefined when it is. */
export function whyNotImported(object: KubernetesObject, project: string): string | undefined {
  const { deletionTimestamp, ownerReferences = [] } = object.metadata;
  if (deletionTimestamp !== undefined) return 'it is being deleted';
  const [owner] = ownerReferences;
  if (owner !== undefined) return `it belongs to ${owner.kind} ${owner.name}`;
  const ownership = ownershipOf(project, object);
  if (ownership.owned === 'here') return `project ${project} owns it already`;
  return ownership.owned === 'elsewhere' ? `${ownership.by} owns it` : undefined;
}

/**
 * The resource that stands for a live object, as it is: applying it changes nothing. What the kind's resource cannot
 * say becomes sdp_manifest. `findRevision` knows the ConfigMaps of the namespace; the SQL of jobs goes into `files`.
 */
export async function importObject(
  { object: live, type, kind }: Importable,
  findRevision: (name: string) => Manifest | undefined,
  files: SqlFiles,
): Promise<ImportedObject> {
  if (kind?.declared === undefined) return asManifest(live, type, []);
  const { declared } = kind;
  const object = withDeclaredFields(live);
  const schema = kindSchema(kind, declared);
  const values = readWhole(schema, declared, live);
  const metadata = await readMetadata(schema, declared, object, values);
  const missing = await findUnsaid(schema, declared, { ...values, ...metadata }, object);
  if (missing.length > 0) return asManifest(live, type, [cannotSay(schema.typeName, missing)]);

  const found = 'sql' in declared.params.shape ? readSqlOf(object, findRevision) : undefined;
  const attributes = {
    ...writeAttributes(schema.metadata, metadata),
    ...writeAttributes(schema.params, values),
  };
  const imported = {
    resource: schema.typeName,
    id: `${live.metadata.namespace ?? 'default'}/${live.metadata.name}`,
  };
  if (found === undefined) return { ...imported, attributes, notes: [] };
  if ('missing' in found) return { ...imported, attributes, notes: [found.missing] };
  const sql = files.add(live.metadata.name, found);
  const { job, ...rest } = values;
  const { entry_class: _class, args: _args, jar_uri: _jar, ...ownJob } = (job ?? {}) as ObjectValue;
  const withSql: ObjectValue = {
    ...rest,
    ...(sql.params.python !== undefined && withoutPythonKeys(rest)),
    job: ownJob,
    sql: fromParams(schema.params, { sql: sql.params })['sql'] ?? null,
  };
  const differs = await findUnsaid(schema, declared, { ...withSql, ...metadata }, object);
  if (differs.length > 0) return { ...imported, attributes, notes: [otherRevision(sql)] };
  const written = writeAttributes(schema.params, withSql);
  return {
    ...imported,
    attributes: {
      ...writeAttributes(schema.metadata, metadata),
      ...written,
      sql: {
        script: { path: sql.script.path, text: fileAt(sql.script.file) },
        ddl: sql.ddl.map(({ path, file }) => ({ path, text: fileAt(file) })),
        catalog: sql.params.catalog,
        parameters: sql.params.parameters,
        python: (written['sql'] as { python?: HclValue } | null)?.python,
      },
    },
    notes: [],
  };
}

/** They are made from the archive of functions. */
function withoutPythonKeys({ flink_configuration: configuration = null }: ObjectValue): ObjectValue {
  if (!isObjectValue(configuration)) return {};
  const own = Object.entries(configuration).filter(([key]) => !pythonKeys.includes(key));
  return { flink_configuration: own.length === 0 ? null : Object.fromEntries(own) };
}

function fileAt(file: string): Expression {
  // The path of a revision is checked where it is read: nothing in it has to be escaped.
  return new Expression(`file("\${path.module}/${file}")`);
}

/** Labels and annotations that neither a tool nor the resource itself writes. */
async function readMetadata(
  schema: KindSchema,
  declared: DeclaredKind,
  { metadata }: KubernetesObject,
  values: ObjectValue,
): Promise<ObjectValue> {
  const { name, namespace = 'default' } = metadata;
  const built = await buildObject(schema, declared, { ...values, name, namespace });
  const own = built.value?.manifest.metadata;
  return {
    name,
    namespace,
    labels: pick(metadata.labels, own?.labels),
    annotations: pick(metadata.annotations, own?.annotations),
  };
}

function pick(
  live: Readonly<Record<string, string>> | undefined,
  built: Readonly<Record<string, string>> | undefined,
): ObjectValue | null {
  const kept = Object.entries(live ?? {}).filter(([key]) => !isOfTool(key) && built?.[key] === undefined);
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

/** Keys by which deployment tools and sdp keep their own books, and those that ask an operator for one action. */
function isOfTool(key: string): boolean {
  return (
    /^([a-z0-9.-]*\.)?(kubectl\.kubernetes\.io|helm\.sh|argoproj\.io|fluxcd\.io|cattle\.io|sdp\.internal)\//.test(
      key,
    ) ||
    ['app.kubernetes.io/managed-by', 'target.session', 'strimzi.io/manual-rolling-update'].includes(key) ||
    /^strimzi\.io\/(restart|connector-offsets|last-applied)/.test(key)
  );
}

/** Paths of the live spec that an object built from these attributes would not have, or have otherwise. */
async function findUnsaid(
  schema: KindSchema,
  declared: DeclaredKind,
  attributes: ObjectValue,
  object: KubernetesObject,
): Promise<readonly string[]> {
  const { value, diagnostics } = await buildObject(schema, declared, attributes);
  if (value === undefined || hasErrors(diagnostics))
    return diagnostics.map(({ summary, path }) => (path === undefined ? summary : path.join('.')));
  const { spec } = object as { spec?: unknown };
  return compareSpecs(spec ?? {}, value.manifest.spec ?? {})
    .filter(({ before, after }) => textOf(before) !== textOf(after))
    .map(({ path }) => path);
}

/** 3 and "3" are the same value in two forms; an empty record equals an absent one. */
function textOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return '';
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
}

function asManifest(object: KubernetesObject, type: ResourceType, notes: readonly string[]): ImportedObject {
  const { name, namespace } = object.metadata;
  const manifest = { ...declaredPart(object), apiVersion: apiVersionOf(type), kind: type.kind };
  const { apiVersion, kind, ...rest } = manifest as Record<string, HclValue>;
  return {
    resource: 'sdp_manifest',
    id: idOfType(type, type.namespaced ? namespace : undefined, name),
    attributes: { manifest: { apiVersion, kind, ...rest } },
    notes,
  };
}

function cannotSay(typeName: string, paths: readonly string[]): string {
  return `${typeName} cannot say all of it (${paths.join(', ')}), so it is an sdp_manifest.`;
}

function otherRevision({ revision }: ImportedSql): string {
  return `Its SQL is in ${revision}, but sdp makes another revision of it today: args stay as they are, so that nothing restarts. To hand the job to Terraform with its SQL, replace entry_class and args by sql.`;
}

function writeAttributes(
  attributes: readonly Attribute[],
  values: ObjectValue,
): Readonly<Record<string, HclValue>> {
  return Object.fromEntries(
    attributes.map(({ name, shape }) => [name, writeShape(shape, values[name] ?? null)]),
  );
}

function writeShape(shape: Shape, value: Value): HclValue {
  if (value === null || shape.nesting === 'none') return toHcl(value);
  if (Array.isArray(value)) return value.map((item: Value) => writeNested(shape.attributes, item));
  if (!isObjectValue(value)) return toHcl(value);
  if (shape.nesting === 'single') return writeNested(shape.attributes, value);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, writeNested(shape.attributes, item)]),
  );
}

function writeNested(attributes: readonly Attribute[], value: Value): HclValue {
  return isObjectValue(value) ? writeAttributes(attributes, value) : toHcl(value);
}

function toHcl(value: Value): HclValue {
  if (typeof value === 'symbol') throw new Error('a live object has no unknown values');
  if (value instanceof Dynamic) return toHcl(value.value);
  if (value instanceof ExactNumber) return new Expression(value.text);
  if (Array.isArray(value)) return value.map((item: Value) => toHcl(item));
  if (typeof value !== 'object' || value === null) return value;
  if (!isObjectValue(value)) return null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toHcl(item)]));
}

export interface WrittenImports {
  readonly blocks: readonly HclBlock[];
  readonly addresses: readonly { readonly address: string; readonly id: string }[];
}

/**
 * Blocks of a file: each resource with the import block that binds it to the live object. With `modules`, the source of
 * the common modules, a module's block where one says all of the object. `taken` are addresses that the project has.
 */
export function writeImports(
  objects: readonly ImportedObject[],
  { taken = [], modules }: { readonly taken?: Iterable<string>; readonly modules?: string } = {},
): WrittenImports {
  const addresses = new Set(taken);
  const written = objects.map((object) => {
    const { resource, id, notes: comment } = object;
    const call = modules === undefined ? undefined : asModule(object, modules);
    const block = freeAddress(call === undefined ? resource : 'module', id, addresses);
    addresses.add(block);
    const address = call === undefined ? block : `${block}.${resource}.this[0]`;
    const [type = '', label = ''] = block.split('.');
    const blocks: readonly HclBlock[] = [
      { type: 'import', attributes: { to: new Expression(address), id } },
      call === undefined
        ? { type: 'resource', labels: [type, label], attributes: object.attributes, comment }
        : { type: 'module', labels: [label], attributes: call, comment },
    ];
    return { blocks, address: { address, id } };
  });
  return {
    blocks: written.flatMap(({ blocks }) => blocks),
    addresses: written.map(({ address }) => address),
  };
}

function freeAddress(kind: string, id: string, taken: ReadonlySet<string>): string {
  const name = id.split('/').at(-1) ?? id;
  const label = name.replace(/[^A-Za-z0-9_-]/g, '_').replace(/^(?![A-Za-z_])/, '_');
  let address = `${kind}.${label}`;
  for (let count = 2; taken.has(address); count += 1) address = `${kind}.${label}_${count}`;
  return address;
}

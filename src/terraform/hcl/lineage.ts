import { DiagnosticError, type ObjectName, type SourcePosition } from '../../diagnostics/diagnostic.ts';
import { kinds } from '../../kinds/catalog.ts';
import { readClosure } from '../../sql/closure.ts';
import { unknownValue } from '../../sql/parameters.ts';
import type { SqlJob } from '../../sql/project-checks.ts';
import { type TableFlow, tableFlows } from '../../sql/table-flows.ts';
import { objectType } from '../framework/schema.ts';
import { isObjectValue, type ObjectValue, unknown, type Value } from '../framework/value.ts';
import { nameOf, type PlannedObject, plannedKinds, plannedObjects } from '../planned-objects.ts';
import type { FlowColumn } from './column-lineage.ts';
import { type DeclaredResource, type ReadOptions, readConfiguration } from './configuration.ts';
import { convert } from './convert.ts';
import { isList } from './functions.ts';
import type { ProjectFiles } from './project-files.ts';
import { noFolder, readJob } from './sql-project.ts';

/** What data flows through: a topic, something outside of Kafka, or topics by a pattern of their names. */
export interface Place {
  /** `topic orders` */
  readonly id: string;
  readonly kind: 'topic' | 'topics' | 'external';
  readonly name: string;
  /** Whether the project declares the topic. */
  readonly isDeclared: boolean;
}

/** What moves data: a job or a connector. */
export interface Mover {
  /** `FlinkSessionJob default/totals` */
  readonly id: string;
  readonly object: ObjectName;
  readonly address: string;
  readonly at: SourcePosition;
  /** The script of a SQL job. */
  readonly script?: string;
  /** Of a connector. */
  readonly class?: string;
  /** Whether what it reads and writes is known: that of a program is not. */
  readonly isKnown: boolean;
}

export interface Flow {
  readonly mover: string;
  readonly direction: 'reads' | 'writes';
  readonly place: string;
  /** The table of a SQL job through which it goes. */
  readonly table?: string;
  readonly at?: SourcePosition;
  /** Of the table, where a job writes it and Flink's planner was asked. */
  readonly columns?: readonly FlowColumn[];
}

/** Where the data of a project comes from and where it goes. */
export interface Lineage {
  readonly places: readonly Place[];
  readonly movers: readonly Mover[];
  readonly flows: readonly Flow[];
}

export interface ReadLineage {
  readonly lineage: Lineage;
  /** The SQL jobs, by mover. */
  readonly jobs: ReadonlyMap<string, SqlJob>;
}

/** From the project's files alone. */
export async function readLineage(
  folder: string,
  files: ProjectFiles,
  options: ReadOptions = {},
): Promise<ReadLineage> {
  if (!files.exists(folder)) throw new DiagnosticError(noFolder(folder));
  const { resources } = await readConfiguration(folder, files, options);
  return lineageOf(resources);
}

const moverTypes = ['sdp_flink_session_job', 'sdp_flink_deployment', 'sdp_kafka_connector'];

function lineageOf(resources: readonly DeclaredResource[]): ReadLineage {
  const objects = new Map(asPlanned(resources).map((object) => [object.address, object]));
  const declared = new Set([...objects.values()].flatMap(({ topicNames }) => topicNames));
  const places = new Map<string, Place>();
  const place = (kind: Place['kind'], name: string): string => {
    const id = kind === 'external' ? name : `${kind === 'topic' ? 'topic' : 'topics'} ${name}`;
    places.set(id, { id, kind, name, isDeclared: kind === 'topic' && declared.has(name) });
    return id;
  };
  for (const topic of declared) place('topic', topic);
  const movers: Mover[] = [];
  const flows: Flow[] = [];
  const jobs = new Map<string, SqlJob>();
  for (const resource of resources) {
    const planned = objects.get(resource.address);
    if (planned === undefined || !moverTypes.includes(resource.type)) continue;
    // A session cluster runs jobs and moves nothing itself.
    if (resource.type === 'sdp_flink_deployment' && (resource.attributes['job'] ?? null) === null) continue;
    const id = nameOf(planned.object);
    const job = readJob(resource, resources)?.job;
    if (job !== undefined) jobs.set(id, job);
    const own =
      job === undefined
        ? topicFlows(planned, id, declared, place)
        : tableFlows(readClosure(job.script, job.ddl, job.parameters)).flatMap((flow) =>
            placesOf(flow, declared, place).map((to) => ({
              mover: id,
              direction: flow.direction,
              place: to,
              table: flow.table,
              at: flow.at,
            })),
          );
    flows.push(...own);
    movers.push({
      id,
      object: planned.object,
      address: resource.address,
      at: resource.at,
      ...(job !== undefined && { script: job.script.path }),
      ...classOf(resource.attributes),
      isKnown: own.length > 0,
    });
  }
  return { lineage: { places: [...places.values()], movers, flows }, jobs };
}

type MakePlace = (kind: Place['kind'], name: string) => string;

function topicFlows(
  planned: PlannedObject,
  mover: string,
  declared: ReadonlySet<string>,
  place: MakePlace,
): readonly Flow[] {
  const { reads = [], readPatterns = [], writes = [], writePrefixes = [] } = planned.topics() ?? {};
  const flow = (direction: Flow['direction'], to: string): Flow => ({ mover, direction, place: to });
  const matching = readPatterns.flatMap((pattern) => topicsByPattern(pattern, declared, place));
  return [
    ...reads.map((topic) => flow('reads', place('topic', topic))),
    ...matching.map((to) => flow('reads', to)),
    ...writes.map((topic) => flow('writes', place('topic', topic))),
    ...writePrefixes.map((prefix) => flow('writes', place('topics', `${prefix}*`))),
  ];
}

function placesOf(
  { connector, topics, pattern, location }: TableFlow,
  declared: ReadonlySet<string>,
  place: MakePlace,
): readonly string[] {
  const named = topics.map((topic) =>
    place('topic', topic.includes(unknownValue) ? '(not known yet)' : topic),
  );
  const matching = pattern === undefined ? [] : topicsByPattern(pattern, declared, place);
  if (named.length + matching.length > 0) return [...named, ...matching];
  return [
    place('external', [connector ?? 'a table', location].filter((part) => part !== undefined).join(' ')),
  ];
}

/** The declared topics of that name, or the pattern itself where none is. */
function topicsByPattern(
  pattern: string,
  declared: ReadonlySet<string>,
  place: MakePlace,
): readonly string[] {
  const whole = toRegExp(pattern);
  const found = [...declared].filter((topic) => whole?.test(topic) === true);
  return found.length > 0 ? found.map((topic) => place('topic', topic)) : [place('topics', pattern)];
}

function toRegExp(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    return undefined;
  }
}

function classOf({ class: name = null }: ObjectValue): { readonly class?: string } {
  return typeof name === 'string' ? { class: name } : {};
}

/** As Terraform would plan them, without what is not known yet. */
function asPlanned(resources: readonly DeclaredResource[]): readonly PlannedObject[] {
  const planned = plannedKinds(kinds);
  const changes = resources.map(({ address, type, attributes }) => {
    const schema = planned.get(type)?.schema.schema;
    const typed = schema === undefined ? attributes : convert(attributes, objectType(schema.attributes));
    const after = withoutUnknown(isObjectValue(typed) ? typed : {});
    return { address, type, mode: 'managed', change: { actions: ['create'], before: null, after } };
  });
  return plannedObjects({ resource_changes: changes }, planned);
}

function withoutUnknown(value: ObjectValue): ObjectValue {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) => (item === unknown ? [] : [[name, knownPart(item)]])),
  );
}

function knownPart(value: Value): Value {
  if (isList(value)) return value.filter((item) => item !== unknown).map(knownPart);
  return isObjectValue(value) ? withoutUnknown(value) : value;
}

import { join } from 'node:path';
import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { pythonFilesKey } from '../../kinds/flink-job/python-archive.ts';
import { unknownValue } from '../../sql/parameters.ts';
import type { SqlJob, SqlProject } from '../../sql/project-checks.ts';
import type { SqlFile } from '../../sql/sql-file.ts';
import { isObjectValue, type ObjectValue, unknown, type Value } from '../framework/value.ts';
import { type DeclaredResource, type ReadOptions, readConfiguration } from './configuration.ts';
import { isList } from './functions.ts';
import type { ProjectFiles } from './project-files.ts';

export interface ReadSqlProject {
  readonly project: SqlProject;
  /** Of the project's Terraform files. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The SQL of a Terraform project, from its files alone. */
export async function readSqlProject(
  folder: string,
  read: ProjectFiles,
  options: ReadOptions = {},
): Promise<ReadSqlProject> {
  if (!read.exists(folder)) throw new DiagnosticError(noFolder(folder));
  const { resources, diagnostics } = await readConfiguration(folder, read, options);
  const declared = resources.flatMap((resource) => readJob(resource, resources) ?? []);
  const jobs = declared.flatMap(({ job }) => job ?? []);
  const bases = new Set([
    'sql',
    ...jobs.flatMap(({ script }) => /^(.+)\/jobs\//.exec(script.path)?.[1] ?? []),
  ]);
  const files = (inside: string): readonly SqlFile[] =>
    [...bases].flatMap((base) =>
      read
        .find(folder, `${base}/${inside}/**/*.sql`)
        .map((path) => ({ path, text: read.text(join(folder, path)) ?? '' })),
    );
  return {
    project: { jobs, scripts: files('jobs'), ddl: files('ddl'), topics: readTopics(resources) },
    diagnostics: [...diagnostics, ...declared.flatMap((item) => item.diagnostic ?? [])],
  };
}

export interface ReadJob {
  readonly job?: SqlJob;
  readonly diagnostic?: Diagnostic;
}

const jobTypes = ['sdp_flink_session_job', 'sdp_flink_deployment'];

/** `resources`: all of the project, its cluster among them. */
export function readJob(
  { type, address, attributes, at, inputs }: DeclaredResource,
  resources: readonly DeclaredResource[],
): ReadJob | undefined {
  const sql = attributes['sql'];
  if (!jobTypes.includes(type) || !isObjectValue(sql)) return undefined;
  const script = readFile(sql['script']);
  if (script === undefined) return undefined;
  const declaredAt = inputs.get('script') ?? inputs.get('job_name') ?? at;
  if (script.text === '') return { diagnostic: noScript(script.path, address, declaredAt) };
  const { ddl, catalog = null } = sql;
  return {
    job: {
      address: address.replace(/\.sdp_\w+\.\w+(?:\[[^\]]*\])?$/, ''),
      declaredAt,
      argumentsAt: inputs.get('args') ?? inputs.get('sql') ?? at,
      script,
      ddl: isList(ddl) ? ddl.flatMap((file) => readFile(file) ?? []) : [],
      parameters: readParameters(sql['parameters']),
      ...(catalog !== null && { catalog: typeof catalog === 'string' ? catalog : unknownValue }),
      hasPython: hasPython(sql['python'], attributes['flink_configuration']),
      options: readOptions(attributes['flink_configuration']),
      knownImage: hasKnownImage(attributes, resources),
    },
  };
}

/** Undefined of one whose path or text nobody knows yet. */
function readFile(value: Value | undefined): SqlFile | undefined {
  if (!isObjectValue(value)) return undefined;
  const { path, text } = value;
  return typeof path === 'string' && typeof text === 'string' ? { path, text } : undefined;
}

/** What is known only while it is applied has a value all the same. */
function readParameters(value: Value | undefined): Readonly<Record<string, string>> {
  if (!isObjectValue(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, isText(item) ? String(item) : unknownValue]),
  );
}

function readOptions(value: Value | undefined): Readonly<Record<string, string>> {
  if (!isObjectValue(value)) return {};
  const known = Object.entries(value).flatMap(([key, item]) => (isText(item) ? [[key, String(item)]] : []));
  return Object.fromEntries(known) as Record<string, string>;
}

/** Undefined where it is known only while it is applied. */
function hasPython(archive: Value = null, configuration: Value = null): boolean | undefined {
  if (archive === unknown || configuration === unknown) return undefined;
  return (
    archive !== null || (isObjectValue(configuration) && (configuration[pythonFilesKey] ?? null) !== null)
  );
}

/** No image is named, or the one that modules name by themselves: Flink as it is published. */
function isFlinksOwn(image: Value | undefined): boolean {
  return image === undefined || image === null || (typeof image === 'string' && /^flink:\d/.test(image));
}

/** A job runs in the cluster of its own, or in the one that it names. */
function hasKnownImage(
  { deployment_name: cluster, image }: ObjectValue,
  resources: readonly DeclaredResource[],
) {
  if (cluster === undefined) return isFlinksOwn(image);
  const found = resources.find(
    ({ type, attributes }) => type === 'sdp_flink_deployment' && attributes['name'] === cluster,
  );
  return found !== undefined && isFlinksOwn(found.attributes['image']);
}

function isText(value: Value): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function readTopics(resources: readonly DeclaredResource[]): readonly string[] | undefined {
  const topics = resources
    .filter(({ type }) => type === 'sdp_kafka_topic')
    .map(({ attributes }) => topicName(attributes));
  return topics.includes(undefined) ? undefined : topics.flatMap((topic) => topic ?? []);
}

function topicName({ topic_name: topicName = null, name = null }: ObjectValue): string | undefined {
  if (topicName === unknown) return undefined;
  const found = topicName ?? name;
  return typeof found === 'string' ? found : undefined;
}

function noScript(path: string, address: string, source: DeclaredResource['at']): Diagnostic {
  return {
    severity: 'error',
    reason: 'SqlScriptMissing',
    summary: `There is no script ${path}`,
    detail: `The job of ${address} runs it. Add the file, or correct script or job_name.`,
    source,
  };
}

export function noFolder(folder: string): Diagnostic {
  return {
    severity: 'error',
    reason: 'ProjectNotFound',
    summary: `There is no folder ${folder}`,
    detail: 'Name the folder of a Terraform project by --chdir, or run the command in it.',
  };
}

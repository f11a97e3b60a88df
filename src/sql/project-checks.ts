import type { Diagnostic, SourcePosition } from '../diagnostics/diagnostic.ts';
import { findSimilar } from '../diagnostics/similar-name.ts';
import { type Closure, statementsOf } from './closure.ts';
import { type Inspection, inspectSql, inspectSyntax, type JobSql } from './inspection.ts';
import { unknownValue } from './parameters.ts';
import { formatPosition } from './position.ts';
import { type ReadStatement, readDdlFile, type SqlFile, warningAt } from './sql-file.ts';
import { readTableDefinition } from './table-definition.ts';

/** A SQL job of a project. */
export interface SqlJob extends JobSql {
  /** As Terraform names what declares it: `module.orders`. */
  readonly address: string;
  readonly declaredAt: SourcePosition;
  /** Where the arguments stand. */
  readonly argumentsAt: SourcePosition;
  /** Flink's configuration of the job, as far as it is known. */
  readonly options: Readonly<Record<string, string>>;
  /** Its cluster runs Flink as the platform has it, without an image of its own. */
  readonly knownImage: boolean;
}

export interface SqlProject {
  readonly jobs: readonly SqlJob[];
  /** All scripts there are, whether a job runs them or not. */
  readonly scripts: readonly SqlFile[];
  readonly ddl: readonly SqlFile[];
  /** Names in Kafka; undefined where they are not all known. */
  readonly topics: readonly string[] | undefined;
}

export interface ProjectChecks {
  readonly diagnostics: readonly Diagnostic[];
  /** What each job runs, as far as it could be read. */
  readonly closures: readonly JobClosure[];
}

/** Everything that can be found in a project's SQL without Flink, of all jobs at once, each problem once. */
export async function checkProject(project: SqlProject): Promise<ProjectChecks> {
  const inspected = project.jobs.map((job) => ({ job, inspection: inspectSql(job) }));
  const idleFiles = idleScripts(project);
  const idle = idleFiles.map((script) => inspectIdle(script, project.ddl));
  const diagnostics: Diagnostic[] = [];
  for (const inspection of [...inspected.map((item) => item.inspection), ...idle]) {
    diagnostics.push(...inspection.diagnostics, ...(await inspectSyntax(inspection)));
  }
  const closures = inspected.map(({ job, inspection }) => ({ job, closure: inspection.closure }));
  diagnostics.push(
    ...placeArguments(inspected),
    ...findUndeclaredTopics(closures, project.topics),
    ...findSharedSinks(closures),
    ...findUnusedDefinitions(project, [
      ...closures.map((item) => item.closure),
      ...idle.map((item) => item.closure),
    ]),
    ...idleFiles.map(idleWarning),
  );
  const withoutArguments = diagnostics.filter(({ path }) => path === undefined);
  return { diagnostics: inOrder(withoutArguments), closures };
}

export interface JobClosure {
  readonly job: SqlJob;
  readonly closure: Closure;
}

function idleScripts({ jobs, scripts }: SqlProject): readonly SqlFile[] {
  const used = new Set(jobs.map(({ script }) => script.path));
  return scripts.filter(({ path }) => !used.has(path));
}

/** Its arguments are for whoever will run it. */
function inspectIdle(script: SqlFile, ddl: readonly SqlFile[]): Inspection {
  const inspection = inspectSql({ script, ddl, parameters: {} });
  const diagnostics = inspection.diagnostics.filter(({ reason }) => reason !== 'SqlParameterMissing');
  return { ...inspection, diagnostics };
}

function idleWarning({ path }: SqlFile): Diagnostic {
  return {
    severity: 'warning',
    reason: 'SqlScriptUnused',
    summary: `No job runs ${path}`,
    detail:
      'No module of the project names this script. Declare a job for it (module flink/sql-job), or delete it.',
    source: { file: path },
  };
}

/** Problems of arguments stand where the arguments do. */
function placeArguments(
  inspected: readonly { job: SqlJob; inspection: Inspection }[],
): readonly Diagnostic[] {
  return inspected.flatMap(({ job, inspection }) =>
    inspection.diagnostics
      .filter(({ path }) => path?.[0] === 'args')
      .map(({ severity, reason, summary, detail }) => ({
        severity,
        reason,
        summary,
        detail,
        source: job.argumentsAt,
      })),
  );
}

function findUndeclaredTopics(
  closures: readonly JobClosure[],
  topics: readonly string[] | undefined,
): readonly Diagnostic[] {
  if (topics === undefined) return [];
  const declared = new Set(topics);
  return closures.flatMap(({ closure }) =>
    statementsOf(closure).flatMap((read) =>
      topicsOf(read).flatMap(({ topic, offset }) => {
        if (declared.has(topic) || topic.includes(unknownValue)) return [];
        const similar = findSimilar(topic, topics, (name) => name);
        const hint = similar === undefined ? '' : ` Did you mean ${similar}?`;
        const found = warningAt(
          read,
          offset,
          'SqlTopicUndeclared',
          `No module declares the topic ${topic}`,
          `A job that reads or writes a topic which is not there does not start.${hint} Declare it (module kafka/topic) and pass its name to the job, or leave it as it is if the topic is another team's.`,
        );
        return [found];
      }),
    ),
  );
}

function topicsOf(read: ReadStatement): readonly { readonly topic: string; readonly offset: number }[] {
  const options = readTableDefinition(read)?.options ?? [];
  return options
    .filter(({ key }) => key === 'topic')
    .flatMap(({ value, offset }) => value.split(';').map((topic) => ({ topic: topic.trim(), offset })));
}

interface Write {
  readonly address: string;
  readonly read: ReadStatement;
  readonly offset: number;
}

/** Tables with keys that several jobs write: the last to write a key wins. */
function findSharedSinks(closures: readonly JobClosure[]): readonly Diagnostic[] {
  const writes = new Map<string, Write[]>();
  for (const { job, closure } of closures) {
    const keyed = new Map(
      closure.ddl
        .filter(({ read }) => readTableDefinition(read)?.hasPrimaryKey === true)
        .map(({ read, name }) => [name, `${read.source.path}:${read.statement.line}:${read.filled.text}`]),
    );
    for (const read of closure.script) {
      const [sink] = read.words[0] === 'INSERT' ? read.names.uses : [];
      const table = sink && keyed.get(sink.parts.join('.'));
      if (sink === undefined || table === undefined) continue;
      const all = writes.get(table) ?? [];
      writes.set(table, [...all, { address: job.address, read, offset: sink.start }]);
    }
  }
  return [...writes.values()].flatMap((all) => {
    const [first, ...others] = all;
    const other = others.find(({ address }) => address !== first?.address);
    if (first === undefined || other === undefined) return [];
    const place = formatPosition(first.read.source.positionOf(first.read.filled.offsetInFile(first.offset)));
    const found = warningAt(
      other.read,
      other.offset,
      'SqlSinkShared',
      `${first.address} writes the same table`,
      `Both write it by its key (${place}): whichever job writes a key last wins, and which that is changes from run to run. Write into a table each, or make one job of them.`,
    );
    return [found];
  });
}

function findUnusedDefinitions(
  { ddl, jobs }: SqlProject,
  closures: readonly Closure[],
): readonly Diagnostic[] {
  // Which definitions a job reaches hangs on its arguments, so they are told apart by where they stand.
  const placeOf = ({ source, statement }: ReadStatement) => `${source.path}:${statement.offset}`;
  const reached = new Set(closures.flatMap((closure) => closure.ddl.map(({ read }) => placeOf(read))));
  if (jobs.length === 0) return [];
  return ddl
    .flatMap((file) => readDdlFile(file, {}).value ?? [])
    .filter((read) => read.names.creates !== undefined && !reached.has(placeOf(read)))
    .map((read) => {
      const { kind, parts, start } = read.names.creates ?? { kind: 'table', parts: [''], start: 0 };
      const found = warningAt(
        read,
        start,
        'SqlObjectUnused',
        `No job uses the ${kind} ${parts.join('.')}`,
        'No script reaches this definition. Delete it, or use it.',
      );
      return found;
    });
}

/** Each once, by file and place, so that a reader goes through each file once. */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const unique = new Map(diagnostics.map((item) => [JSON.stringify(item), item]));
  const key = ({ source }: Diagnostic) =>
    [source?.file ?? '', source?.line ?? 0, source?.column ?? 0] as const;
  return [...unique.values()].toSorted((a, b) => {
    const [fileA, lineA, columnA] = key(a);
    const [fileB, lineB, columnB] = key(b);
    return fileA < fileB ? -1 : fileA > fileB ? 1 : lineA - lineB || columnA - columnB;
  });
}

import { basename, posix } from 'node:path';
import type { KubernetesObject, Manifest } from '../apiclient/object.ts';
import { type PythonArchiveParams, readPythonArchive } from '../kinds/flink-job/python-archive.ts';
import { sqlPythonPrefix } from '../kinds/flink-job/sources.ts';
import { sqlRunnerEntryClass } from '../sql/revision.ts';
import { type RevisionIndex, readRevisionData } from '../sql/revision-content.ts';

/** The SQL of a job as it lies in its revision, and where it goes in a project. */
export interface ImportedSql {
  readonly revision: string;
  readonly script: SourceText;
  readonly ddl: readonly DdlFile[];
  readonly params: {
    readonly script: { readonly path: string; readonly text: string };
    readonly ddl: readonly { readonly path: string; readonly text: string }[];
    readonly catalog?: string;
    readonly parameters?: Readonly<Record<string, string>>;
    readonly python?: PythonArchiveParams;
  };
}

export interface SourceText {
  /** As the revision names it: part of the revision, so that another one would be another revision. */
  readonly path: string;
  /** Where it is written, from the project's folder. */
  readonly file: string;
  readonly text: string;
}

/** A file with those of its statements that the job reaches. */
export interface DdlFile extends SourceText {
  /** By the object that each defines. */
  readonly statements: Readonly<Record<string, string>>;
}

/** The SQL of a job that SqlRunner runs; why there is none; undefined for any other job. */
export function readSqlOf(
  object: KubernetesObject,
  findRevision: (name: string) => Manifest | undefined,
): ImportedSql | { readonly missing: string } | undefined {
  const { job } =
    (object as { spec?: { job?: { entryClass?: string; args?: readonly string[] } } }).spec ?? {};
  if (job?.entryClass !== sqlRunnerEntryClass) return undefined;
  const args = readArguments(job.args ?? []);
  const python = readPythonArchive(job.args ?? [], sqlPythonPrefix);
  if (args.revision === undefined) return { missing: 'Its arguments name no revision with its SQL.' };
  const read = (revision: string) => {
    const manifest = findRevision(revision);
    const data = manifest && readRevisionData(manifest);
    return { data, index: readIndex(data?.['revision.json']) };
  };
  const own = read(args.revision);
  const script = own.data?.['script.sql'];
  if (script === undefined || own.index?.script === undefined)
    return { missing: `The ConfigMap with its SQL, ${args.revision}, is not there.` };
  const { script: scriptPath, catalog } = own.index;
  const { data, index } = catalog === undefined ? own : read(catalog);
  if (data === undefined || index === undefined)
    return { missing: `The ConfigMap with its DDL, ${catalog}, is not there.` };

  const name = object.metadata.name;
  const ddl = new Map<string, Record<string, string>>();
  for (const { key, path, object: defined } of index.ddl) {
    const text = `${(data[key] ?? '').replace(/;?\s*$/, '')};\n`;
    ddl.set(path, { ...ddl.get(path), [defined]: text });
  }
  const files = [...ddl].map(
    ([path, statements]): DdlFile => ({
      path,
      file: placeFile(path, 'sql/ddl'),
      text: Object.values(statements).join('\n'),
      statements,
    }),
  );
  return {
    revision: args.revision,
    script: {
      path: scriptPath,
      file: isPlain(scriptPath, 'sql/jobs') ? scriptPath : `sql/jobs/${name}.sql`,
      text: script,
    },
    ddl: files,
    params: {
      script: { path: scriptPath, text: script },
      ddl: files.map(({ path, text }) => ({ path, text })),
      ...(catalog !== undefined && { catalog }),
      ...(Object.keys(args.parameters).length > 0 && { parameters: args.parameters }),
      ...(python !== undefined && { python }),
    },
  };
}

/** The runner's arguments, as src/sql/revision.ts writes them. */
function readArguments(args: readonly string[]): {
  readonly revision: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
} {
  const parameters: Record<string, string> = {};
  let revision: string | undefined;
  args.forEach((flag, index) => {
    const value = args[index + 1];
    if (value === undefined || index % 2 === 1) return;
    if (flag === '--revision') revision = value;
    const split = value.indexOf('=');
    if (flag === '--param' && split > 0) parameters[value.slice(0, split)] = value.slice(split + 1);
  });
  return { revision, parameters };
}

function readIndex(text: string | undefined): RevisionIndex | undefined {
  try {
    const index = JSON.parse(text ?? '') as Partial<RevisionIndex>;
    return Array.isArray(index.ddl) ? (index as RevisionIndex) : undefined;
  } catch {
    return undefined;
  }
}

function placeFile(path: string, folder: string): string {
  if (isPlain(path, folder)) return path;
  const name = basename(path).replace(/[^A-Za-z0-9._-]/g, '_');
  return `${folder}/${name.endsWith('.sql') ? name : `${name}.sql`}`;
}

/** What a ConfigMap names is written only below the folder that is for it. */
function isPlain(path: string, folder: string): boolean {
  return (
    /^[A-Za-z0-9 ._/-]+\.sql$/.test(path) && path === posix.normalize(path) && path.startsWith(`${folder}/`)
  );
}

/** SQL files of a project that are to be written, by their paths. */
export class SqlFiles {
  readonly #statements = new Map<string, Map<string, string>>();
  readonly #scripts = new Map<string, string>();

  /** Takes in a job's files: the same job, with the paths where its files go. */
  add(job: string, sql: ImportedSql): ImportedSql {
    this.#scripts.set(sql.script.file, sql.script.text);
    const ddl = sql.ddl.map((item) => ({ ...item, file: this.#place(job, item) }));
    return { ...sql, ddl };
  }

  /**
   * What several jobs have of one file is put together. Where a job has another statement for an object of it, for it
   * runs with older DDL, it gets a file of its own.
   */
  #place(job: string, { file, statements }: DdlFile): string {
    const shared = this.#statements.get(file) ?? new Map<string, string>();
    const differs = Object.entries(statements).some(
      ([object, text]) => (shared.get(object) ?? text) !== text,
    );
    const place = differs ? `sql/ddl/${job}/${basename(file)}` : file;
    const target = differs ? new Map<string, string>() : shared;
    for (const [object, text] of Object.entries(statements)) target.set(object, text);
    this.#statements.set(place, target);
    return place;
  }

  /** Texts by path. */
  texts(): ReadonlyMap<string, string> {
    const ddl = [...this.#statements].map(([file, statements]): [string, string] => [
      file,
      [...statements.values()].join('\n'),
    ]);
    return new Map([...ddl, ...this.#scripts]);
  }
}

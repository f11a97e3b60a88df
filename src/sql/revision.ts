import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Manifest } from '../apiclient/object.ts';
import { type Diagnosed, type Diagnostic, failed, hasErrors, ok } from '../diagnostics/diagnostic.ts';
import type { Definition } from './catalog.ts';
import { orderDefinitions } from './closure.ts';
import { inspectSql, inspectSyntax, type JobSql } from './inspection.ts';
import type { SqlFile } from './sql-file.ts';

/**
 * THE CONTRACT OF A REVISION, one immutable version of a job's SQL, between this module, which writes it, and the
 * runner (runner/, class Revision), which reads it. `testdata/revision.golden.json` holds both to it.
 *
 * - An immutable ConfigMap `<job>-sql-<hash12>` with labels `app.kubernetes.io/managed-by: sdp` and
 *   `sdp.internal/job: <job>` and the annotation `sdp.internal/sha256: <hash>`.
 * - Data: `script.sql`, the script's text; `ddl-000.sql`, `ddl-001.sql` …, one DDL statement each, only those that
 *   the script reaches, each after what it needs; `revision.json`, a `RevisionIndex`, without line numbers, so that
 *   an unrelated statement that moved changes no hash.
 *   With a shared catalog, `ddl` is empty and `catalog` names another immutable ConfigMap, `<catalog>-<hash12>`: all DDL
 *   statements of the project, named and hashed alike, with a `RevisionIndex` that has no script.
 *   Above 1 MiB, Kubernetes' limit, they are one JSON object by key, compressed: `revision.json.gz` in `binaryData`.
 * - hash: sha256 in hex over, for each data key in ascending byte order,
 *   `key + "\n" + UTF-8 byte length of the content + "\n" + content + "\n"`; hash12 are its first 12 digits.
 * - The runner's arguments: `--namespace NS --job NAME --revision CONFIGMAP [--param name=value]…`.
 * - `${name}` and `${name:default}` in script and DDL are replaced by the runner (see parameters.ts): by the
 *   argument, else the environment variable `SDP_<NAME in upper case>` of the JobManager, else the default.
 * - `${secret:name/key}` stands in them as written, too: the runner reads that key of that Secret, in the job's
 *   namespace, when it starts the job. The value is never part of a revision or of the arguments.
 */
export interface RevisionIndex {
  readonly script?: string;
  readonly catalog?: string;
  readonly ddl: readonly { readonly key: string; readonly object: string; readonly path: string }[];
}

export const sqlRunnerEntryClass = 'internal.sdp.runner.SqlRunner';

export interface RevisionInput extends JobSql {
  readonly job: string;
  readonly namespace: string;
  /** The hash of a revision that was parsed before: an equal one is not parsed again. */
  readonly checkedHash?: string | undefined;
}

export interface Revision {
  readonly configMap: Manifest;
  /** The ConfigMap's name. */
  readonly name: string;
  readonly hash: string;
  /** The runner's arguments. */
  readonly args: string[];
}

/** Kubernetes' limit for the sum of a ConfigMap's values. */
const maxBytes = 1024 * 1024;
const compressedKey = 'revision.json.gz';

type RevisionData = Readonly<Record<string, string>>;

/** What a revision's ConfigMap holds, by key; undefined where it is none. */
export function readRevisionData({ data, ...rest }: Manifest): RevisionData | undefined {
  const compressed = (rest['binaryData'] as RevisionData | undefined)?.[compressedKey];
  if (compressed === undefined) return data;
  try {
    return JSON.parse(gunzipSync(Buffer.from(compressed, 'base64')).toString()) as RevisionData;
  } catch {
    return undefined;
  }
}

/** Checks a job's SQL and makes its revision. */
export async function buildRevision(input: RevisionInput): Promise<Diagnosed<Revision>> {
  const inspection = inspectSql(input);
  const diagnostics: Diagnostic[] = [...inspection.diagnostics];

  if (input.catalog !== undefined) diagnostics.push(...checkCatalog(input.catalog, input.ddl));
  const data = revisionData(
    input.script,
    input.catalog === undefined ? inspection.closure.ddl : [],
    input.catalog,
  );
  const hash = hashRevision(data);
  const content = contentOf(data);
  if ('compressed' in content) diagnostics.push(tooLarge(input, content));
  if (hash !== input.checkedHash && !hasErrors(diagnostics)) {
    diagnostics.push(...(await inspectSyntax(inspection)));
  }
  if ('compressed' in content || hasErrors(diagnostics)) return failed(...diagnostics);

  const name = `${input.job}-sql-${hash.slice(0, 12)}`;
  return ok(
    { configMap: configMap(input, name, hash, content), name, hash, args: runnerArgs(input, name) },
    diagnostics,
  );
}

type Content = { readonly data: RevisionData } | { readonly binaryData: RevisionData };

interface TooLarge {
  /** Bytes. */
  readonly whole: number;
  readonly compressed: number;
}

function contentOf(data: RevisionData): Content | TooLarge {
  const whole = Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (whole <= maxBytes) return { data: { ...data } };
  const compressed = gzipSync(JSON.stringify(data), { level: 9 });
  if (compressed.length > maxBytes) return { whole, compressed: compressed.length };
  return { binaryData: { [compressedKey]: compressed.toString('base64') } };
}

export interface SqlCatalog {
  readonly hash: string;
  readonly content: Content;
}

/** The last one that was built: all jobs of a project ask for it. */
let lastBuilt: { readonly ddl: readonly SqlFile[]; readonly built: Diagnosed<SqlCatalog> } | undefined;

/** The content of a ConfigMap with all DDL of a project, for jobs to share. */
export function buildCatalog(ddl: readonly SqlFile[]): Diagnosed<SqlCatalog> {
  const isLast =
    ddl.length === lastBuilt?.ddl.length &&
    ddl.every(({ path, text }, index) => {
      const last = lastBuilt?.ddl[index];
      return path === last?.path && text === last.text;
    });
  if (lastBuilt === undefined || !isLast) lastBuilt = { ddl, built: composeCatalog(ddl) };
  return lastBuilt.built;
}

function composeCatalog(ddl: readonly SqlFile[]): Diagnosed<SqlCatalog> {
  const ordered = orderDefinitions(ddl);
  if (ordered.value === undefined) return failed(...ordered.diagnostics);
  const data = revisionData(undefined, ordered.value);
  const content = contentOf(data);
  return 'compressed' in content
    ? failed(catalogTooLarge(content))
    : ok({ hash: hashRevision(data), content }, ordered.diagnostics);
}

/** The job runs what the catalog holds, and is checked by its own files: read without arguments, as the catalog was, for names may be made of some. */
function checkCatalog(name: string, ddl: readonly SqlFile[]): readonly Diagnostic[] {
  const { value } = buildCatalog(ddl);
  const end = value?.hash.slice(0, 12);
  if (end === undefined || name.endsWith(`-${end}`)) return [];
  return [
    {
      severity: 'error',
      reason: 'SqlCatalogDiffers',
      summary: `The catalog ${name} holds other DDL`,
      detail: `Its name ends with the hash of what it holds, and the DDL files of this job have ${end}. Give catalog the name that the module flink/sql-catalog has for the same folder.`,
      path: ['sql', 'catalog'],
    },
  ];
}

function revisionData(
  script: SqlFile | undefined,
  ddl: readonly Definition[],
  catalog?: string,
): RevisionData {
  const keyed = ddl.map((definition, index) => ({
    key: `ddl-${String(index).padStart(3, '0')}.sql`,
    definition,
  }));
  const index: RevisionIndex = {
    ...(script !== undefined && { script: script.path }),
    ...(catalog !== undefined && { catalog }),
    ddl: keyed.map(({ key, definition }) => ({
      key,
      object: definition.name,
      path: definition.read.source.path,
    })),
  };
  return {
    ...Object.fromEntries(keyed.map(({ key, definition }) => [key, definition.read.statement.text])),
    'revision.json': JSON.stringify(index),
    ...(script !== undefined && { 'script.sql': script.text }),
  };
}

/** See RevisionIndex. */
export function hashRevision(data: RevisionData): string {
  const hash = createHash('sha256');
  const keys = Object.keys(data).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const key of keys) {
    const content = data[key] ?? '';
    hash.update(`${key}\n${Buffer.byteLength(content)}\n${content}\n`);
  }
  return hash.digest('hex');
}

function configMap(input: RevisionInput, name: string, hash: string, content: Content): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace: input.namespace,
      labels: { 'app.kubernetes.io/managed-by': 'sdp', 'sdp.internal/job': input.job },
      annotations: { 'sdp.internal/sha256': hash },
    },
    immutable: true,
    ...content,
  };
}

function runnerArgs(input: RevisionInput, name: string): string[] {
  const parameters = Object.entries(input.parameters).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const fixed = ['--namespace', input.namespace, '--job', input.job, '--revision', name];
  return [...fixed, ...parameters.flatMap(([parameter, value]) => ['--param', `${parameter}=${value}`])];
}

function catalogTooLarge({ whole, compressed }: TooLarge): Diagnostic {
  return {
    severity: 'error',
    reason: 'SqlCatalogTooLarge',
    summary: 'The DDL is too large for one catalog',
    detail: `It has ${whole} bytes, ${compressed} when compressed, and a ConfigMap holds ${maxBytes}. Leave catalog away: each job then holds only the DDL that it reaches.`,
  };
}

function tooLarge(input: RevisionInput, { whole, compressed }: TooLarge): Diagnostic {
  return {
    severity: 'error',
    reason: 'SqlRevisionTooLarge',
    summary: "The job's SQL is too large",
    detail: `The script and the DDLs that it reaches have ${whole} bytes, ${compressed} when compressed, and a ConfigMap, in which the cluster keeps them, holds ${maxBytes}. Split the script into several jobs, or load long literals from a table.`,
    source: { file: input.script.path },
  };
}

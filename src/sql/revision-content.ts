import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Manifest } from '../apiclient/object.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Definition } from './catalog.ts';
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

/** Kubernetes' limit for the sum of a ConfigMap's values. */
export const maxBytes = 1024 * 1024;
const compressedKey = 'revision.json.gz';

export type RevisionData = Readonly<Record<string, string>>;

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

export type Content = { readonly data: RevisionData } | { readonly binaryData: RevisionData };

export interface TooLarge {
  /** Bytes. */
  readonly whole: number;
  readonly compressed: number;
}

export function contentOf(data: RevisionData): Content | TooLarge {
  const whole = Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (whole <= maxBytes) return { data: { ...data } };
  const compressed = gzipSync(JSON.stringify(data), { level: 9 });
  if (compressed.length > maxBytes) return { whole, compressed: compressed.length };
  return { binaryData: { [compressedKey]: compressed.toString('base64') } };
}

export function revisionData(
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

/** An error where a job's SQL is more than a ConfigMap holds. */
export function checkSize(script: SqlFile, content: Content | TooLarge): readonly Diagnostic[] {
  if (!('compressed' in content)) return [];
  const { whole, compressed } = content;
  return [
    {
      severity: 'error',
      reason: 'SqlRevisionTooLarge',
      summary: "The job's SQL is too large",
      detail: `The script and the DDLs that it reaches have ${whole} bytes, ${compressed} when compressed, and a ConfigMap, in which the cluster keeps them, holds ${maxBytes}. Split the script into several jobs, or load long literals from a table.`,
      source: { file: script.path },
    },
  ];
}

import type { Manifest } from '../apiclient/object.ts';
import { type Diagnosed, type Diagnostic, failed, hasErrors, ok } from '../diagnostics/diagnostic.ts';
import { orderDefinitions } from './closure.ts';
import { inspectSql, inspectSyntax, type JobSql } from './inspection.ts';
import {
  type Content,
  contentOf,
  hashRevision,
  maxBytes,
  revisionData,
  type TooLarge,
} from './revision-content.ts';
import type { SqlFile } from './sql-file.ts';

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

/** Checks a job's SQL and makes its revision. */
export async function buildRevision(input: RevisionInput): Promise<Diagnosed<Revision>> {
  const inspection = inspectSql(input);
  const { data, content } = inspection;
  const diagnostics: Diagnostic[] = [...inspection.diagnostics];

  if (input.catalog !== undefined) diagnostics.push(...checkCatalog(input.catalog, input.ddl));
  const hash = hashRevision(data);
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

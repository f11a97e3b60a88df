import { isAbsolute, join, resolve } from 'node:path';
import { closeOver } from '../../sql/closure.ts';
import { buildCatalog } from '../../sql/revision.ts';
import type { SqlFile } from '../../sql/sql-file.ts';
import { hasUnknown, isObjectValue, type ObjectValue, unknown, type Value } from '../framework/value.ts';
import { EvaluationError } from './evaluation-error.ts';
import { type TerraformFunction, toText } from './functions.ts';
import type { ProjectFiles } from './project-files.ts';

/** Functions that read the project's files. Paths that are not absolute are those of the project's folder. */
export function fileFunctions(folder: string, files: ProjectFiles): ReadonlyMap<string, TerraformFunction> {
  const place = (path: string) => (isAbsolute(path) ? path : join(folder, path));

  function readText(path: string): Value {
    const text = files.text(place(path));
    if (text === undefined) throw new EvaluationError(`there is no file ${path}`);
    return text;
  }

  const ofPaths =
    (compute: (path: string, second: string) => Value): TerraformFunction =>
    ([path = null, second = '']) =>
      typeof path === 'string' && typeof second === 'string' ? compute(path, second) : unknown;
  return new Map([
    ['file', ofPaths(readText)],
    ['fileexists', ofPaths((path) => files.exists(place(path)))],
    ['fileset', ofPaths((path, pattern) => files.find(place(path), pattern))],
    ['abspath', ofPaths((path) => resolve(folder, path))],
    ['provider::sdp::sql_closure', sqlClosure],
    ['provider::sdp::sql_catalog', sqlCatalog],
  ]);
}

/** Of the DDL that many jobs share. */
const filesOf = new WeakMap<ObjectValue, readonly SqlFile[]>();

/** Undefined where a text is not known. */
function ddlFiles(ddl: ObjectValue): readonly SqlFile[] | undefined {
  const known = filesOf.get(ddl);
  if (known !== undefined || hasUnknown(ddl)) return known;
  const files = Object.entries(ddl).map(([path, text]): SqlFile => ({ path, text: toText(text) }));
  filesOf.set(ddl, files);
  return files;
}

/** As the provider's function answers. */
const sqlCatalog: TerraformFunction = ([ddl = null]) => {
  const files = isObjectValue(ddl) ? ddlFiles(ddl) : undefined;
  if (files === undefined) return unknown;
  const catalog = buildCatalog(files).value;
  if (catalog === undefined) throw new EvaluationError('the DDL makes no catalog');
  return { hash: catalog.hash, data: unknown, binary_data: unknown };
};

/** As the provider's function answers. */
const sqlClosure: TerraformFunction = ([script = null, ddl = null, given = {}]) => {
  if (typeof script !== 'string' || !isObjectValue(ddl)) return unknown;
  const files = ddlFiles(ddl);
  if (files === undefined) return unknown;
  // What arguments nobody knows stand for changes no names in most scripts, and Terraform tells when it does.
  const values = isObjectValue(given) ? given : {};
  const known = Object.entries(values).flatMap(([name, value]) =>
    value === null || value === unknown ? [] : [[name, toText(value)] as const],
  );
  const closure = closeOver({ path: 'script', text: script }, files, Object.fromEntries(known)).value;
  if (closure === undefined) throw new EvaluationError('the script reaches what is not there');
  return {
    ddl: [...new Set(closure.ddl.map(({ read }) => read.source.path))].toSorted(),
    parameters: unknown,
  };
};

import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { packageFile } from '../../package-file.ts';
import { findHclError, type HclReader } from '../hcl/parse.ts';
import type { ProjectText } from './artifact-uses.ts';
import { readHclPlaces } from './hcl-places.ts';

/**
 * The files of a project that may name artifacts: Terraform's, variable files and SQL, also in folders below it. Not those of
 * folders that begin with a dot, and not the platform's modules that `sdp new` has copied.
 */
export function readProject(folder: string, readHcl: HclReader): readonly ProjectText[] {
  // Before anything below it is looked at, which may be the whole machine.
  if (!namesIn(folder).some((name) => name.endsWith('.tf'))) {
    throw new DiagnosticError({
      severity: 'error',
      reason: 'NoProject',
      summary: `There is no Terraform project in ${folder}`,
      detail: 'No file *.tf is in this folder. --chdir names the folder that has them.',
    });
  }
  const paths = globSync(['**/*.tf', '**/*.tfvars', '**/*.sql'], {
    cwd: folder,
    ignore: ['**/node_modules/**', '**/terraform.d/**'],
    followSymbolicLinks: false,
  }).toSorted();
  return paths
    .filter((path) => !isPlatformModule(path) && lstatSync(join(folder, path)).isFile())
    .map((path) => readText(folder, path, readHcl));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** `modules/flink/python-job/main.tf` is a copy where the platform has such a module. */
function isPlatformModule(path: string): boolean {
  const found = /^modules\/([\w-]+\/[\w-]+)\//.exec(path)?.[1];
  return found !== undefined && existsSync(packageFile('terraform-modules', found));
}

function readText(folder: string, path: string, readHcl: HclReader): ProjectText {
  const text = decodeText(join(folder, path), path);
  if (path.endsWith('.sql')) return { path, text };
  return parseText(path, text, readHcl);
}

/** Of a file of Terraform; throws where it is none. */
export function parseText(path: string, text: string, readHcl: HclReader): ProjectText {
  return readHcl(path, text, (root) => {
    const error = findHclError(path, root);
    // Past a mistake, places are guesses.
    if (error === undefined) return { path, text, places: readHclPlaces(root, path.endsWith('.tfvars')) };
    throw new DiagnosticError({
      severity: 'error',
      reason: 'HclSyntax',
      summary: `${path} is not valid HCL`,
      detail: '"terraform validate" says more. Nothing was changed.',
      source: error,
    });
  });
}

function decodeText(file: string, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch {
    throw new DiagnosticError({
      severity: 'error',
      reason: 'NotUtf8',
      summary: `${path} is not UTF-8`,
      detail: 'Terraform and sdp read files as UTF-8. Save it so. Nothing was changed.',
      source: { file: path },
    });
  }
}

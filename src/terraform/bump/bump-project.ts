import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { HostAliases } from '../../engines/host-aliases.ts';
import { findHclError, openHclReader } from '../hcl/parse.ts';
import { fillTemplate } from './add-file.ts';
import { isNamed, normalizeName, parseAddress, shownAddress } from './artifact-address.ts';
import { artifactProblem, hashAddress, hashFile } from './artifact-hash.ts';
import { findArtifacts } from './artifact-uses.ts';
import { type BumpTarget, decideBump } from './decide-bump.ts';
import { type BumpChange, editFiles } from './edit-files.ts';
import { parseText, readProject } from './read-project.ts';
import { type FileContent, writeFiles } from './write-files.ts';

export interface BumpRequest {
  readonly artifact: string;
  readonly version: string;
  readonly uri?: string;
  readonly sha256?: string;
  /** The artifact's file, to be hashed. */
  readonly file?: string;
  /** A Terraform file for a project that does not use the artifact yet. */
  readonly add?: string;
  /** Where addresses are fetched from: hosts that the local platform's registry answers for. */
  readonly hostAliases?: HostAliases;
}

export interface Bump {
  readonly artifact: string;
  readonly version: string;
  /** Those before; none where the artifact is new. */
  readonly versions: readonly string[];
  readonly sha256?: string;
  readonly changes: readonly BumpChange[];
  readonly files: readonly FileContent[];
  readonly warnings: readonly Diagnostic[];
}

/** What was asked for, checked, with the hash of the file in it. Throws all that is wrong with it. */
export async function readTarget(request: BumpRequest): Promise<BumpTarget> {
  const { artifact, version, uri, sha256, file } = request;
  const problems = [
    ...checkName(artifact),
    ...checkVersion(version),
    ...(sha256 === undefined ? [] : checkHash(sha256)),
    ...(uri === undefined ? [] : checkUri(uri, artifact, version)),
    ...(file === undefined ? [] : checkFile(file, artifact, version)),
  ];
  if (problems.length > 0) throw new DiagnosticError(...problems);
  const hash = file === undefined ? sha256?.toLowerCase() : await hashFile(file);
  const behind = uri === undefined ? undefined : parseAddress(uri, artifact)?.sha256;
  if (behind !== undefined && hash !== undefined && behind !== hash) {
    throw artifactProblem(
      'HashInvalid',
      'The hash behind --uri is another one',
      `It is ${behind}, and that of ${file ?? '--sha256'} is ${hash}. One of them is of another file.`,
    );
  }
  const known = hash ?? behind;
  const [address] = uri?.split('#', 1) ?? [];
  return {
    artifact,
    version,
    ...(address !== undefined && { uri: address }),
    ...(known !== undefined && { sha256: known }),
  };
}

/** Finds out what a bump changes in a project; nothing is written yet. Throws where it cannot be done wholly. */
export async function planBump(folder: string, request: BumpRequest, target: BumpTarget): Promise<Bump> {
  const readHcl = await openHclReader();
  const files = readProject(folder, readHcl);
  const { artifact, version } = target;
  const hash = (address: string) => hashAddress(address, request.hostAliases);
  const { plan, isKnown, diagnostics } = await decideBump(files, target, hash);
  if (!isKnown && request.add !== undefined) {
    const path = `${artifact}.tf`;
    if (existsSync(join(folder, path))) throw fileExists(path, artifact);
    const template = readTemplate(request.add);
    const { text, sha256 } = await fillTemplate(template, request.add, target, hash, (filled) =>
      parseText(path, filled, readHcl),
    );
    const change = { file: path, line: 1, attribute: artifact, from: null, to: version };
    return {
      artifact,
      version,
      versions: [],
      ...(sha256 !== undefined && { sha256 }),
      changes: [change],
      files: [{ path, after: text }],
      warnings: [],
    };
  }
  if (plan === undefined) throw new DiagnosticError(...diagnostics);
  const edited = editFiles(plan.edits, readHcl);
  for (const { path, after } of edited) {
    // A mistake of ours must not reach the project.
    const error = path.endsWith('.sql')
      ? undefined
      : readHcl(path, after, (root) => findHclError(path, root));
    if (error !== undefined) throw new Error(`the bump of ${path} is no HCL at line ${error.line}`);
  }
  return {
    artifact,
    version,
    versions: plan.versions,
    ...(plan.sha256 !== undefined && { sha256: plan.sha256 }),
    changes: edited.flatMap(({ changes }) => changes),
    files: edited,
    warnings: diagnostics,
  };
}

/** The artifacts that a project uses, by their names as they are compared. */
export async function listArtifactsIn(
  folder: string,
): Promise<readonly { readonly name: string; readonly versions: readonly string[] }[]> {
  const { uses } = findArtifacts(readProject(folder, await openHclReader()));
  const names = new Set(uses.map(({ artifact }) => normalizeName(artifact.name)));
  return [...names].toSorted().map((name) => ({
    name,
    versions: [
      ...new Set(uses.flatMap(({ artifact }) => (isNamed(artifact.name, name) ? artifact.version : []))),
    ],
  }));
}

export function writeBump(folder: string, { files }: Bump): void {
  writeFiles(folder, files);
}

function readTemplate(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw artifactProblem(
      'FileUnreadable',
      `The file of --add cannot be read: ${file}`,
      error instanceof Error ? error.message : String(error),
    );
  }
}

function fileExists(path: string, artifact: string): DiagnosticError {
  return artifactProblem(
    'FileExists',
    `${path} is there already`,
    `--add would write over it, although it does not use ${artifact}. Rename it, or write the address of ${artifact} into it.`,
  );
}

function invalid(reason: string, summary: string, detail: string): readonly Diagnostic[] {
  return [{ severity: 'error', reason, summary, detail }];
}

function checkName(artifact: string): readonly Diagnostic[] {
  if (/^[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/.test(artifact)) return [];
  return invalid(
    'ArtifactInvalid',
    `${JSON.stringify(artifact)} is no name of an artifact`,
    'A name has letters, digits, ".", "_" and "-", up to 100.',
  );
}

function checkVersion(version: string): readonly Diagnostic[] {
  const name = `${JSON.stringify(version)} is no version`;
  if (/^v\d/i.test(version)) {
    return invalid('VersionInvalid', name, `Files have it without the v: --version ${version.slice(1)}`);
  }
  if (/-SNAPSHOT$/i.test(version)) {
    return invalid(
      'VersionInvalid',
      `${version} is a snapshot`,
      'It has other content under the same address at any time, so no hash holds, and a change would not be seen. Release a version.',
    );
  }
  if (/^\d[0-9A-Za-z]*([.+_!-][0-9A-Za-z]+)*$/.test(version) && version.length <= 100) return [];
  return invalid('VersionInvalid', name, 'A version begins with a digit: 1.0.2, 2.1.0rc1, 1.4.0-beta.2.');
}

function checkHash(sha256: string): readonly Diagnostic[] {
  if (/^[0-9a-f]{64}$/i.test(sha256)) return [];
  return invalid(
    'HashInvalid',
    '--sha256 is no SHA-256',
    `It has 64 hexadecimal digits, as "sha256sum FILE" prints them; ${sha256.length} characters were given.`,
  );
}

function checkUri(uri: string, artifact: string, version: string): readonly Diagnostic[] {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^\s'"\\<>^`{}|]+$/i.test(uri)) {
    return invalid(
      'UriInvalid',
      `--uri is no address: ${uri}`,
      'Write it as https://HOST/PATH/FILE; quotes, spaces and braces do not belong there.',
    );
  }
  if (shownAddress(uri) !== uri) {
    return invalid(
      'UriInvalid',
      '--uri has a user or a password in it',
      'It would be committed, and be in plans and state. Leave it out of the address.',
    );
  }
  const found = parseAddress(uri, artifact);
  if (found !== undefined && isNamed(found.name, artifact) && found.version === version) return [];
  return invalid(
    'UriInvalid',
    `--uri is not of ${artifact} ${version}: ${uri}`,
    `Its file has to be ${artifact}-${version}.tar.gz, .whl, .zip or .jar, so that the next version finds it.${found === undefined ? '' : ` It is ${found.name} ${found.version}.`}`,
  );
}

function checkFile(file: string, artifact: string, version: string): readonly Diagnostic[] {
  const found = parseAddress(basename(file), artifact);
  if (found === undefined || !isNamed(found.name, artifact)) return [];
  // A jar may have a classifier: job-1.0.2-all.jar.
  if (found.version === version || found.version.startsWith(`${version}-`)) return [];
  return invalid(
    'FileInvalid',
    `--file is of another version: ${file}`,
    `It is ${found.name} ${found.version}, and ${version} is asked for: the hash would be of the wrong file. --version is written as the file has it.`,
  );
}

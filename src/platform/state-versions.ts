import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** One kept version of a state. */
export interface StateVersion {
  /** Counts the writes of this project and environment, from 1. */
  readonly version: number;
  /** Terraform's own count; absent when the content is no state. */
  readonly serial?: number;
  /** ISO 8601. */
  readonly time: string;
  readonly bytes: number;
  /** Instances that Terraform manages, without data sources. */
  readonly resources: number;
  readonly current: boolean;
}

const keptVersions = 20;

interface StateContent {
  readonly serial?: unknown;
  readonly resources?: readonly StateResource[];
}

interface StateResource {
  readonly module?: string;
  readonly mode?: string;
  readonly type?: string;
  readonly name?: string;
  readonly instances?: readonly { readonly index_key?: string | number }[];
}

const fileOf = (folder: string, version: number) =>
  join(folder, `${String(version).padStart(8, '0')}.tfstate`);

async function listNumbers(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => /^\d{8}\.tfstate$/.test(name))
    .map((name) => Number.parseInt(name, 10))
    .sort((left, right) => left - right);
}

export async function readNewest(folder: string): Promise<Buffer | undefined> {
  const newest = (await listNumbers(folder)).at(-1);
  return newest === undefined ? undefined : readFile(fileOf(folder, newest));
}

/** Undefined when it is not kept, or never was. */
export async function readVersion(folder: string, version: number): Promise<Buffer | undefined> {
  if (!(await listNumbers(folder)).includes(version)) return undefined;
  return readFile(fileOf(folder, version)).catch(() => undefined);
}

/** Newest last. */
export async function listVersions(folder: string): Promise<readonly StateVersion[]> {
  const numbers = await listNumbers(folder);
  const versions: StateVersion[] = [];
  // One after the other: states can be large, and the platform answers others meanwhile.
  for (const version of numbers) {
    const file = fileOf(folder, version);
    const [content, info] = await Promise.all([readFile(file), stat(file)]).catch(() => [undefined]);
    // Removed meanwhile as one too many.
    if (content === undefined || info === undefined) continue;
    const state = parseState(content);
    versions.push({
      version,
      ...(typeof state?.serial === 'number' && { serial: state.serial }),
      time: info.mtime.toISOString(),
      bytes: content.length,
      resources: addressesOf(content).length,
      current: version === numbers.at(-1),
    });
  }
  return versions;
}

const writing = new Map<string, Promise<unknown>>();

/** On disk before it is acknowledged; the last versions are kept. Answers the number of the new one. */
export async function writeVersion(folder: string, state: Buffer): Promise<number> {
  // One at a time, so that no two take the same number.
  const turn = (writing.get(folder) ?? Promise.resolve()).then(() => append(folder, state));
  const settled = turn.catch(() => undefined);
  writing.set(folder, settled);
  try {
    return await turn;
  } finally {
    if (writing.get(folder) === settled) writing.delete(folder);
  }
}

async function append(folder: string, state: Buffer): Promise<number> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const versions = await listNumbers(folder);
  const next = (versions.at(-1) ?? 0) + 1;
  const draft = join(folder, `${randomUUID()}.new`);
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(state);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, fileOf(folder, next));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  const past = versions.slice(0, -keptVersions);
  await Promise.all(past.map((version) => rm(fileOf(folder, version), { force: true })));
  return next;
}

/** What a restored version makes Terraform believe, against what it knew before. Addresses of resource instances. */
export interface Restored {
  readonly version: number;
  readonly resources: number;
  /** In the restored version only. */
  readonly returned: readonly string[];
  /** In the version before only: Terraform does not know them any more. */
  readonly forgotten: readonly string[];
}

/**
 * Writes an old version again as the newest, with a serial above all: Terraform then takes plans that were saved before
 * for stale.
 */
export async function restoreVersion(folder: string, old: Buffer): Promise<Restored> {
  const current = (await readNewest(folder)) ?? old;
  const serials = [old, current].map((content) => Number(parseState(content)?.serial ?? 0));
  const version = await writeVersion(folder, withSerial(old, Math.max(...serials) + 1));
  const [after, before] = [addressesOf(old), addressesOf(current)];
  return {
    version,
    resources: after.length,
    returned: missingFrom(before, after),
    forgotten: missingFrom(after, before),
  };
}

/** Changed in the text, since parsing and printing would round large numbers. */
function withSerial(state: Buffer, serial: number): Buffer {
  const text = state.toString('utf8').replace(/("serial"\s*:\s*)\d+/, `$1${serial}`);
  const changed = Buffer.from(text);
  if (parseState(changed)?.serial === serial) return changed;
  return Buffer.from(JSON.stringify({ ...parseState(state), serial }));
}

function missingFrom(known: readonly string[], all: readonly string[]): readonly string[] {
  const set = new Set(known);
  return all.filter((address) => !set.has(address));
}

function parseState(content: Buffer): StateContent | undefined {
  try {
    const state: unknown = JSON.parse(content.toString('utf8'));
    return typeof state === 'object' && state !== null ? state : undefined;
  } catch {
    return undefined;
  }
}

function addressesOf(content: Buffer): readonly string[] {
  const resources = parseState(content)?.resources;
  if (!Array.isArray(resources)) return [];
  return (resources as readonly StateResource[])
    .filter(({ mode }) => mode === 'managed')
    .flatMap(({ module, type, name, instances = [] }) =>
      instances.map(({ index_key: index }) => {
        const key = index === undefined ? '' : `[${JSON.stringify(index)}]`;
        return `${module === undefined ? '' : `${module}.`}${type}.${name}${key}`;
      }),
    );
}

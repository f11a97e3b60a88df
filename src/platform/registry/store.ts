import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { startBytes } from './content.ts';
import type { ArtifactPath, ArtifactType, Checksum } from './paths.ts';
import { Refusal, refusalOfDisk } from './refusal.ts';

/** What is kept of a file beside its bytes. */
export interface StoredFile {
  readonly file: string;
  readonly size: number;
  /** In hex. */
  readonly sha256: string;
  /** RFC 3339. */
  readonly published: string;
  /** Name of the token. */
  readonly publishedBy: string;
  /** Whose the artifact's name is; absent where it is the platform's. */
  readonly namespace?: string;
  /** Of a Python distribution that says so. */
  readonly requiresPython?: string;
}

/** A version of something, with its files. */
export interface Artifact {
  readonly type: ArtifactType;
  readonly name: string;
  readonly version: string;
  /** In the order in which they were published. */
  readonly files: readonly StoredFile[];
}

/** A file that has come in and is nothing yet. */
export interface Draft {
  readonly size: number;
  readonly sha256: string;
  readonly start: Buffer;
  discard(): Promise<void>;
  /**
   * Makes it a file of the artifact, whole or not at all. A file that is there already is a `Refusal`, as is a name that
   * another namespace has published first.
   */
  publish(path: ArtifactPath, about: Publication): Promise<void>;
}

/** `namespace` is the publisher's; one without may publish under any name, which stays whose it is. */
export type Publication = Pick<StoredFile, 'publishedBy' | 'namespace' | 'requiresPython'>;

export interface ArtifactStore {
  /** Writes what comes beside the artifacts, in constant memory. The rest of a stream that is refused is read and dropped. */
  receive(content: Readable): Promise<Draft>;
  find(path: ArtifactPath): Promise<StoredFile | undefined>;
  read(path: ArtifactPath): Readable;
  /** In hex. */
  checksum(path: ArtifactPath, algorithm: Checksum): Promise<string>;
  list(type?: ArtifactType, name?: string): Promise<readonly Artifact[]>;
  /** Whose a name is: undefined where nothing is published, null where it is the platform's. */
  ownerOf(type: ArtifactType, name: string): Promise<string | null | undefined>;
  /** Takes a version away, or one file of it. Answers false when there is none. */
  remove(path: Omit<ArtifactPath, 'file'> & { readonly file?: string }): Promise<boolean>;
}

/** Bytes of one file. */
export const mostBytes = 2 * 1024 ** 3;

const types: readonly ArtifactType[] = ['pypi', 'maven'];

/**
 * Artifacts in a folder: `<type>/<name>/<version>/<file>/` with `content` and `about.json`, put there by one rename. What a killed
 * process left behind is removed.
 */
export async function openStore(folder: string, limit = mostBytes): Promise<ArtifactStore> {
  const unfinished = join(folder, 'unfinished');
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const folderOf = ({ type, name, version, file = '' }: Parameters<ArtifactStore['remove']>[0]) =>
    join(folder, type, name, version, file);
  const contentOf = (path: ArtifactPath) => join(folderOf(path), 'content');
  // Of two that publish under a new name at once, one has it.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };

  async function receive(content: Readable): Promise<Draft> {
    const draft = join(unfinished, randomUUID());
    const discard = () => rm(draft, { recursive: true, force: true });
    try {
      await mkdir(draft);
      const file = await open(join(draft, 'content'), 'wx', 0o600);
      try {
        const received = await write(content, file, limit);
        await file.sync();
        const publishThis: Draft['publish'] = (path, about) =>
          inTurn(() => publish(draft, path, received, about));
        return { ...received, discard, publish: publishThis };
      } finally {
        await file.close();
      }
    } catch (error) {
      content.resume();
      await discard();
      throw refusalOfDisk(error) ?? error;
    }
  }

  async function publish(
    draft: string,
    path: ArtifactPath,
    { size, sha256 }: Pick<Draft, 'size' | 'sha256'>,
    { namespace, ...about }: Publication,
  ): Promise<void> {
    const owner = await ownerOf(path.type, path.name);
    if (namespace !== undefined && owner !== undefined && owner !== namespace) {
      throw notYours(path.name, owner, namespace);
    }
    const home = owner === undefined ? namespace : (owner ?? undefined);
    const stored = {
      file: path.file,
      size,
      sha256,
      published: new Date().toISOString(),
      ...about,
      ...(home !== undefined && { namespace: home }),
    };
    try {
      await writeFile(join(draft, 'about.json'), JSON.stringify(stored), { mode: 0o600, flush: true });
      await mkdir(join(folderOf(path), '..'), { recursive: true, mode: 0o700 });
      await rename(draft, folderOf(path));
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw refusalOfDisk(error) ?? error;
      throw alreadyPublished(path, (await find(path))?.sha256 === sha256);
    }
  }

  async function find(path: ArtifactPath): Promise<StoredFile | undefined> {
    const text = await readFile(join(folderOf(path), 'about.json'), 'utf8').catch(undefinedIfAbsent);
    return text === undefined ? undefined : (JSON.parse(text) as StoredFile);
  }

  async function listType(type: ArtifactType, only: string | undefined): Promise<readonly Artifact[]> {
    const artifacts: Artifact[] = [];
    for (const name of only === undefined ? await names(join(folder, type)) : [only]) {
      for (const version of await names(join(folder, type, name))) {
        const files = await names(join(folder, type, name, version));
        const stored = await Promise.all(files.map((file) => find({ type, name, version, file })));
        const there = stored.filter((file) => file !== undefined);
        if (there.length > 0) artifacts.push({ type, name, version, files: there.toSorted(byTime) });
      }
    }
    return artifacts.toSorted((left, right) => order(left, right));
  }

  async function ownerOf(type: ArtifactType, name: string): Promise<string | null | undefined> {
    const [first] = (await listType(type, name)).flatMap(({ files }) => files);
    return first === undefined ? undefined : (first.namespace ?? null);
  }

  return {
    receive,
    find,
    ownerOf,
    read: (path) => createReadStream(contentOf(path)),
    async checksum(path, algorithm) {
      const hash = createHash(algorithm);
      for await (const chunk of createReadStream(contentOf(path))) hash.update(chunk as Buffer);
      return hash.digest('hex');
    },
    async list(type, name) {
      const lists = await Promise.all(
        (type === undefined ? types : [type]).map((one) => listType(one, name)),
      );
      return lists.flat();
    },
    async remove(path) {
      const removed = join(unfinished, randomUUID());
      try {
        await rename(folderOf(path), removed);
      } catch (error) {
        return undefinedIfAbsent(error) ?? false;
      }
      await rm(removed, { recursive: true, force: true });
      return true;
    },
  };
}

/** Not as a pipeline, which would end the connection that a refusal is told on. */
async function write(
  content: Readable,
  file: FileHandle,
  limit: number,
): Promise<Pick<Draft, 'size' | 'sha256' | 'start'>> {
  const hash = createHash('sha256');
  let start = Buffer.alloc(0);
  let size = 0;
  for await (const chunk of content.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) {
      throw new Refusal(
        413,
        'The file is too large',
        `The file has more than ${limit} bytes, the most that the registry keeps. Take out what the job does not need.`,
      );
    }
    if (start.length < startBytes) start = Buffer.concat([start, chunk.subarray(0, startBytes)]);
    hash.update(chunk);
    await file.appendFile(chunk);
  }
  return { size, sha256: hash.digest('hex'), start };
}

/** What a namespace is told that would change what another's name stands for. */
export function notYours(name: string, owner: string | null, namespace: string): Refusal {
  const whose = owner === null ? "is the platform's" : `belongs to namespace ${owner}`;
  return new Refusal(
    403,
    `${name} ${whose}`,
    `${name} ${whose}, which published it first, and jobs run what is published under it: namespace ${namespace} publishes and deletes nothing of it. Give the project another name.`,
  );
}

function alreadyPublished({ name, version, file }: ArtifactPath, isSame: boolean): Refusal {
  return new Refusal(
    409,
    `${file} already exists: publish a new version`,
    isSame
      ? `${file} of ${name} ${version} already exists, with the same content: there is nothing to publish.`
      : `${file} of ${name} ${version} already exists, with other content. What is published does not change, since jobs run it: give the project a new version, and publish that.`,
  );
}

async function names(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(undefinedIfAbsent)) ?? [];
}

function undefinedIfAbsent(error: unknown): undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
}

function byTime(left: StoredFile, right: StoredFile): number {
  return left.published < right.published ? -1 : 1;
}

function order(left: Artifact, right: Artifact): number {
  return (
    left.name.localeCompare(right.name) ||
    left.version.localeCompare(right.version, undefined, { numeric: true })
  );
}

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from '../process/process-identity.ts';

export interface ProcessExit {
  /** `undefined` when the process ended while nobody was watching. */
  readonly code?: number | undefined;
  readonly signal?: string | undefined;
  readonly at: string;
  /** It was ended by sdp, to be started again with the platform: no failure. */
  readonly asked: boolean;
}

/**
 * What is known of a pod's container, kept on disk so that the next daemon finds it. Exactly one of the states holds:
 * `starting` (a process may or may not exist), `running`, `exited`.
 */
export interface ContainerRecord {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly graceSeconds: number;
  readonly priority: number;
  readonly restarts: number;
  /** Failures in a row; back-off follows from it. */
  readonly failures: number;
  readonly state:
    | { readonly is: 'starting'; readonly since: string }
    | { readonly is: 'running'; readonly process: ProcessIdentity; readonly since: string }
    | { readonly is: 'exited'; readonly exit: ProcessExit; readonly since?: string | undefined };
  readonly lastExit?: (ProcessExit & { readonly since?: string | undefined }) | undefined;
  readonly archive?: { readonly draft: string; readonly file: string } | undefined;
}

export interface RecordStore {
  readonly folder: string;
  podFolder(uid: string): string;
  /** The file into which a starting process writes its own pid. */
  pidFile(uid: string): string;
  readAll(): Promise<ContainerRecord[]>;
  read(uid: string): Promise<ContainerRecord | undefined>;
  write(record: ContainerRecord): Promise<void>;
  readPid(uid: string): Promise<number | undefined>;
  forget(uid: string): Promise<void>;
}

export function openRecordStore(folder: string): RecordStore {
  const podFolder = (uid: string) => join(folder, uid);
  const file = (uid: string) => join(podFolder(uid), 'container.json');
  const pidFile = (uid: string) => join(podFolder(uid), 'pid');
  const read = async (uid: string) => {
    const text = await readFile(file(uid), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as ContainerRecord);
  };
  return {
    folder,
    podFolder,
    pidFile,
    read,
    async readAll() {
      const uids = await readdir(folder).catch(() => []);
      const records = await Promise.all(uids.map(read));
      return records.filter((record) => record !== undefined);
    },
    async write(record) {
      await mkdir(podFolder(record.uid), { recursive: true });
      await writeFile(`${file(record.uid)}.new`, JSON.stringify(record));
      await rename(`${file(record.uid)}.new`, file(record.uid));
    },
    async readPid(uid) {
      const text = await readFile(pidFile(uid), 'utf8').catch(() => '');
      return /^\d+\s*$/.test(text) ? Number(text) : undefined;
    },
    async forget(uid) {
      await rm(podFolder(uid), { recursive: true, force: true });
    },
  };
}

/** Groups of equal priority, in the order in which they end when the machine goes down: lowest first. */
export function byPriority(records: readonly ContainerRecord[]): readonly (readonly ContainerRecord[])[] {
  const priorities = [...new Set(records.map(({ priority }) => priority))].sort(
    (left, right) => left - right,
  );
  return priorities.map((priority) => records.filter((record) => record.priority === priority));
}

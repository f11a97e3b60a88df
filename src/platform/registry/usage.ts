import { type ArtifactPath, locate, parsePath } from './paths.ts';

/** Something that may name addresses: a job, a cluster or the SQL of a job. */
export interface User {
  /** `orders/totals`. */
  readonly name: string;
  readonly content: unknown;
}

export type Usage = (artifact: Omit<ArtifactPath, 'file'>) => readonly string[];

/** Whether a host, as an address has it (`pypi`, `127.0.0.1:29817`), is the registry. */
export type IsRegistry = (host: string) => boolean;

const address = /\bhttps?:\/\/[^\s"'`,;\\]+/gi;

/** Who uses which artifact, by every address of the registry, wherever it stands. */
export function findUsage(users: readonly User[], isRegistry: IsRegistry): Usage {
  const names = new Map<string, Set<string>>();
  for (const { name, content } of users) {
    for (const [found] of (JSON.stringify(content) ?? '').matchAll(address)) {
      const url = URL.canParse(found) ? new URL(found) : undefined;
      const segments = url === undefined || !isRegistry(url.host) ? undefined : parsePath(url.pathname);
      const located = segments === undefined ? undefined : locate(segments);
      if (located?.is !== 'file') continue;
      const key = keyOf(located.of);
      names.set(key, (names.get(key) ?? new Set()).add(name));
    }
  }
  return (artifact) => [...(names.get(keyOf(artifact)) ?? [])].toSorted();
}

function keyOf({ type, name, version }: Omit<ArtifactPath, 'file'>): string {
  return `${type}/${name}/${version}`;
}

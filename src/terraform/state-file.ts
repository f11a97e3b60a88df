import { parseJsonObject } from './json-object.ts';
import { observationOf } from './provider/kind-read.ts';

/** The part of a state (format 4) that is read: `terraform state pull`. */
interface StateFile {
  readonly resources?: readonly {
    readonly module?: string;
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly instances: readonly StateInstance[];
  }[];
}

interface StateInstance {
  readonly index_key?: string | number;
  readonly status?: string;
  readonly deposed?: string;
  /** What the provider keeps for itself: JSON in base64. */
  readonly private?: string;
}

/** Addresses of tainted resources; undefined where the text is no state. */
export function taintedIn(text: string): readonly string[] | undefined {
  return instancesIn(text)?.flatMap(([address, { status }]) => (status === 'tainted' ? address : []));
}

/** What Read kept of live objects for verdicts, by address. Nothing where the text is no state. */
export function digestsIn(text: string): ReadonlyMap<string, unknown> {
  const digests = (instancesIn(text) ?? []).flatMap(([address, { private: kept, deposed }]) => {
    const text = kept === undefined ? '' : Buffer.from(kept, 'base64').toString();
    const { digest } = observationOf((parseJsonObject(text) ?? {}) as Record<string, never>);
    return digest === undefined || deposed !== undefined ? [] : [[address, digest] as const];
  });
  return new Map(digests);
}

function instancesIn(text: string): readonly (readonly [string, StateInstance])[] | undefined {
  const state = parseJsonObject(text) as StateFile | undefined;
  return state?.resources?.flatMap(({ module, mode, type, name, instances }) =>
    mode !== 'managed'
      ? []
      : instances.map((instance) => {
          const key = instance.index_key;
          const last = key === undefined ? name : `${name}[${JSON.stringify(key)}]`;
          return [[module, type, last].filter((part) => part !== undefined).join('.'), instance] as const;
        }),
  );
}

import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type ApiClient, ApiError } from '../../apiclient/client.ts';
import { apiVersionOf, type KubernetesObject } from '../../apiclient/object.ts';
import type { Health, KindDefinition } from '../../kinds/kind.ts';
import type { Probe } from '../../kinds/rollout.ts';
import type { ObjectFeed } from './object-feed.ts';
import { revisionAnnotation, rolloutManager } from './ownership.ts';

/** Label of what a rollout makes: the name of the object that it proves. */
export const rolloutLabel = 'sdp.internal/rollout';

/** The deletion of a probe holds up whoever cancels the run. Milliseconds. */
const removalPatience = 3_000;

export interface ProbeMaking {
  readonly feed: ObjectFeed;
  connect(): Promise<ApiClient>;
  kindOf(name: string): KindDefinition | undefined;
  progress(message: string): void;
  readonly ended: AbortSignal;
}

/** Makes a probe of an object, follows it by the feed that all share, and takes it away again. */
export function makeProbe(object: KubernetesObject, probe: Probe, making: ProbeMaking) {
  const { feed, connect, kindOf, progress, ended } = making;
  const kind = kindOf(probe.kind);
  if (kind === undefined) throw new Error(`no kind ${probe.kind}`);
  const { name, namespace, annotations } = object.metadata;
  const revision = annotations?.[revisionAnnotation] ?? '';
  const reference = {
    namespace,
    name: `${name}-rollout-${revision}-${randomBytes(3).toString('hex')}`,
  };
  const removed = new AbortController();
  const over = AbortSignal.any([ended, removed.signal]);
  let made: Promise<unknown> | undefined;

  let removal: Promise<void> | undefined;
  function remove(): Promise<void> {
    removed.abort();
    removal ??= takeAway();
    return removal;
  }

  async function takeAway(): Promise<void> {
    const deletion = (async () => {
      // An answer that is still to come may be that it is there.
      const isThere = await made?.then(
        () => true,
        (error: unknown) => !(error instanceof ApiError) || error.code === 0,
      );
      if (isThere === true && kind !== undefined) await (await connect()).delete(kind.type, reference);
    })();
    const why = await Promise.race([
      deletion.then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      ),
      delay(removalPatience, 'no answer', { ref: false }),
    ]);
    if (why !== undefined) {
      progress(`${probe.kind} ${reference.name} was left behind and can be deleted: ${why}`);
    }
  }

  return {
    remove,

    /** Calls back whenever its health changes, until it has one that lasts; then it is removed. */
    async follow(report: (health: Health | 'impossible') => void): Promise<void> {
      try {
        const client = await connect();
        if (over.aborted) return;
        made = client.create(
          kind.type,
          {
            apiVersion: apiVersionOf(kind.type),
            kind: kind.type.kind,
            metadata: {
              name: reference.name,
              ...(namespace !== undefined && { namespace }),
              labels: { [rolloutLabel]: name },
            },
            spec: probe.spec,
          },
          { fieldManager: rolloutManager },
        );
        await made;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        progress(`no ${probe.what} is asked for: ${error.message}`);
        return report('impossible');
      }
      let appeared = false;
      for await (const version of feed.follow<KubernetesObject>(kind.type, reference, over)) {
        // Not heard of yet, or somebody else took it away.
        if (version === undefined && !appeared) continue;
        appeared = true;
        const health: Health =
          version === undefined
            ? { state: 'failed', diagnostics: [vanished(probe, reference.name)] }
            : kind.assessHealth(version);
        if (
          health.state === 'failed' &&
          health.diagnostics.every(({ detail }) => probe.isPointless(detail))
        ) {
          report('impossible');
        } else report(health);
        if (health.state !== 'progressing') break;
      }
      await remove();
    },
  };
}

function vanished({ kind, what }: Probe, name: string) {
  return {
    severity: 'error',
    reason: 'ProbeDeleted',
    summary: `${kind} ${name} was deleted`,
    detail: `Somebody deleted it before the ${what} was there.`,
  } as const;
}

import { z } from 'zod';
import { type ApiClient, ApiError } from '../../apiclient/client.ts';
import type { KubernetesObject } from '../../apiclient/object.ts';
import { type Diagnostic, DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { KindDefinition } from '../../kinds/kind.ts';
import { toParams } from '../framework/params.ts';
import type { ManagedResource, PrivateState, StateResult } from '../framework/resource.ts';
import { type Attribute, attribute } from '../framework/schema.ts';
import { attributesFromZod } from '../framework/schema-from-zod.ts';
import { validateParams } from '../framework/validate.ts';
import { type ObjectValue, sameValue, textAt, unknown, type Value } from '../framework/value.ts';
import { durationParam, parseDuration } from './duration.ts';
import { reportFailure } from './failure-report.ts';
import { recordHealthy } from './healthy-record.ts';
import { fieldsHash } from './kind-read.ts';
import { rollBackFailed } from './rollout-rollback.ts';
import { type Awaited, type Surroundings, waitForRollout } from './rollout-wait.ts';
import type { Session } from './session.ts';
import { readWarningEvents } from './warning-events.ts';

const defaultTimeout = '5m';

/** `sdp_rollout`: an apply of it ends when the named object is healthy, and fails with the root cause otherwise. */
export function rolloutResource(
  kinds: readonly KindDefinition[],
  session: () => Session | undefined,
): ManagedResource {
  const byName = new Map(
    kinds.filter(({ declared }) => declared !== undefined).map((kind) => [kind.type.kind, kind]),
  );
  const params = rolloutParams([...byName.keys()]);
  const attributes: readonly Attribute[] = [
    ...attributesFromZod(params).map((item) =>
      item.name === 'namespace' ? ({ ...item, presence: 'optional-computed' } as const) : item,
    ),
    attribute('id', 'string', 'computed', 'Kind, namespace and name: `kind/namespace/name`.'),
  ];

  const wait = async (
    planned: ObjectValue,
    current: Session,
  ): Promise<{ private: PrivateState; diagnostics: readonly Diagnostic[] }> => {
    const wanted = params.parse(toParams(attributes, planned));
    const kind = byName.get(wanted.kind);
    if (kind === undefined) throw new Error(`no kind ${wanted.kind}`);
    const reference = { namespace: wanted.namespace ?? 'default', name: wanted.name };
    const object = { kind: wanted.kind, ...reference };
    try {
      const client = await current.connect();
      const progress = (message: string) =>
        current.log('info', `${wanted.kind} ${reference.namespace}/${wanted.name}: ${message}`);
      const awaited: Awaited = {
        kind,
        reference,
        revision: wanted.revision,
        timeout: parseDuration(wanted.timeout ?? defaultTimeout) ?? 0,
        settle: wanted.settle === undefined ? undefined : wanted.settle * 1_000,
      };
      const around: Surroundings = {
        feed: current.feed,
        connect: () => current.connect(),
        kindOf: (name) => byName.get(name),
        ask: current.engines.asker(reference.namespace, (service, failure) =>
          current.log('warn', `${service} does not answer, so its operator is believed: ${failure}`),
        ),
        related: (type, name) =>
          current.listings.find(type, { namespace: reference.namespace, name }).catch(() => undefined),
        signal: current.signal,
        progress,
      };
      const { project } = current.settings;
      const result = await waitForRollout(awaited, around);
      if (result.outcome === 'healthy') {
        await noteHealthy(client, kind, result.object, progress);
        const fields = fieldsHash(project ?? '', result.object);
        return { private: { fields }, diagnostics: [] };
      }
      const events = await readWarningEvents(client, wanted.kind, reference);
      const failure = { ...result, diagnostics: withEvents(result.diagnostics, events) };
      if (wanted.rollbackOnFailure !== true) return { private: {}, diagnostics: failure.diagnostics };
      const written = () => current.listings.forget(kind.type, reference.namespace);
      const diagnostics = await rollBackFailed({ awaited, failure, project, around, written });
      return { private: {}, diagnostics };
    } catch (error) {
      return { private: {}, diagnostics: await reportFailure(error, 'wait for', object, kind.type, current) };
    }
  };

  return {
    typeName: 'sdp_rollout',
    schema: {
      version: 0,
      description:
        'Waits until an object is healthy at a revision. Kept apart from the object, so that a failed start never makes Terraform replace it.',
      attributes,
    },

    async validate(config) {
      return validateParams(params, toParams(attributes, config));
    },

    async plan({ prior, config, private: privateState }) {
      const namespace: Value = config['namespace'] ?? session()?.settings.namespace ?? unknown;
      const parts = [config['kind'], namespace, config['name']];
      const id: Value = parts.every((part) => typeof part === 'string') ? parts.join('/') : unknown;
      const planned: ObjectValue = { ...config, namespace, id };
      return {
        planned,
        private: privateState,
        replacedBy:
          prior === null
            ? []
            : ['kind', 'namespace', 'name']
                .filter((name) => !sameValue(prior[name], planned[name]))
                .map((name) => [name]),
        diagnostics: [],
      };
    },

    /** What was changed from outside will be put back, and that is waited for again. */
    async read(state, privateState) {
      const kept = { state, private: privateState, diagnostics: [] };
      const current = session();
      const kind = byName.get(textAt(state, 'kind') ?? '');
      if (current?.settings.project === undefined || kind === undefined) return kept;
      const reference = { namespace: textAt(state, 'namespace'), name: textAt(state, 'name') ?? '' };
      try {
        const object = await current.listings.find(kind.type, reference);
        const fields = object === undefined ? undefined : fieldsHash(current.settings.project, object);
        return fields === privateState['fields'] ? kept : { ...kept, state: { ...state, revision: null } };
      } catch (error) {
        // The resource that declares the object reports it.
        if (error instanceof ApiError || error instanceof DiagnosticError) return kept;
        throw error;
      }
    },

    async create({ planned }) {
      return finish(planned, null, {}, await wait(planned, required(session())));
    },

    async update({ planned, prior, private: privateState }) {
      // Another time-out or settle time is nothing to wait for.
      if (sameValue(prior['revision'], planned['revision'])) {
        return { state: planned, private: privateState, diagnostics: [] };
      }
      return finish(planned, prior, privateState, await wait(planned, required(session())));
    },

    async delete() {
      return [];
    },
  };
}

/** What is healthy is the way back from a later change. That it could not be noted is no failure of this one. */
async function noteHealthy(
  client: ApiClient,
  kind: KindDefinition,
  object: KubernetesObject,
  progress: (message: string) => void,
): Promise<void> {
  if (kind.rollout?.goBack === undefined) return;
  try {
    await recordHealthy(client, kind.type, object);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    progress(`that it is healthy could not be noted, so nothing can be rolled back to it: ${error.message}`);
  }
}

/** On failure Terraform keeps what was before, so that the next plan waits again. */
function finish(
  planned: ObjectValue,
  before: ObjectValue | null,
  beforePrivate: PrivateState,
  waited: { private: PrivateState; diagnostics: readonly Diagnostic[] },
): StateResult {
  if (waited.diagnostics.length > 0) return { ...waited, state: before, private: beforePrivate };
  return { ...waited, state: planned };
}

function required(session: Session | undefined): Session {
  if (session === undefined) throw new Error('Terraform used the provider before configuring it');
  return session;
}

function withEvents(diagnostics: readonly Diagnostic[], events: readonly string[]): readonly Diagnostic[] {
  if (events.length === 0) return diagnostics;
  const text = `Last warnings about the object:\n${events.map((event) => `  ${event}`).join('\n')}`;
  return diagnostics.map((item) => ({ ...item, detail: `${item.detail}\n${text}` }));
}

function rolloutParams(kinds: readonly string[]) {
  return z.object({
    kind: z.enum(kinds as [string, ...string[]]).describe('Kind of the object, such as FlinkSessionJob.'),
    name: z.string().min(1).describe('Name of the object.'),
    namespace: z.string().optional().describe("Namespace of the object. The provider's when absent."),
    revision: z
      .string()
      .min(1)
      .describe('Revision that has to be running: the `revision` of the resource that declares the object.'),
    timeout: durationParam.optional().describe('How long to wait: `90s`, `5m`, `1h30m`. 5m when absent.'),
    settle: z
      .number()
      .min(0)
      .optional()
      .describe(
        'Seconds for which the object has to stay healthy. 2 for Flink jobs and connectors when absent, 0 for others.',
      ),
    rollbackOnFailure: z
      .boolean()
      .optional()
      .describe(
        'Whether a change that fails is taken back: the last revision that was healthy is applied again, a Flink job from the state that the change was made from. The rollout fails all the same. For Flink jobs and connectors; false when absent.',
      ),
  });
}

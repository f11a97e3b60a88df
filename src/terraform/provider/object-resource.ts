import { ApiError } from '../../apiclient/client.ts';
import type { KubernetesObject, Manifest, ObjectReference, ResourceType } from '../../apiclient/object.ts';
import { type Diagnostic, DiagnosticError, type ObjectName } from '../../diagnostics/diagnostic.ts';
import type { BuiltManifest } from '../../kinds/kind.ts';
import type { Look } from '../../kinds/verdict.ts';
import type { ManagedResource, PrivateState, StateResult } from '../framework/resource.ts';
import { type ObjectValue, textAt } from '../framework/value.ts';
import { describeObject } from './api-diagnostics.ts';
import { deleteCompanions, pruneCompanions } from './companions.ts';
import { declaredTwice } from './declarations.ts';
import { parseDuration } from './duration.ts';
import { reportFailure } from './failure-report.ts';
import { createObject, deleteObject, updateObject, type Writing } from './kind-apply.ts';
import { fieldsHash, type Observation, observationOf, withObservation } from './kind-read.ts';
import { readMovedObject } from './moved-object.ts';
import type { ObjectOffer, PlannedChange } from './object-offer.ts';
import { jobLabel } from './ownership.ts';
import { asDeclaration, checkPlan, declarationsOf } from './plan-checks.ts';
import type { KindName } from './resource-types.ts';
import { findRestored, withRestored } from './restoring.ts';
import { revisionOf } from './revision.ts';
import type { Session } from './session.ts';

const defaultDeleteTimeout = '5m';

/** Work on one object: where it is, and as whom it is written. */
interface Work {
  readonly writing: Writing;
  readonly reference: ObjectReference;
  readonly session: Session;
}

type Attempt<T> =
  | { readonly value: T; readonly diagnostics: readonly Diagnostic[] }
  | { readonly value?: undefined; readonly diagnostics: readonly Diagnostic[] };

/** The Terraform resource of an offer. `session` is that of the latest ConfigureProvider, undefined before it. */
export function objectResource(offer: ObjectOffer, session: () => Session | undefined): ManagedResource {
  /** Work on the API whose failures are diagnostics. */
  const attempt = async <T>(
    what: string,
    state: ObjectValue,
    privateState: PrivateState,
    work: (work: Work) => Promise<T>,
  ): Promise<Attempt<T>> => {
    const current = session();
    const name = offer.describe(state);
    let type: ResourceType | undefined;
    try {
      if (current === undefined) throw new Error('Terraform used the provider before configuring it');
      const { project, namespace } = current.settings;
      if (project === undefined) throw new DiagnosticError(unknownProject);
      if (current.signal.aborted) throw new DiagnosticError(cancelled(name));
      // What is worked on may be planned anew by a process that goes on.
      if (what !== 'read') {
        for (const { key } of declarationsOf(offer, state)) current.declared.delete(key);
        current.surroundings.expire();
      }
      const client = await current.connect();
      current.log('debug', `${what} ${describeObject(name)}`);
      type = await resolveType(offer.typeOf(state), observationOf(privateState).type, current);
      const writing = { client, project, type, signal: current.signal };
      const reference = offer.locate(state, type, namespace ?? 'default');
      return { value: await work({ writing, reference, session: current }), diagnostics: [] };
    } catch (error) {
      return { diagnostics: await reportFailure(error, what, name, type, current) };
    }
  };

  /** Observes again, and throws where what the change does got worse since it was planned. */
  const recheck = (work: Work, change: PlannedChange) => async (existing: KubernetesObject) => {
    const problems = offer.recheck(change, await offer.digest(existing, lookFor(work)));
    if (problems.length > 0) throw new DiagnosticError(...problems);
  };

  /** What is to be written: the plan's values, which Terraform has completed meanwhile. */
  const build = async (planned: ObjectValue, { writing: { type }, reference }: Work) => {
    const { value, diagnostics } = await offer.build(planned);
    if (value === undefined) throw new DiagnosticError(...diagnostics);
    const revision = revisionOf(value);
    const built = { ...value, manifest: place(value.manifest, reference) };
    return { built, revision, state: { ...planned, id: offer.idOf(type, reference), revision } };
  };

  const keep = (
    privateState: PrivateState,
    planned: ObjectValue,
    { writing: { project, type } }: Work,
    object: KubernetesObject,
    built: BuiltManifest,
    restored: string | undefined,
  ) =>
    withObservation(privateState, {
      fields: fieldsHash(project, object),
      ...(restored !== undefined && { restored }),
      ...(!('plural' in offer.typeOf(planned)) && { type }),
      ...(built.companions.length > 0 && {
        companions: built.companions.map((item) => ({ type: item.type, name: item.manifest.metadata.name })),
      }),
    });

  return {
    typeName: offer.typeName,
    schema: offer.schema,

    async validate(config) {
      return offer.validate(config);
    },

    async plan(request) {
      const current = session();
      const plan = await offer.plan(request, {
        namespace: current?.settings.namespace,
        version: current?.version ?? '',
      });
      if (current?.destroying === true) return { ...plan, diagnostics: [] };
      if (current !== undefined) {
        const problems = await checkPlan(offer, current, request, plan);
        if (problems.length > 0) return { ...plan, diagnostics: [...plan.diagnostics, ...problems] };
      }
      const { adopt, managers } = observationOf(request.private);
      if (adopt !== true || request.prior === null || plan.replacedBy.length > 0) return plan;
      const warning = adopts(offer.describe(plan.planned), managers ?? []);
      return { ...plan, diagnostics: [...plan.diagnostics, warning] };
    },

    async planDeletion(prior, privateState) {
      return offer.planDeletion(prior, privateState);
    },

    async read(state, privateState) {
      const { value, diagnostics } = await attempt('read', state, privateState, async (work) => {
        const { writing, reference } = work;
        const { listings } = work.session;
        const object = await listings.find(writing.type, reference);
        if (object === undefined) return { state: null, private: {} };
        const companions = await Promise.all(
          (observationOf(privateState).companions ?? []).map((companion) =>
            listings.find(companion.type, { namespace: reference.namespace, name: companion.name }, jobLabel),
          ),
        );
        const complete = companions.every((companion) => companion !== undefined);
        const digest = await offer.digest(object, lookFor(work));
        return offer.read(writing.project, state, privateState, object, complete, digest);
      });
      return { ...(value ?? { state, private: privateState }), diagnostics };
    },

    async create({ planned, private: privateState }) {
      const { value, diagnostics } = await attempt('create', planned, privateState, async (work) => {
        const { writing, reference } = work;
        const { created } = work.session;
        const { built, revision, state } = await build(planned, work);
        const key = keyOf(writing.type, reference);
        if (created.has(key)) throw new DiagnosticError(declaredTwice(asDeclaration(offer, planned)));
        const restoring = offer.restoring?.(planned);
        const found = restoring && (await findRestored(restoring, reference.namespace, work.session));
        const placed = withRestored(built, restoring, found?.from);
        const types = built.companions.map(({ type }) => type);
        const object = await change(work, types, () => createObject(writing, placed, revision));
        created.add(key);
        return { state, private: keep(privateState, planned, work, object, built, found?.from) };
      });
      // No state beside an error: Terraform would replace the resource next time.
      return { ...(value ?? { state: null, private: {} }), diagnostics };
    },

    async update({ planned, prior, private: privateState }): Promise<StateResult> {
      const { value, diagnostics } = await attempt('update', planned, privateState, async (work) => {
        const { writing } = work;
        const { built, revision, state } = await build(planned, work);
        const observed = observationOf(privateState);
        const types = distinctTypes([
          ...companionTypes(observed),
          ...built.companions.map(({ type }) => type),
        ]);
        return change(work, types, async () => {
          const approve = recheck(work, { prior, planned: state });
          const placed = withRestored(built, offer.restoring?.(planned), observed.restored);
          const object = await updateObject(
            writing,
            placed,
            revision,
            observed,
            offer.showsMetadata,
            approve,
          );
          const leftover = await tidy(async () => {
            for (const item of types) await pruneCompanions(writing.client, writing.project, item, object);
          });
          const kept = keep(privateState, planned, work, object, built, observed.restored);
          return { state, private: kept, leftover };
        });
      });
      if (value === undefined) return { state: prior, private: privateState, diagnostics };
      return { state: value.state, private: value.private, diagnostics: value.leftover };
    },

    async delete(state, privateState) {
      const { diagnostics } = await attempt('delete', state, privateState, async (work) => {
        const { writing, reference } = work;
        work.session.created.delete(keyOf(writing.type, reference));
        const timeout = parseDuration(textAt(state, 'delete_timeout') ?? defaultDeleteTimeout) ?? 0;
        const owner = { apiVersion: '', kind: writing.type.kind, metadata: reference as { name: string } };
        const types = companionTypes(observationOf(privateState));
        const left = offer.restoring?.(state);
        await change(work, left === undefined ? types : [...types, left.type], async () => {
          await deleteObject(writing, reference, timeout, recheck(work, { prior: state, planned: null }));
          for (const item of types) await deleteCompanions(writing.client, writing.project, item, owner);
        });
      });
      return diagnostics;
    },

    async importState(id) {
      return offer.importState(id);
    },

    async moveState(source) {
      const object = await readMovedObject(source);
      return object === undefined ? undefined : offer.moveState(object);
    },
  };
}

/** The state of an object that is not the project's yet: the next plan is the update that makes it so. */
export function toAdopt(state: ObjectValue, manager?: string): StateResult {
  const observed = { adopt: true, ...(manager !== undefined && { named: [manager] }) };
  return { state, private: withObservation({}, observed), diagnostics: [] };
}

function adopts(object: ObjectName, managers: readonly string[]): Diagnostic {
  return {
    severity: 'warning',
    reason: 'Adopted',
    summary: `${describeObject(object)} is taken over`,
    detail:
      (managers.length === 0
        ? 'Nobody else manages fields of it. '
        : `Its fields are managed by ${managers.join(', ')}; from this update on they are the project's. `) +
      'See to it that nothing else goes on applying it, else both undo each other.',
    object,
  };
}

/** Discovery is asked only for kinds that nothing else tells of. */
async function resolveType(
  named: ResourceType | KindName,
  seen: ResourceType | undefined,
  session: Session,
): Promise<ResourceType> {
  if ('plural' in named) return named;
  const { apiVersion, kind } = named;
  const version = seen?.group === '' ? seen.version : `${seen?.group}/${seen?.version}`;
  if (seen !== undefined && seen.kind === kind && version === apiVersion) return seen;
  return session.discovery.find(named);
}

function lookFor({ reference: { namespace }, session }: Work): Look {
  const { listings, services, log } = session;
  return {
    async objects(type) {
      try {
        return await listings.all(type, namespace);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        log('debug', `${type.plural} could not be read: ${error.message}`);
        return undefined;
      }
    },
    ask: services.asker(namespace ?? 'default', (service, failure) =>
      log('debug', `service ${service} could not be asked: ${failure}`),
    ),
  };
}

/** The manifest in the namespace where it goes. */
function place(manifest: Manifest, { namespace }: ObjectReference): Manifest {
  if (namespace === undefined || manifest.metadata.namespace === namespace) return manifest;
  return { ...manifest, metadata: { ...manifest.metadata, namespace } };
}

function keyOf({ group, kind }: ResourceType, { namespace, name }: ObjectReference): string {
  return `${group}/${kind}/${namespace ?? ''}/${name}`;
}

function companionTypes({ companions }: Observation): readonly ResourceType[] {
  return distinctTypes((companions ?? []).map(({ type }) => type));
}

function distinctTypes(types: readonly ResourceType[]): readonly ResourceType[] {
  return [...new Map(types.map((item) => [`${item.group}/${item.plural}`, item])).values()];
}

/** Does writes, after which what was listed of the object and of its companions is old, even where they failed. */
async function change<T>(
  { writing, reference, session }: Work,
  companions: readonly ResourceType[],
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } finally {
    for (const type of [writing.type, ...companions]) session.listings.forget(type, reference.namespace);
  }
}

/** Work whose failure harms nothing: what is left over is told and found by the next run. */
async function tidy(work: () => Promise<void>): Promise<readonly Diagnostic[]> {
  try {
    await work();
    return [];
  } catch (error) {
    return [
      {
        severity: 'warning',
        reason: 'NotTidied',
        summary: 'Old SQL revisions could not be removed',
        detail: `${error instanceof Error ? error.message : String(error)}\nThey are in nobody's way; the next update removes them.`,
      },
    ];
  }
}

const unknownProject: Diagnostic = {
  severity: 'error',
  reason: 'UnknownProject',
  summary: 'The project of the sdp provider is not known yet',
  detail:
    'The provider argument project depends on something that does not exist yet. Set it to a fixed value: it says who owns what is created.',
};

function cancelled(object: ObjectName): Diagnostic {
  return {
    severity: 'error',
    reason: 'Cancelled',
    summary: `${describeObject(object)} was not touched: the run is cancelled`,
    detail: 'Run again to carry on.',
    object,
  };
}

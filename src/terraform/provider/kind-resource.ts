import type { KubernetesObject, ResourceType } from '../../apiclient/object.ts';
import {
  type Diagnostic,
  DiagnosticError,
  hasErrors,
  type ObjectName,
} from '../../diagnostics/diagnostic.ts';
import type { BuiltManifest, DeclaredKind, KindDefinition } from '../../kinds/kind.ts';
import type { ManagedResource, PrivateState, StateResult } from '../framework/resource.ts';
import { type ObjectValue, textAt } from '../framework/value.ts';
import { apiDiagnostics, describeObject } from './api-diagnostics.ts';
import { deleteCompanions, pruneCompanions } from './companions.ts';
import { parseDuration } from './duration.ts';
import { createObject, deleteObject, updateObject, type Writing } from './kind-apply.ts';
import { buildObject, planChange, validateConfig } from './kind-plan.ts';
import { fieldsHash, type Observation, observationOf, readState, withObservation } from './kind-read.ts';
import { kindSchema } from './kind-schema.ts';
import { jobLabel } from './ownership.ts';
import { revisionOf } from './revision.ts';
import type { Session } from './session.ts';

const defaultDeleteTimeout = '5m';

/** The Terraform resource of a kind. `session` is that of the latest ConfigureProvider, undefined before it. */
export function kindResource(
  kind: KindDefinition,
  declared: DeclaredKind,
  session: () => Session | undefined,
): ManagedResource {
  const schema = kindSchema(kind, declared.params);
  const { type } = kind;
  const objectName = (state: ObjectValue) => ({
    kind: type.kind,
    namespace: textAt(state, 'namespace') ?? 'default',
    name: textAt(state, 'name') ?? '',
  });
  const referenceOf = (state: ObjectValue) => {
    const { namespace, name } = objectName(state);
    return { namespace, name };
  };

  /** Work on the API whose failures are diagnostics. */
  const attempt = async <T>(
    what: string,
    state: ObjectValue,
    work: (writing: Writing, session: Session) => Promise<T>,
  ): Promise<
    | { value: T; diagnostics: readonly Diagnostic[] }
    | { value?: undefined; diagnostics: readonly Diagnostic[] }
  > => {
    const current = session();
    try {
      if (current === undefined) throw new Error('Terraform used the provider before configuring it');
      const project = current.settings.project;
      if (project === undefined) throw new DiagnosticError(unknownProject);
      if (current.signal.aborted) throw new DiagnosticError(cancelled(objectName(state)));
      const client = await current.connect();
      current.log('debug', `${what} ${describeObject(objectName(state))}`);
      return {
        value: await work({ client, project, type, signal: current.signal }, current),
        diagnostics: [],
      };
    } catch (error) {
      return { diagnostics: apiDiagnostics(error, what, objectName(state), type) };
    }
  };

  /** What is to be written: the plan's values, which Terraform has completed meanwhile. */
  const build = async (
    planned: ObjectValue,
  ): Promise<{ built: BuiltManifest; revision: string; state: ObjectValue }> => {
    const { value: built, diagnostics } = await buildObject(schema, declared, planned);
    if (built === undefined) throw new DiagnosticError(...diagnostics);
    const revision = revisionOf(built);
    return { built, revision, state: { ...planned, id: idOf(referenceOf(planned)), revision } };
  };

  const keep = (
    privateState: PrivateState,
    project: string,
    object: KubernetesObject,
    built: BuiltManifest,
  ) =>
    withObservation(privateState, {
      fields: fieldsHash(project, object),
      ...(built.companions.length > 0 && {
        companions: built.companions.map((item) => ({ type: item.type, name: item.manifest.metadata.name })),
      }),
    });

  return {
    typeName: schema.typeName,
    schema: schema.schema,

    async validate(config) {
      const invalid = validateConfig(schema, declared, config);
      // A configured provider is about to plan, and planning builds the manifest anyway where something changed.
      if (hasErrors(invalid) || session() !== undefined) return invalid;
      const plan = await planChange(
        schema,
        declared,
        { prior: null, config, private: {} },
        validationSettings,
      );
      return [...invalid, ...plan.diagnostics];
    },

    async plan(request) {
      const current = session();
      return planChange(schema, declared, request, {
        namespace: current?.settings.namespace,
        version: current?.version ?? '',
      });
    },

    async read(state, privateState) {
      const { value, diagnostics } = await attempt('read', state, async ({ project }, { listings }) => {
        const object = await listings.find(type, referenceOf(state));
        if (object === undefined) return { state: null, private: {} };
        const { namespace } = referenceOf(state);
        const companions = await Promise.all(
          (observationOf(privateState).companions ?? []).map((companion) =>
            listings.find(companion.type, { namespace, name: companion.name }, jobLabel),
          ),
        );
        const complete = companions.every((companion) => companion !== undefined);
        return readState(schema, declared, project, state, privateState, object, complete);
      });
      return { ...(value ?? { state, private: privateState }), diagnostics };
    },

    async create({ planned, private: privateState }) {
      const { value, diagnostics } = await attempt(
        'create',
        planned,
        async (writing, { listings, created }) => {
          const { built, revision, state } = await build(planned);
          listings.forget(type, referenceOf(state).namespace);
          if (created.has(describeObject(objectName(state))))
            throw new DiagnosticError(declaredTwice(objectName(state)));
          const object = await createObject(writing, built, revision);
          created.add(describeObject(objectName(state)));
          return { state, private: keep(privateState, writing.project, object, built) };
        },
      );
      // No state beside an error: Terraform would replace the resource next time.
      return { ...(value ?? { state: null, private: {} }), diagnostics };
    },

    async update({ planned, prior, private: privateState }): Promise<StateResult> {
      const { value, diagnostics } = await attempt('update', planned, async (writing, { listings }) => {
        const { built, revision, state } = await build(planned);
        listings.forget(type, referenceOf(state).namespace);
        const observed = observationOf(privateState);
        const object = await updateObject(writing, built, revision, observed);
        const after = keep(privateState, writing.project, object, built);
        const types = companionTypes(observed, observationOf(after));
        const leftover = await tidy(async () => {
          for (const item of types) await pruneCompanions(writing.client, writing.project, item, object);
        });
        return { state, private: after, leftover };
      });
      if (value === undefined) return { state: prior, private: privateState, diagnostics };
      return { state: value.state, private: value.private, diagnostics: value.leftover };
    },

    async delete(state, privateState) {
      const { diagnostics } = await attempt('delete', state, async (writing, { listings, created }) => {
        listings.forget(type, referenceOf(state).namespace);
        created.delete(describeObject(objectName(state)));
        const timeout = parseDuration(textAt(state, 'delete_timeout') ?? defaultDeleteTimeout) ?? 0;
        await deleteObject(writing, referenceOf(state), timeout);
        const owner = { apiVersion: '', kind: type.kind, metadata: referenceOf(state) };
        for (const item of companionTypes(observationOf(privateState))) {
          await deleteCompanions(writing.client, writing.project, item, owner);
        }
      });
      return diagnostics;
    },

    async importState(id) {
      const [namespace, name, ...rest] = id.split('/');
      if (namespace === undefined || name === undefined || name === '' || rest.length > 0) {
        return { state: null, private: {}, diagnostics: [badImportId(id)] };
      }
      const attributes = Object.fromEntries(schema.schema.attributes.map((item) => [item.name, null]));
      const state = { ...attributes, id, namespace, name };
      return { state, private: withObservation({}, { adopt: true }), diagnostics: [] };
    },
  };
}

/** While Terraform validates, nothing is configured: any legal namespace serves to check the rest. */
const validationSettings = { namespace: 'default', version: '' };

function idOf({ namespace, name }: { namespace: string; name: string }): string {
  return `${namespace}/${name}`;
}

function companionTypes(...observations: readonly Observation[]): readonly ResourceType[] {
  const types = observations.flatMap(({ companions }) => companions ?? []).map((companion) => companion.type);
  return [...new Map(types.map((item) => [`${item.group}/${item.plural}`, item])).values()];
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

function declaredTwice(object: ObjectName): Diagnostic {
  return {
    severity: 'error',
    reason: 'DeclaredTwice',
    summary: `${describeObject(object)} is declared twice in this project`,
    detail:
      'Another resource of this run has just created it. Two resources of one object undo and delete each ' +
      "other's work. Give one of them another name or namespace, or remove it.",
    object,
    path: ['name'],
  };
}

function badImportId(id: string): Diagnostic {
  return {
    severity: 'error',
    reason: 'InvalidImportId',
    summary: `${JSON.stringify(id)} names no object`,
    detail: 'An import id is the namespace and the name of the object: namespace/name.',
  };
}

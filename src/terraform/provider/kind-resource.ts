import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { hasErrors } from '../../diagnostics/diagnostic.ts';
import type { DeclaredKind, KindDefinition } from '../../kinds/kind.ts';
import { toParams } from '../framework/params.ts';
import type { ManagedResource } from '../framework/resource.ts';
import { hasUnknown, type ObjectValue } from '../framework/value.ts';
import { buildObject, planChange, planDeletion, recheckChange, validateConfig } from './kind-plan.ts';
import { readState } from './kind-read.ts';
import { kindSchema, objectNameOf } from './kind-schema.ts';
import type { MovedObject } from './moved-object.ts';
import type { ObjectOffer } from './object-offer.ts';
import { objectResource, toAdopt } from './object-resource.ts';
import { groupOf } from './resource-types.ts';
import type { Session } from './session.ts';

/** The Terraform resource of a kind. `session` is that of the latest ConfigureProvider, undefined before it. */
export function kindResource(
  kind: KindDefinition,
  declared: DeclaredKind,
  session: () => Session | undefined,
): ManagedResource {
  const schema = kindSchema(kind, declared);
  const describe = (state: ObjectValue) => objectNameOf(schema, state);
  const offer: ObjectOffer = {
    typeName: schema.typeName,
    schema: schema.schema,
    typeOf: () => kind.type,
    describe,
    locate(state) {
      const { namespace, name } = describe(state);
      return { namespace, name };
    },
    idOf: (_type, { namespace, name }) => `${namespace}/${name}`,

    async validate(config) {
      const invalid = validateConfig(schema, declared, config);
      // A configured provider is about to plan, and planning builds the manifest anyway where something changed.
      if (hasErrors(invalid) || session() !== undefined) return invalid;
      // While Terraform validates, nothing is configured: any legal namespace serves to check the rest.
      const attributes: ObjectValue = {
        ...config,
        namespace: config['namespace'] ?? 'default',
        ...notPlanned,
      };
      if (hasUnknown(attributes)) return invalid;
      const built = await buildObject(schema, declared, attributes);
      return [...invalid, ...built.diagnostics];
    },

    plan: (request, settings) => planChange(schema, declared, request, settings),
    build: (planned) => buildObject(schema, declared, planned),
    planDeletion: (prior, privateState) => planDeletion(schema, declared, prior, privateState),
    recheck: (change, digest) => recheckChange(schema, declared, change, digest),
    digest: async (object, look) => declared.verdicts?.digest(object, look),
    read: (project, state, privateState, object, complete, digest) =>
      readState(schema, declared, project, state, privateState, object, complete, digest),

    importState(id) {
      const [namespace, name, ...rest] = id.split('/');
      if (namespace === undefined || name === undefined || name === '' || rest.length > 0) {
        return { state: null, private: {}, diagnostics: [badImportId(id)] };
      }
      return toAdopt(stateOf(namespace, name));
    },

    moveState(object) {
      if (object.kind === kind.type.kind && groupOf(object.apiVersion) === kind.type.group) {
        return toAdopt(stateOf(object.namespace ?? 'default', object.name), object.manager);
      }
      return { state: null, private: {}, diagnostics: [otherKind(object, schema.typeName)] };
    },
    restoring(state) {
      const { restoring } = declared;
      const params = declared.params.safeParse(toParams(schema.params, state)).data;
      if (restoring === undefined || params === undefined) return undefined;
      return {
        type: restoring.type,
        isLookedFor: restoring.isLookedFor(params),
        find: (left) => restoring.find(describe(state), params, left),
        place: restoring.place,
      };
    },
    relations(state) {
      const params = declared.params.safeParse(toParams(schema.params, state)).data;
      if (params === undefined) return { needs: [], claims: [], mentions: [] };
      const metadata = describe(state);
      const { inspect } = declared;
      return {
        needs: declared.needs?.(params) ?? [],
        claims: declared.claims?.(metadata, params) ?? [],
        mentions: declared.mentions?.(params) ?? [],
        refusedLocally: declared.refusedLocally?.(params),
        inspect: inspect && ((ask) => inspect(metadata, params, ask)),
      };
    },
    isListed: true,
    showsMetadata: false,
  };
  const stateOf = (namespace: string, name: string): ObjectValue => ({
    ...Object.fromEntries(schema.schema.attributes.map((item) => [item.name, null])),
    id: `${namespace}/${name}`,
    namespace,
    name,
  });
  return objectResource(offer, session);
}

/** What only a plan computes. */
const notPlanned = { id: null, revision: null, verdict: null, verdict_reason: null };

function otherKind({ apiVersion, kind, name }: MovedObject, typeName: string): Diagnostic {
  return {
    severity: 'error',
    reason: 'NotMovable',
    summary: `${apiVersion} ${kind} ${name} cannot become ${typeName}`,
    detail: 'It is an object of another kind. Move it to the resource of its kind, or to sdp_manifest.',
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

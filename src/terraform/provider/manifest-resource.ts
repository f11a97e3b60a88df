import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { toDynamic } from '../framework/dynamic.ts';
import type { ManagedResource } from '../framework/resource.ts';
import { type ObjectValue, textAt } from '../framework/value.ts';
import {
  buildManifest,
  identityIn,
  idOfType,
  manifestAttributes,
  manifestOf,
  parseId,
  planManifest,
  validateManifest,
} from './manifest-plan.ts';
import { readManifest } from './manifest-read.ts';
import type { MovedObject } from './moved-object.ts';
import { objectResource, toAdopt } from './object-resource.ts';
import { wellKnownType } from './resource-types.ts';
import type { Session } from './session.ts';

/** `sdp_manifest`: any Kubernetes object, with the ownership, the drift and the deletion of the typed resources. */
export function manifestResource(session: () => Session | undefined): ManagedResource {
  const nameIn = (state: ObjectValue) => {
    const { apiVersion = '', kind = 'Object' } = identityIn(manifestOf(state));
    return { apiVersion, kind };
  };
  return objectResource(
    {
      typeName: 'sdp_manifest',
      schema: {
        version: 0,
        description: 'Any Kubernetes object that no other resource of sdp offers, applied as the project.',
        attributes: manifestAttributes,
      },
      typeOf: (state) => wellKnownType(nameIn(state)) ?? nameIn(state),
      describe(state) {
        const { kind = 'Object', namespace, name = '' } = identityIn(manifestOf(state));
        const placed = namespace ?? parseId(textAt(state, 'id') ?? '')?.namespace;
        return { kind, name, ...(placed !== undefined && { namespace: placed }) };
      },
      locate(state, type, fallback) {
        const { namespace, name = '' } = identityIn(manifestOf(state));
        const placed = namespace ?? parseId(textAt(state, 'id') ?? '')?.namespace ?? fallback;
        return { name, namespace: type.namespaced ? placed : undefined };
      },
      idOf: (type, { namespace, name }) => idOfType(type, namespace, name),
      validate: validateManifest,
      plan: async (request, settings) => planManifest(request, settings),
      build: async (planned) => buildManifest(planned),
      read: readManifest,
      digest: async () => undefined,
      planDeletion: () => [],
      recheck: () => [],
      importState(id) {
        const parsed = parseId(id);
        if (parsed === undefined) return { state: null, private: {}, diagnostics: [badImportId(id)] };
        return toAdopt(stateOf(parsed, id));
      },
      moveState(object) {
        const type = wellKnownType(object);
        const id = type === undefined ? null : idOfType(type, placed(type.namespaced, object), object.name);
        return toAdopt(stateOf(object, id), object.manager);
      },
      relations: () => ({ needs: [], claims: [], mentions: [] }),
      // Others' objects, which may be many and large.
      isListed: false,
      showsMetadata: true,
    },
    session,
  );
}

function stateOf(
  { apiVersion, kind, namespace, name }: Omit<MovedObject, 'manager'>,
  id: string | null,
): ObjectValue {
  const manifest = { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
  return { delete_timeout: null, revision: null, id, manifest: toDynamic(manifest) };
}

function placed(namespaced: boolean, { namespace }: MovedObject): string | undefined {
  return namespaced ? (namespace ?? 'default') : undefined;
}

function badImportId(id: string): Diagnostic {
  return {
    severity: 'error',
    reason: 'InvalidImportId',
    summary: `${JSON.stringify(id)} names no object`,
    detail:
      'An import id is apiVersion/kind/namespace/name: v1/ConfigMap/default/settings, ' +
      'networking.k8s.io/v1/Ingress/default/console. Objects without a namespace leave it out.',
  };
}

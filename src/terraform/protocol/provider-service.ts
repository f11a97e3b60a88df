import type { AttributePath } from '../../diagnostics/diagnostic.ts';
import type {
  ManagedResource,
  MovedState,
  PrivateState,
  Provider,
  StateResult,
} from '../framework/resource.ts';
import { objectType, type Schema } from '../framework/schema.ts';
import { isObjectValue, type ObjectValue } from '../framework/value.ts';
import { attempt, collect, diagnosing } from './answering.ts';
import { serveDataSources } from './data-source-calls.ts';
import { toPathMessage } from './diagnostic-codec.ts';
import { serveFunctions, toFunctionMessages } from './function-calls.ts';
import type { DynamicValue, ProviderService } from './messages.ts';
import { toSchemaMessage } from './schema-codec.ts';
import { decodeJsonValue, fromDynamicValue, toDynamicValue } from './value-codec.ts';

const capabilities = { plan_destroy: true, get_provider_schema_optional: true, move_resource_state: true };

/** A provider as the calls of plugin protocol 6: decodes requests, encodes answers, and knows nothing else. */
export function provideService(provider: Provider): ProviderService {
  const resources = new Map(provider.resources.map((resource) => [resource.typeName, resource]));
  const resourceOf = (typeName: string): ManagedResource => {
    const resource = resources.get(typeName);
    if (resource === undefined) throw new Error(`no resource type ${typeName}`);
    return resource;
  };

  return {
    async GetMetadata() {
      return {
        diagnostics: [],
        server_capabilities: capabilities,
        resources: [...resources.keys()].map((type_name) => ({ type_name })),
        data_sources: provider.dataSources.map(({ typeName }) => ({ type_name: typeName })),
        functions: provider.functions.map(({ name }) => ({ name })),
      };
    },

    async GetProviderSchema() {
      return {
        diagnostics: [],
        server_capabilities: capabilities,
        provider: toSchemaMessage(provider.schema),
        resource_schemas: Object.fromEntries(
          [...resources].map(([name, { schema }]) => [name, toSchemaMessage(schema)]),
        ),
        data_source_schemas: Object.fromEntries(
          provider.dataSources.map(({ typeName, schema }) => [typeName, toSchemaMessage(schema)]),
        ),
        functions: toFunctionMessages(provider.functions),
      };
    },

    async ValidateProviderConfig({ config }) {
      const { schema } = provider;
      return diagnosing(schema, await collect(() => provider.validate(readObject(schema, config))));
    },

    async ConfigureProvider({ config }) {
      const { schema } = provider;
      return diagnosing(schema, await collect(() => provider.configure(readObject(schema, config))));
    },

    async StopProvider() {
      provider.stop();
      return { Error: '' };
    },

    async ValidateResourceConfig({ type_name, config }) {
      const resource = resourceOf(type_name);
      return diagnosing(
        resource.schema,
        await collect(() => resource.validate(readObject(resource.schema, config))),
      );
    },

    async UpgradeResourceState({ type_name, raw_state }) {
      const type = objectType(resourceOf(type_name).schema.attributes);
      const state = raw_state.json === undefined ? null : decodeJsonValue(type, raw_state.json);
      return { diagnostics: [], upgraded_state: toDynamicValue(type, state) };
    },

    async ReadResource(request) {
      const { schema, ...resource } = bind(resourceOf(request.type_name));
      const state = readObject(schema, request.current_state);
      const privateState = readPrivate(request.private);
      const result = await guard({ state, private: privateState }, () => resource.read(state, privateState));
      return {
        ...diagnosing(schema, result.diagnostics),
        new_state: writeObject(schema, result.state),
        private: writePrivate(result.private),
      };
    },

    async PlanResourceChange(request) {
      const resource = resourceOf(request.type_name);
      const { schema } = resource;
      const prior = readNullable(schema, request.prior_state);
      const config = readNullable(schema, request.config);
      const privateState = readPrivate(request.prior_private);
      if (config === null || readNullable(schema, request.proposed_new_state) === null) {
        const deletion = async () => (prior && (await resource.planDeletion?.(prior, privateState))) ?? [];
        return {
          ...diagnosing(schema, await collect(deletion)),
          planned_state: writeObject(schema, null),
          planned_private: writePrivate(privateState),
        };
      }
      const plan = await attempt(() => resource.plan({ prior, config, private: privateState }));
      if (plan.value === undefined) {
        return { ...diagnosing(schema, plan.diagnostics), planned_state: request.proposed_new_state };
      }
      const { planned, replacedBy, private: planPrivate, diagnostics } = plan.value;
      return {
        ...diagnosing(schema, diagnostics),
        planned_state: writeObject(schema, planned),
        planned_private: writePrivate(planPrivate),
        requires_replace: replacedBy.map((path: AttributePath) => toPathMessage(schema.attributes, path)),
      };
    },

    async ApplyResourceChange(request) {
      const resource = resourceOf(request.type_name);
      const { schema } = resource;
      const prior = readNullable(schema, request.prior_state);
      const planned = readNullable(schema, request.planned_state);
      const privateState = readPrivate(request.planned_private);
      const result = await guard({ state: prior, private: privateState }, async () => {
        if (planned === null) return destroy(resource, prior, privateState);
        const config = readObject(schema, request.config);
        const change = { config, planned, private: privateState };
        return prior === null ? resource.create(change) : resource.update({ ...change, prior });
      });
      return {
        ...diagnosing(schema, result.diagnostics),
        new_state: writeObject(schema, result.state),
        private: writePrivate(result.private),
      };
    },

    async ImportResourceState({ type_name, id }) {
      const resource = resourceOf(type_name);
      const { schema } = resource;
      const result = await guard({ state: null, private: {} }, async () => importResource(resource, id));
      return {
        ...diagnosing(schema, result.diagnostics),
        imported_resources:
          result.state === null
            ? []
            : [
                {
                  type_name,
                  state: writeObject(schema, result.state),
                  private: writePrivate(result.private) ?? new Uint8Array(),
                },
              ],
      };
    },

    async MoveResourceState({ source_provider_address, source_type_name, source_state, target_type_name }) {
      const resource = resourceOf(target_type_name);
      const source = {
        providerAddress: source_provider_address,
        typeName: source_type_name,
        state: readRawState(source_state.json),
      };
      const result = await guard({ state: null, private: {} }, async () => moveResource(resource, source));
      return {
        ...diagnosing(resource.schema, result.diagnostics),
        ...(result.state !== null && { target_state: writeObject(resource.schema, result.state) }),
        target_private: writePrivate(result.private),
      };
    },

    ...serveDataSources(provider.dataSources),
    ...serveFunctions(provider.functions),
  };
}

function readRawState(json: Uint8Array | undefined): Readonly<Record<string, unknown>> {
  if (json === undefined || json.length === 0) return {};
  return JSON.parse(Buffer.from(json).toString('utf8')) as Readonly<Record<string, unknown>>;
}

async function moveResource(resource: ManagedResource, source: MovedState): Promise<StateResult> {
  const moved = await resource.moveState?.(source);
  if (moved !== undefined) return moved;
  return {
    state: null,
    private: {},
    diagnostics: [
      {
        severity: 'error',
        reason: 'NotMovable',
        summary: `${source.typeName} cannot become ${resource.typeName}`,
        detail:
          `There is no way from ${source.typeName} of ${source.providerAddress}. Remove the moved block; ` +
          'where both stand for one object, write an import block and a removed block instead.',
      },
    ],
  };
}

async function destroy(
  resource: ManagedResource,
  prior: ObjectValue | null,
  privateState: PrivateState,
): Promise<StateResult> {
  const diagnostics = prior === null ? [] : await resource.delete(prior, privateState);
  const failed = diagnostics.some(({ severity }) => severity === 'error');
  return { state: failed ? prior : null, private: failed ? privateState : {}, diagnostics };
}

async function importResource(resource: ManagedResource, id: string): Promise<StateResult> {
  if (resource.importState !== undefined) return resource.importState(id);
  return {
    state: null,
    private: {},
    diagnostics: [
      {
        severity: 'error',
        reason: 'NotImportable',
        summary: `${resource.typeName} cannot be imported`,
        detail: 'It stands for an action, not for an object. Write it into the configuration and apply.',
      },
    ],
  };
}

/** Methods stay callable when the resource is spread. */
function bind(resource: ManagedResource): Pick<ManagedResource, 'schema' | 'read'> {
  return { schema: resource.schema, read: (state, privateState) => resource.read(state, privateState) };
}

function readNullable(schema: Schema, message: DynamicValue): ObjectValue | null {
  const value = fromDynamicValue(objectType(schema.attributes), message);
  return isObjectValue(value) ? value : null;
}

function readObject(schema: Schema, message: DynamicValue): ObjectValue {
  return readNullable(schema, message) ?? {};
}

function writeObject(schema: Schema, value: ObjectValue | null): DynamicValue {
  return toDynamicValue(objectType(schema.attributes), value);
}

function readPrivate(bytes: Uint8Array | undefined): PrivateState {
  if (bytes === undefined || bytes.length === 0) return {};
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as PrivateState;
}

function writePrivate(state: PrivateState): Uint8Array {
  return Object.keys(state).length === 0 ? new Uint8Array() : Buffer.from(JSON.stringify(state));
}

async function guard(
  before: { state: ObjectValue | null; private: PrivateState },
  work: () => Promise<StateResult>,
): Promise<StateResult> {
  const { value, diagnostics } = await attempt(work);
  return value ?? { ...before, diagnostics };
}

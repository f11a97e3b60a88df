import type { DataSource } from '../framework/resource.ts';
import { objectType } from '../framework/schema.ts';
import { isObjectValue, type ObjectValue } from '../framework/value.ts';
import { attempt, collect, diagnosing } from './answering.ts';
import type { DynamicValue, ProviderService } from './messages.ts';
import { fromDynamicValue, toDynamicValue } from './value-codec.ts';

/** Data sources as calls of the protocol. */
export function serveDataSources(
  dataSources: readonly DataSource[],
): Pick<ProviderService, 'ValidateDataResourceConfig' | 'ReadDataSource'> {
  const byName = new Map(dataSources.map((source) => [source.typeName, source]));
  const sourceOf = (typeName: string): DataSource => {
    const source = byName.get(typeName);
    if (source === undefined) throw new Error(`no data source ${typeName}`);
    return source;
  };
  return {
    async ValidateDataResourceConfig({ type_name, config }) {
      const source = sourceOf(type_name);
      return diagnosing(source.schema, await collect(() => source.validate(readConfig(source, config))));
    },

    async ReadDataSource({ type_name, config }) {
      const source = sourceOf(type_name);
      const { value, diagnostics } = await attempt(() => source.read(readConfig(source, config)));
      const found = [...diagnostics, ...(value?.diagnostics ?? [])];
      const state = value?.value;
      return {
        ...diagnosing(source.schema, found),
        ...(state !== undefined && { state: toDynamicValue(objectType(source.schema.attributes), state) }),
      };
    },
  };
}

function readConfig({ schema }: DataSource, message: DynamicValue): ObjectValue {
  const value = fromDynamicValue(objectType(schema.attributes), message);
  return isObjectValue(value) ? value : {};
}

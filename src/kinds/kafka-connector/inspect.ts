import { findTemplate } from '../../connectors/catalog.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ConnectPlugin } from '../../engines/connect/client.ts';
import type { AskService, DeclaredMetadata } from '../kind.ts';
import { checkConnectorConfig } from './config.ts';
import {
  checkAgainstDefinition,
  findPlugin,
  type PluginKey,
  readRefusals,
  unknownClass,
} from './plugin-definition.ts';

interface Connector {
  readonly cluster: string;
  readonly class: string;
  readonly version?: string | undefined;
  readonly tasksMax?: number | undefined;
  readonly config?: Readonly<Record<string, string>> | undefined;
}

/**
 * What a Connect cluster that answers says of a connector: whether it has the class, what the plugin's own definition has
 * against the configuration, and, with the right to `update services/proxy`, what the plugin's validation has.
 */
export async function inspectConnector(
  { name }: DeclaredMetadata,
  connector: Connector,
  ask: AskService,
): Promise<readonly Diagnostic[]> {
  const service = `${connector.cluster}-connect-api:rest-api`;
  const { config = {}, version } = connector;
  const listed = await ask({ service, path: '/connector-plugins' });
  if (listed?.status !== 200 || !Array.isArray(listed.body)) return [];
  const plugins = listed.body as readonly ConnectPlugin[];
  const plugin = findPlugin(plugins, connector.class);
  if (plugin === undefined) {
    return [unknownClass(connector.class, connector.cluster, plugins, findTemplate(connector.class)?.name)];
  }

  // What the plan says already, it says once.
  const told = new Set(
    checkConnectorConfig({ ...connector, config }).map(({ path }) => JSON.stringify(path)),
  );
  const path = `/connector-plugins/${encodeURIComponent(plugin.class)}/config`;
  const query = version === undefined ? '' : `?version=${encodeURIComponent(version)}`;
  const defined = await ask({ service, path: `${path}${query}` });
  const findings = Array.isArray(defined?.body)
    ? checkAgainstDefinition(plugin, defined.body as readonly PluginKey[], config)
    : [];

  const validated = await ask({
    service,
    path: `${path}/validate`,
    body: {
      ...config,
      name,
      'connector.class': plugin.class,
      'tasks.max': String(connector.tasksMax ?? 1),
      ...(version !== undefined && { 'connector.plugin.version': version }),
    },
  });
  const refusals = validated?.status === 200 ? readRefusals(validated.body, config, connector.cluster) : [];
  for (const { path: at } of refusals) told.add(JSON.stringify(at));
  return [...refusals, ...findings.filter(({ path: at }) => !told.has(JSON.stringify(at)))];
}

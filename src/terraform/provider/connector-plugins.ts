import { connectorTemplates } from '../../connectors/catalog.ts';
import type { PluginArtifact } from '../../connectors/connector-template.ts';
import { type Diagnosed, type Diagnostic, failed, ok } from '../../diagnostics/diagnostic.ts';
import { findSimilar } from '../../diagnostics/similar-name.ts';
import type { ProviderFunction } from '../framework/resource.ts';
import type { Type, Value } from '../framework/value.ts';

/** Group of sdp's own plugins, which no public repository has. */
const ownGroup = 'internal.sdp';

const artifactType = {
  type: 'string',
  url: 'string',
  sha512sum: 'string',
  group: 'string',
  artifact: 'string',
  version: 'string',
  repository: 'string',
} as const satisfies Record<string, Type>;

/** `provider::sdp::connector_plugins`: the catalog of connectors as `build.plugins` of a Connect cluster. */
export const connectorPlugins: ProviderFunction = {
  name: 'connector_plugins',
  summary: 'Plugins of known connectors, for the build of a Connect cluster',
  description: `The plugins of the named connectors with their pinned artifacts, as \`build.plugins\` of \`sdp_kafka_connect\` takes them. Known are ${connectorTemplates.map(({ name }) => `\`${name}\``).join(', ')}.`,
  parameters: [{ name: 'names', type: ['list', 'string'], description: 'Names of connectors.' }],
  variadic: {
    name: 'repository',
    type: 'string',
    description: `Maven repository that sdp's own plugins (group \`${ownGroup}\`) are published to.`,
  },
  returns: ['list', ['object', { name: 'string', artifacts: ['list', ['object', artifactType]] }]],
  async call([names, repository]): Promise<Diagnosed<Value>> {
    const asked = [...new Set(names as readonly string[])];
    const unknown = asked.filter((name) => connectorTemplates.every((template) => template.name !== name));
    if (unknown.length > 0) return failed(...unknown.map(unknownPlugin));
    const plugins = connectorTemplates
      .filter(({ name }) => asked.includes(name))
      .map(({ name, artifacts }) => ({
        name,
        artifacts: artifacts.map((artifact) =>
          toValue(artifact, typeof repository === 'string' ? repository : null),
        ),
      }));
    return ok(plugins);
  },
};

function toValue(artifact: PluginArtifact, repository: string | null): Value {
  const none = Object.fromEntries(Object.keys(artifactType).map((field) => [field, null]));
  const own = artifact.type === 'maven' && artifact.group === ownGroup;
  return { ...none, ...artifact, ...(own && { repository }) };
}

function unknownPlugin(name: string): Diagnostic {
  const known = connectorTemplates.map((template) => template.name);
  const similar = findSimilar(name, known, (item) => item);
  return {
    severity: 'error',
    reason: 'UnknownPlugin',
    summary: `There is no known connector ${JSON.stringify(name)}`,
    detail:
      `${similar === undefined ? '' : `Did you mean ${similar}? `}Known are ${known.join(', ')}. ` +
      'Any other plugin is named by its artifacts in build.plugins.',
    path: [0],
  };
}

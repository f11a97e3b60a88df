import type { z } from 'zod';
import { infoOf } from './check-config.ts';
import { sinkFamilies, sinkKeys, sourceFamilies, sourceKeys } from './connect-keys.ts';
import type { ConnectorTemplate, KeyFamily, PluginArtifact } from './connector-template.ts';

/** The page of a known connector: its plugin and its own keys, from the template's schemas. */
export function documentConnector(template: ConnectorTemplate): string {
  const { name, description, className, artifacts, keys, families, mostTasks } = template;
  return [
    `# ${name}`,
    description,
    '',
    `Class \`${className}\`. The plugin \`${name}\` is ${artifacts.map(describeArtifact).join(', ')}.`,
    ...(mostTasks === undefined ? [] : [`It has ${mostTasks} task.`]),
    '',
    ...tableOfKeys(keys.shape, families),
    '',
    'Besides these it takes [the keys of every connector](every-connector.md).',
    '',
  ].join('\n');
}

/** The page of Connect's own keys. */
export function documentConnectKeys(): string {
  const common = Object.entries(sinkKeys.shape).filter(([key]) => key in sourceKeys.shape);
  const only = (shape: z.ZodRawShape) =>
    Object.fromEntries(Object.entries(shape).filter(([key]) => !common.some(([name]) => name === key)));
  return [
    '# Keys of every connector',
    'Kafka Connect itself has these. Name, class, number of tasks and version of the plugin have fields of their own.',
    '',
    ...tableOfKeys(Object.fromEntries(common), sinkFamilies),
    '',
    '## Sinks',
    ...tableOfKeys(only(sinkKeys.shape), []),
    '',
    '## Sources',
    ...tableOfKeys(
      only(sourceKeys.shape),
      sourceFamilies.filter((family) => !sinkFamilies.includes(family)),
    ),
    '',
  ].join('\n');
}

function tableOfKeys(shape: z.ZodRawShape, families: readonly KeyFamily[]): readonly string[] {
  const isRequired = (schema: z.core.$ZodType) => schema._zod.optin === undefined;
  const entries = Object.entries(shape);
  const ordered = [
    ...entries.filter(([, schema]) => isRequired(schema)),
    ...entries.filter(([, schema]) => !isRequired(schema)),
  ];
  return [
    '| key | type | when absent | what |',
    '|---|---|---|---|',
    ...ordered.map(([key, schema]) => {
      const { description, type, fallback } = infoOf(schema);
      const absent = isRequired(schema) ? 'required' : fallback === undefined ? '' : code(fallback);
      return `| \`${key}\` | ${cell(type)} | ${absent} | ${cell(description)} |`;
    }),
    ...families.map(({ name, description }) => `| \`${name}\` | any | | ${cell(description)} |`),
  ];
}

function describeArtifact(artifact: PluginArtifact): string {
  if (artifact.type === 'tgz') return `the archive ${artifact.url}`;
  return `\`${artifact.group}:${artifact.artifact}:${artifact.version}\``;
}

function code(text: string): string {
  return /[ |]/.test(text) && !text.includes('.*') ? cell(text) : `\`${cell(text)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

import { z } from 'zod';
import type { AttributePath, Diagnostic } from '../../diagnostics/diagnostic.ts';
import { connectResources, resourcesParams } from './resources.ts';

const pluginName = z
  .string()
  .regex(/^[a-z0-9][-_a-z0-9]*[a-z0-9]$/, {
    error:
      'is no name of a plugin: use lower-case letters, digits, "-" and "_", a letter or digit first and last',
  })
  .describe('Name of the plugin, unique in the cluster. It names the folder of its files.');

const artifactType = z.enum(['jar', 'tgz', 'zip', 'maven', 'other']);

const artifact = z.object({
  type: artifactType.describe(
    'jar, tgz and zip are downloaded from url and unpacked, other is left as it is, maven is resolved with its dependencies.',
  ),
  url: z
    .string()
    .regex(/^(https?|ftp):\/\/[-a-zA-Z0-9+&@#/%?=~_|!:,.;]*[-a-zA-Z0-9+&@#/%=~_|]$/, {
      error: 'is no address that Strimzi downloads from: use http, https or ftp',
    })
    .optional()
    .describe('Address of the file. For every type but maven.'),
  sha512sum: z
    .string()
    .optional()
    .describe('SHA-512 of the file in hex, which is then checked. For every type but maven.'),
  insecure: z
    .boolean()
    .optional()
    .describe(
      "Whether the download goes on though the server's certificate is not trusted. false when absent.",
    ),
  fileName: z.string().optional().describe('Name of the file in the plugin. For type other.'),
  group: z.string().optional().describe('Maven group. For type maven.'),
  artifact: z.string().optional().describe('Maven artifact. For type maven.'),
  version: z.string().optional().describe('Maven version. For type maven.'),
  repository: z.string().optional().describe('Address of the Maven repository. Maven Central when absent.'),
  includeScope: z
    .enum(['compile', 'provided', 'runtime', 'test', 'system'])
    .optional()
    .describe('Scope of the dependencies that are added. All when absent. For type maven.'),
  mirrors: z
    .array(z.object({ url: z.string().describe('Address of the mirror.') }))
    .optional()
    .describe('Maven mirrors that all requests go to. For type maven.'),
});

const buildFields = {
  output: z
    .object({
      type: z
        .enum(['docker', 'imagestream'])
        .describe('docker: any container registry. imagestream: OpenShift.'),
      image: z.string().min(1).describe('Name of the image that is made: `registry/team/connect:1`.'),
      pushSecret: z
        .string()
        .optional()
        .describe('Secret of type kubernetes.io/dockerconfigjson for the registry. None when absent.'),
      additionalBuildOptions: z
        .array(z.string())
        .optional()
        .describe('Options of the build tool (Kaniko or Buildah): `--insecure`.'),
      additionalPushOptions: z.array(z.string()).optional().describe("Options of Buildah's push."),
    })
    .describe('Where the image goes.'),
  plugins: z
    .array(
      z.object({
        name: pluginName,
        artifacts: z.array(artifact).min(1).describe('Files of the plugin.'),
      }),
    )
    .describe('Plugins that are added to the image.'),
};

export const build = z.object({
  ...buildFields,
  resources: connectResources.optional().describe('CPU and memory of the pod that builds.'),
});

/** `build` as modules write it. */
export const buildParams = z.object({
  ...buildFields,
  resources: resourcesParams.optional().describe('CPU and memory of the pod that builds.'),
});

export const imagePlugins = z.array(
  z.object({
    name: pluginName,
    artifacts: z
      .array(
        z.object({
          type: z.enum(['image']).describe('Kind of the artifact: image.'),
          reference: z.string().min(1).describe('Image that holds the files of the plugin.'),
          pullPolicy: z
            .string()
            .optional()
            .describe(
              'When the image is pulled: Always, IfNotPresent or Never. As Kubernetes does when absent.',
            ),
        }),
      )
      .min(1)
      .describe('Images of the plugin.'),
  }),
);

type Build = z.output<typeof buildParams>;
type Artifact = z.output<typeof artifact>;

const mavenOnly = ['group', 'artifact', 'version', 'repository', 'includeScope', 'mirrors'] as const;
const mavenRequired = ['group', 'artifact', 'version'] as const;
const downloadOnly = ['url', 'sha512sum', 'insecure'] as const;

/** What of a build Strimzi would refuse or leave out. */
export function checkBuild({ plugins }: Build): readonly Diagnostic[] {
  const path = ['build', 'plugins'];
  return [
    ...checkPluginNames(plugins, path),
    ...plugins.flatMap(({ name, artifacts }, index) =>
      artifacts.flatMap((item, at) => checkArtifact(name, item, [...path, index, 'artifacts', at])),
    ),
  ];
}

export function checkPluginNames(
  plugins: readonly { readonly name: string }[],
  path: AttributePath,
): readonly Diagnostic[] {
  return plugins.flatMap(({ name }, index): Diagnostic[] => {
    if (plugins.findIndex((other) => other.name === name) === index) return [];
    return [
      {
        severity: 'error',
        reason: 'DuplicatePlugin',
        summary: `Two plugins are called ${name}`,
        detail:
          'The name is that of the folder which holds the files. Rename one, or put both into one plugin.',
        path: [...path, index, 'name'],
      },
    ];
  });
}

function checkArtifact(plugin: string, item: Artifact, path: AttributePath): readonly Diagnostic[] {
  const [required, foreign] =
    item.type === 'maven' ? [mavenRequired, downloadOnly] : [['url'] as const, mavenOnly];
  const of = `An artifact of type ${item.type} in plugin ${plugin}`;
  return [
    ...required.flatMap((field): Diagnostic[] =>
      item[field] !== undefined
        ? []
        : [
            {
              severity: 'error',
              reason: 'MissingValue',
              summary: `${of} has no ${field}`,
              detail: `Strimzi cannot find the files without ${required.join(', ')}. Set ${field}.`,
              path: [...path, field],
            },
          ],
    ),
    ...foreign.flatMap((field): Diagnostic[] =>
      item[field] === undefined
        ? []
        : [
            {
              severity: 'error',
              reason: 'ConflictingArguments',
              summary: `${of} has ${field}`,
              detail: `${field} means nothing for type ${item.type} and would have no effect. Remove it, or change the type.`,
              path: [...path, field],
            },
          ],
    ),
  ];
}

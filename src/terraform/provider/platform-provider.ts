import { z } from 'zod';
import type { KindDefinition } from '../../kinds/kind.ts';
import { destroyVariable } from '../destroy-variable.ts';
import { toParams } from '../framework/params.ts';
import type { Provider } from '../framework/resource.ts';
import { attributesFromZod } from '../framework/schema-from-zod.ts';
import { validateParams } from '../framework/validate.ts';
import { type ObjectValue, unknown } from '../framework/value.ts';
import type { Log } from '../protocol/log.ts';
import { providerFunctions } from './functions.ts';
import { kindResource } from './kind-resource.ts';
import { manifestResource } from './manifest-resource.ts';
import type { Patience } from './patient-client.ts';
import { platformDataSources } from './platform-data.ts';
import { rolloutResource } from './rollout-resource.ts';
import { type Connect, createSession, type Session, type Settings } from './session.ts';

const providerParams = z.object({
  project: z
    .string()
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9._]*[a-z0-9])?$/, {
      error:
        'is no project name: use lower-case letters, digits, "-", "." and "_", a letter or digit first and last',
    })
    .describe('Name of the project. Objects are owned by it: two projects never share one name.'),
  kubeconfig: z
    .string()
    .optional()
    .describe('Path of the kubeconfig. When absent: $KUBECONFIG, then ~/.kube/config.'),
  context: z.string().optional().describe('Context of the kubeconfig. Its current one when absent.'),
  namespace: z.string().optional().describe('Namespace of resources that name none. `default` when absent.'),
});

const attributes = attributesFromZod(providerParams);

export interface PlatformProviderOptions {
  readonly kinds: readonly KindDefinition[];
  readonly version: string;
  readonly connect: Connect;
  readonly log: Log;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly patience?: Patience | undefined;
}

/** The provider `sdp.internal/platform/sdp`: a resource per declared kind, and rollouts. */
export function platformProvider({
  kinds,
  version,
  connect,
  log,
  environment = {},
  patience,
}: PlatformProviderOptions): Provider {
  const stopped = new AbortController();
  let session: Session | undefined;
  const current = () => session;

  return {
    schema: {
      version: 0,
      description:
        'Streaming data platforms: Kafka topics, connectors and Flink jobs as Kubernetes custom resources.',
      attributes,
    },
    resources: [
      ...kinds.flatMap((kind) =>
        kind.declared === undefined ? [] : [kindResource(kind, kind.declared, current)],
      ),
      manifestResource(current),
      rolloutResource(kinds, current),
    ],
    dataSources: platformDataSources(kinds, environment, current),
    functions: providerFunctions,

    async validate(config) {
      return validateParams(providerParams, toParams(attributes, config));
    },

    async configure(config) {
      const invalid = validateParams(providerParams, toParams(attributes, config));
      if (invalid.length > 0) return invalid;
      await session?.close();
      session = createSession({
        settings: settingsOf(config),
        version,
        connect,
        log,
        destroying: environment[destroyVariable] === 'true',
        signal: stopped.signal,
        patience,
      });
      return [];
    },

    stop() {
      log('info', 'stopping: Terraform cancels the run');
      stopped.abort();
    },

    async close() {
      stopped.abort();
      await session?.close();
    },
  };
}

function settingsOf(config: ObjectValue): Settings {
  const read = (name: string) => {
    const value = config[name] ?? null;
    return typeof value === 'string' ? value : undefined;
  };
  return {
    project: read('project'),
    target:
      config['kubeconfig'] === unknown || config['context'] === unknown
        ? undefined
        : { kubeconfig: read('kubeconfig'), context: read('context') },
    namespace: config['namespace'] === unknown ? undefined : (read('namespace') ?? 'default'),
  };
}

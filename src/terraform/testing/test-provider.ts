import { kinds } from '../../kinds/catalog.ts';
import type { KindDefinition } from '../../kinds/kind.ts';
import type { Provider } from '../framework/resource.ts';
import type { ObjectValue } from '../framework/value.ts';
import type { LogLevel } from '../protocol/log.ts';
import { type Patience, usualPatience } from '../provider/patient-client.ts';
import { platformProvider } from '../provider/platform-provider.ts';
import { createFakeApi, type FakeApi } from './fake-api.ts';
import { createTerraformCore, type TerraformCore } from './terraform-core.ts';

export interface TestProvider {
  readonly api: FakeApi;
  readonly provider: Provider;
  readonly logged: readonly { readonly level: LogLevel; readonly message: string }[];
  /** Terraform with the provider configured anew: what was listed before is forgotten. */
  readonly coreFor: (typeName: string, settings?: ObjectValue) => Promise<TerraformCore>;
}

/** The provider with all kinds on a fake API. */
export function createTestProvider(
  version = '0.1.0',
  api = createFakeApi(),
  offered: readonly KindDefinition[] = kinds,
  patience: Patience = { ...usualPatience, quiet: 0 },
): TestProvider {
  const logged: { level: LogLevel; message: string }[] = [];
  const provider = platformProvider({
    kinds: offered,
    version,
    connect: async () => api,
    patience,
    log: (level, message) => logged.push({ level, message }),
  });
  return {
    api,
    provider,
    logged,
    async coreFor(typeName, settings = { project: 'demo' }) {
      const core = createTerraformCore(provider, typeName);
      await core.configure(settings);
      return core;
    },
  };
}

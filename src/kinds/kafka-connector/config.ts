import { checkConnector, type DeclaredConnector } from '../../connectors/check-config.ts';
import { isReference } from '../../connectors/config-values.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { looksSecret } from '../../diagnostics/secret-names.ts';

/** Keys that Strimzi drops from `config` without a word, and the field that says the same. */
export const reservedKeys: Readonly<Record<string, string>> = {
  name: 'the name of the resource',
  'connector.class': 'class',
  'tasks.max': 'tasks_max',
  'connector.plugin.version': 'version',
};

/** What is wrong with a connector's configuration. No value is repeated in a message: it may be a secret. */
export function checkConnectorConfig(connector: DeclaredConnector): readonly Diagnostic[] {
  const entries = Object.entries(connector.config);
  const own = entries.filter(([key]) => !Object.hasOwn(reservedKeys, key));
  return [
    ...entries.flatMap(([key, value]): Diagnostic[] => {
      const field = Object.hasOwn(reservedKeys, key) ? reservedKeys[key] : undefined;
      if (field !== undefined) return [reserved(key, field)];
      return isLiteralSecret(key, value) ? [literalSecret(key)] : [];
    }),
    ...checkConnector({ ...connector, config: Object.fromEntries(own) }),
  ];
}

function isLiteralSecret(key: string, value: string): boolean {
  return looksSecret(key) && !/^(?:true|false)?$/.test(value) && !isReference(value);
}

function reserved(key: string, field: string): Diagnostic {
  return {
    severity: 'error',
    reason: 'ReservedConfigKey',
    summary: `config must not set ${key}`,
    detail: `Strimzi drops ${key} from a connector's configuration, so it would have no effect. Remove it and use ${field}.`,
    path: ['config', key],
  };
}

function literalSecret(key: string): Diagnostic {
  return {
    severity: 'warning',
    reason: 'LiteralSecret',
    summary: `config.${key} looks like a secret in plain text`,
    detail:
      'It would be readable in the state, the plan and the resource. Put it into a Kubernetes Secret and write ' +
      `a reference that the Connect workers resolve: \${secrets:<namespace>/<secret>:<key>}.`,
    path: ['config', key],
  };
}

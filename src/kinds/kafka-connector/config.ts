import { checkConnector, type DeclaredConnector } from '../../connectors/check-config.ts';
import { isReference } from '../../connectors/config-values.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';

/** Keys that Strimzi drops from `config` without a word, and the field that says the same. */
const reservedKeys: Readonly<Record<string, string>> = {
  name: 'the name of the resource',
  'connector.class': 'class',
  'tasks.max': 'tasks_max',
  'connector.plugin.version': 'version',
};

const secretWords = new Set([
  'password',
  'passwd',
  'pwd',
  'passphrase',
  'secret',
  'token',
  'credential',
  'credentials',
]);

/** `key` alone is most often Kafka's record key: only with these before it does it open something. */
const keyOwners = new Set([
  'access',
  'account',
  'api',
  'auth',
  'encryption',
  'keystore',
  'private',
  'secret',
]);

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

/** Whether the last word or words of a key say that its value opens something. */
export function looksSecret(key: string): boolean {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1.$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const [last = '', before = ''] = words.toReversed();
  if (secretWords.has(last)) return true;
  if (last === 'key') return keyOwners.has(before);
  // A JAAS configuration holds user and password in one text.
  return (last === 'config' && before === 'jaas') || /^(?:api|access|private|secret)key$/.test(last);
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

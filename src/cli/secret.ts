import type { Command } from 'commander';
import { type ApiClient, ApiError } from '../apiclient/client.ts';
import { secretType } from '../apiclient/core-types.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { addClusterOptions, type ClusterOptions, connectCluster } from './cluster-options.ts';
import { withApi } from './running-platform.ts';
import { formatTable, note, printJson, printLine } from './terminal-output.ts';

interface SetOptions extends ClusterOptions {
  fromFile?: string[];
  force?: boolean;
  json?: boolean;
}

export function registerSecret(program: Command): void {
  const secret = program
    .command('secret')
    .description('Write Kubernetes Secrets for connectors and jobs, and list their keys.')
    .addHelpText(
      'after',
      '\nExamples:\n  $ sdp secret set db password\n  $ sdp secret list --namespace orders',
    );
  registerSet(secret);
  registerList(secret);
}

function registerSet(secret: Command): void {
  addClusterOptions(
    secret
      .command('set <name> [keys...]')
      .description(
        'Set keys of a Secret; its other keys stay. Values are asked for, piped in or read from files.',
      ),
    'namespace of the Secret (default: default)',
  )
    .option('--from-file <key=file>', 'value from a file, as it is; may be repeated', collect)
    .option('--force', 'take keys over from who declares them')
    .option('--json', 'names of the keys as JSON')
    .addHelpText(
      'after',
      '\nA KEY is asked for at a terminal, and else read from standard input, as KEY=- is. A value in the command line is refused:\nothers could read it. It is never printed.\n\nExamples:\n  $ sdp secret set db username password --namespace orders\n  $ pass show db | sdp secret set db password=- -n orders\n  $ sdp secret set tls --from-file ca.crt=./ca.pem -n orders',
    )
    .action(async (name: string, keys: string[], options: SetOptions) => {
      const { parseSources, readValues } = await import('./secret-values.ts');
      const parsed = parseSources(keys, options.fromFile ?? [], process.stdin.isTTY === true);
      if (parsed.value === undefined) throw new DiagnosticError(...parsed.diagnostics);
      const client = await connectCluster(options);
      try {
        const values = await readValues(parsed.value);
        const namespace = options.namespace ?? 'default';
        const all = await withApi('write the Secret', () =>
          writeSecret(client, { namespace, name }, values, options.force === true),
        );
        if (options.json) printJson({ namespace, name, keys: all });
        else describeSecret({ namespace, name }, [...values.keys()], all).forEach((line) => printLine(line));
      } finally {
        await client.close();
      }
    });
}

function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

interface SecretObject extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly type?: string;
}

interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

const manager = 'sdp-secret';

/** Sets keys by server-side apply, so that keys of others are theirs. Answers the names of all keys. */
export async function writeSecret(
  client: ApiClient,
  { namespace, name }: SecretName,
  values: ReadonlyMap<string, Buffer>,
  force: boolean,
): Promise<readonly string[]> {
  const live = await client.get<SecretObject>(secretType, { namespace, name });
  const data = { ...ownData(live) };
  for (const [key, value] of values) data[key] = value.toString('base64');
  const manifest = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name }, data };
  try {
    const written = await client.apply<SecretObject>(secretType, manifest, { fieldManager: manager, force });
    return Object.keys(written.data ?? {}).toSorted();
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'Conflict') throw error;
    throw new DiagnosticError({
      severity: 'error',
      reason: 'Conflict',
      summary: `Keys of Secret ${name} are declared by somebody else`,
      detail: `${error.causes.map(({ message = '', field = '' }) => `${field}: ${message}`).join('\n')}\nWho declares them would put the old value back. Change it there, or take the keys over by --force.`,
      object: { kind: 'Secret', namespace, name },
    });
  }
}

/** What was set here before: a key that an apply does not name any more goes. */
function ownData(live: SecretObject | undefined): Readonly<Record<string, string>> {
  const entry = live?.metadata.managedFields?.find(
    (item) => item.manager === manager && item.operation === 'Apply',
  );
  const fields = Object.keys((entry?.fieldsV1['f:data'] ?? {}) as object);
  return Object.fromEntries(
    fields.flatMap((field) => {
      const key = field.replace(/^f:/, '');
      const value = live?.data?.[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** What was done, and how the values are referred to. */
export function describeSecret(
  { namespace, name }: SecretName,
  set: readonly string[],
  all: readonly string[],
): readonly string[] {
  const others = all.filter((key) => !set.includes(key));
  const rows = set.map((key) => [
    key,
    `\${secrets:${namespace}/${name}:${key}}`,
    `\${secret:${name}/${key}}`,
  ]);
  return [
    `Secret ${namespace}/${name} has ${set.join(', ')} now${others.length === 0 ? '' : `, and as before ${others.join(', ')}`}.`,
    ...formatTable(['KEY', 'IN A CONNECTOR', 'IN SQL'], rows).split('\n'),
    'Connectors and jobs read a changed value when they are started again.',
  ];
}

function registerList(secret: Command): void {
  addClusterOptions(
    secret.command('list').description('List Secrets with the names of their keys, without the values.'),
  )
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  $ sdp secret list --namespace orders')
    .action(async (options: ClusterOptions & { json?: boolean }) => {
      const client = await connectCluster(options);
      try {
        const secrets = await withApi('list the Secrets', () => listSecrets(client, options.namespace));
        if (options.json) printJson(secrets);
        else if (secrets.length === 0) note('No Secrets.');
        else {
          const rows = secrets.map((item) => [
            `${item.namespace}/${item.name}`,
            item.type,
            item.keys.join(', '),
          ]);
          printLine(formatTable(['SECRET', 'TYPE', 'KEYS'], rows));
        }
      } finally {
        await client.close();
      }
    });
}

export async function listSecrets(client: ApiClient, namespace: string | undefined) {
  const { items } = await client.list<SecretObject>(secretType, { namespace });
  return items.map(({ metadata, type, data }) => ({
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    type: type ?? 'Opaque',
    keys: Object.keys(data ?? {}).toSorted(),
  }));
}

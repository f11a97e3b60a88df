import type { z } from 'zod';
import type { ApiAccess, CredentialSource } from './api-access.ts';
import {
  type Entry,
  invalid,
  isEntry,
  type Located,
  loadPem,
  type MergedConfig,
  readKubeconfigFiles,
  readString,
  readText,
  relativeTo,
} from './kubeconfig-files.ts';
import { chooseProxy } from './proxy.ts';

export interface KubeconfigOptions {
  /** The current one when absent. */
  readonly context?: string | undefined;
  /** Proxies are named by it, and credential plugins get it. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly now?: () => number;
}

/**
 * Reads one context of a kubeconfig, or of several merged as kubectl does. Files that one names are looked up relative to
 * it. Throws `DiagnosticError`. Plugins and identity providers are asked at the first request, not here.
 *
 * Own code: the library of the Kubernetes project for Node needs a Node of later years, brings the whole generated API
 * with it and blocks the process while a plugin runs.
 */
export async function readKubeconfig(
  paths: string | readonly string[],
  { context, environment = process.env, now }: KubeconfigOptions = {},
): Promise<ApiAccess> {
  const config = await readKubeconfigFiles(typeof paths === 'string' ? [paths] : paths);
  const contextName = context ?? config.currentContext;
  if (contextName === undefined || contextName === '') {
    throw invalid(
      config.source,
      'it has no current-context; name a context or set one with `kubectl config use-context`',
    );
  }
  const { entry: chosen } = config.find('contexts', contextName);
  const cluster = config.find('clusters', readString(chosen, 'cluster') ?? '');
  const userName = readString(chosen, 'user') ?? '';
  const user = userName === '' ? { entry: {}, file: '' } : config.find('users', userName);

  const server = serverOf(config, contextName, cluster.entry);
  const [ca, certificate, key] = await Promise.all([
    loadPem(cluster, 'certificate-authority-data', 'certificate-authority'),
    loadPem(user, 'client-certificate-data', 'client-certificate'),
    loadPem(user, 'client-key-data', 'client-key'),
  ]);
  if ((certificate === undefined) !== (key === undefined)) {
    throw invalid(
      config.source,
      `user "${userName}" has a client certificate without a key or a key without a certificate`,
    );
  }
  const token = tokenOf(user);
  const isKnown = token !== undefined || certificate !== undefined;
  const credentials = isKnown
    ? undefined
    : await credentialsOf(config, userName, user, describeCluster(cluster.entry, server, ca), {
        environment,
        now,
      });
  const headers = headersOf(user.entry, token === undefined && credentials === undefined);
  const proxy = readString(cluster.entry, 'proxy-url') || chooseProxy(server, environment);
  if (proxy !== undefined && !/^(https?|socks5):\/\//u.test(proxy))
    throw invalid(config.source, `its proxy-url is none of http://, https:// and socks5://`);
  const tlsServerName = readString(cluster.entry, 'tls-server-name');
  const namespace = readString(chosen, 'namespace');
  return {
    server,
    ...(ca !== undefined && { ca }),
    ...(token !== undefined && { token }),
    ...(certificate !== undefined && key !== undefined && { clientCertificate: { certificate, key } }),
    ...(credentials !== undefined && { credentials }),
    ...(headers !== undefined && { headers }),
    ...(cluster.entry['insecure-skip-tls-verify'] === true && { insecureSkipTlsVerify: true }),
    ...(tlsServerName !== undefined && { tlsServerName }),
    ...(proxy !== undefined && { proxy }),
    ...(namespace !== undefined && { namespace }),
  };
}

function serverOf(config: MergedConfig, contextName: string, cluster: Entry): string {
  const server = readString(cluster, 'server') ?? '';
  if (!URL.canParse(server)) {
    throw invalid(
      config.source,
      `the cluster of context "${contextName}" has ${server === '' ? 'no server' : `the malformed server ${JSON.stringify(server)}`}`,
    );
  }
  return server.replace(/\/+$/u, '');
}

function tokenOf({ entry, file }: Located): ApiAccess['token'] | undefined {
  const tokenFile = readString(entry, 'tokenFile');
  if (tokenFile !== undefined && tokenFile !== '') {
    const path = relativeTo(file, tokenFile);
    const summary = `Cannot read the token file that ${file} names`;
    return async () => (await readText(path, 'KubeconfigInvalid', summary)).trim();
  }
  const token = readString(entry, 'token');
  return token === undefined || token === '' ? undefined : async () => token;
}

/** Credentials that have to be fetched. What fetches them is loaded only where it is needed. */
async function credentialsOf(
  config: MergedConfig,
  userName: string,
  user: Located,
  cluster: Entry,
  { environment, now }: { environment: NodeJS.ProcessEnv; now: (() => number) | undefined },
): Promise<CredentialSource | undefined> {
  const { entry, file } = user;
  const check = <T>(field: string, schema: z.ZodType<T>, value: unknown): T => {
    const { data, error } = schema.safeParse(value);
    if (error === undefined) return data;
    const { path, message } = error.issues[0] ?? { path: [], message: '' };
    throw invalid(
      config.source,
      `${field} of user "${userName}" is not what it should be: ${[...path, message].join(': ')}`,
    );
  };
  if (isEntry(entry['exec'])) {
    const { createExecSource, execConfig } = await import('./exec-credential.ts');
    const exec = check('exec', execConfig, entry['exec']);
    // A bare name is looked up in PATH.
    const command = exec.command.includes('/') ? relativeTo(file, exec.command) : exec.command;
    return createExecSource({ ...exec, command }, { userName, cluster, environment, now });
  }
  const provider = entry['auth-provider'];
  if (!isEntry(provider)) return undefined;
  const name = readString(provider, 'name');
  if (name !== 'oidc' || !isEntry(provider['config'])) {
    throw invalid(
      config.source,
      `user "${userName}" has the auth-provider "${name}", which Kubernetes has replaced by credential plugins (exec); only oidc is left. Let the tool that wrote the kubeconfig write it anew.`,
    );
  }
  const { createOidcSource, oidcConfig } = await import('./oidc-token.ts');
  const oidc = check('auth-provider', oidcConfig, provider['config']);
  const ca = await loadPem(
    { entry: provider['config'], file },
    'idp-certificate-authority-data',
    'idp-certificate-authority',
  );
  return createOidcSource(oidc, { userName, file, ca, now });
}

/** What a plugin is told of the cluster. */
function describeCluster(cluster: Entry, server: string, ca: string | undefined): Entry {
  const extensions = Array.isArray(cluster['extensions']) ? cluster['extensions'].filter(isEntry) : [];
  const own = extensions.find((item) => item['name'] === 'client.authentication.k8s.io/exec');
  const passed = ['tls-server-name', 'insecure-skip-tls-verify', 'proxy-url'] as const;
  return {
    server,
    ...(ca !== undefined && { 'certificate-authority-data': Buffer.from(ca).toString('base64') }),
    ...Object.fromEntries(passed.flatMap((field) => (field in cluster ? [[field, cluster[field]]] : []))),
    ...(own !== undefined && { config: own['extension'] }),
  };
}

/** A password, and the wish to act as somebody else: ignoring it would act with other rights than were meant. */
function headersOf(user: Entry, usePassword: boolean): ApiAccess['headers'] {
  const name = readString(user, 'username');
  const as = readString(user, 'as');
  const groups = Array.isArray(user['as-groups']) ? user['as-groups'].map(String) : [];
  const uid = readString(user, 'as-uid');
  const extra = isEntry(user['as-user-extra']) ? Object.entries(user['as-user-extra']) : [];
  const headers = {
    ...(usePassword &&
      name !== undefined && {
        authorization: `Basic ${Buffer.from(`${name}:${readString(user, 'password') ?? ''}`).toString('base64')}`,
      }),
    ...(as !== undefined && { 'impersonate-user': as }),
    ...(groups.length > 0 && { 'impersonate-group': groups }),
    ...(uid !== undefined && { 'impersonate-uid': uid }),
    ...Object.fromEntries(
      extra.map(([field, values]) => [
        `impersonate-extra-${encodeURIComponent(field)}`,
        Array.isArray(values) ? values.map(String) : String(values),
      ]),
    ),
  };
  return Object.keys(headers).length === 0 ? undefined : headers;
}

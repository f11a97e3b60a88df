import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { parse } from 'yaml';
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { ApiAccess } from './api-access.ts';

type Entry = Readonly<Record<string, unknown>>;

/**
 * Reads one context of a kubeconfig (the current one when none is named). Files that it names are looked up relative
 * to it. Throws `DiagnosticError`. Credential plugins (`exec`, `auth-provider`) are not run.
 */
export async function readKubeconfig(path: string, context?: string): Promise<ApiAccess> {
  const config = parseConfig(
    await readText(path, 'KubeconfigUnreadable', 'Cannot read the kubeconfig'),
    path,
  );
  const contextName = context ?? text(config, 'current-context');
  if (contextName === undefined || contextName === '') {
    throw invalid(
      path,
      'it has no current-context; name a context or set one with `kubectl config use-context`',
    );
  }
  const chosen = findNamed(config, path, 'contexts', contextName, 'context');
  const cluster = findNamed(config, path, 'clusters', text(chosen, 'cluster') ?? '', 'cluster');
  const userName = text(chosen, 'user') ?? '';
  const user = userName === '' ? {} : findNamed(config, path, 'users', userName, 'user');

  const server = text(cluster, 'server') ?? '';
  if (!URL.canParse(server)) {
    throw invalid(
      path,
      `the cluster of context "${contextName}" has ${server === '' ? 'no server' : `the malformed server ${JSON.stringify(server)}`}`,
    );
  }
  const load = (entry: Entry, data: string, file: string) => loadPem(path, entry, data, file);
  const ca = await load(cluster, 'certificate-authority-data', 'certificate-authority');
  const certificate = await load(user, 'client-certificate-data', 'client-certificate');
  const key = await load(user, 'client-key-data', 'client-key');
  if ((certificate === undefined) !== (key === undefined)) {
    throw invalid(
      path,
      `user "${userName}" has a client certificate without a key or a key without a certificate`,
    );
  }
  const token = tokenOf(path, userName, user, certificate !== undefined);
  const tlsServerName = text(cluster, 'tls-server-name');
  const namespace = text(chosen, 'namespace');
  return {
    server: server.replace(/\/+$/u, ''),
    ...(ca === undefined ? {} : { ca }),
    ...(token === undefined ? {} : { token }),
    ...(certificate === undefined || key === undefined ? {} : { clientCertificate: { certificate, key } }),
    ...(cluster['insecure-skip-tls-verify'] === true ? { insecureSkipTlsVerify: true } : {}),
    ...(tlsServerName === undefined ? {} : { tlsServerName }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

function tokenOf(
  path: string,
  userName: string,
  user: Entry,
  hasCertificate: boolean,
): ApiAccess['token'] | undefined {
  const tokenFile = text(user, 'tokenFile');
  if (tokenFile !== undefined) {
    const file = relativeTo(path, tokenFile);
    return async () => {
      const content = await readText(
        file,
        'KubeconfigInvalid',
        `Cannot read the token file that ${path} names`,
      );
      return content.trim();
    };
  }
  const token = text(user, 'token');
  if (token !== undefined) return async () => token;
  const plugin = ['exec', 'auth-provider'].find((name) => user[name] !== undefined);
  if (plugin !== undefined && !hasCertificate) {
    throw invalid(
      path,
      `user "${userName}" gets its credentials from a plugin (${plugin}), which is not supported here; use a token, a tokenFile or a client certificate`,
    );
  }
  return undefined;
}

function parseConfig(content: string, path: string): Entry {
  let config: unknown;
  try {
    config = parse(content);
  } catch (error) {
    throw invalid(path, `it is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isEntry(config)) throw invalid(path, 'it holds no configuration');
  return config;
}

function findNamed(config: Entry, path: string, list: string, name: string, field: string): Entry {
  const entries = Array.isArray(config[list]) ? config[list].filter(isEntry) : [];
  const found = entries.find((entry) => entry['name'] === name)?.[field];
  if (!isEntry(found)) {
    const known = entries.map((entry) => String(entry['name'])).join(', ');
    throw invalid(path, `it has no ${field} "${name}"${known === '' ? '' : ` (it has ${known})`}`);
  }
  return found;
}

async function loadPem(
  path: string,
  entry: Entry,
  dataField: string,
  fileField: string,
): Promise<string | undefined> {
  const data = text(entry, dataField);
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  const file = text(entry, fileField);
  if (file === undefined) return undefined;
  return readText(
    relativeTo(path, file),
    'KubeconfigInvalid',
    `Cannot read the ${fileField} that ${path} names`,
  );
}

function relativeTo(path: string, file: string): string {
  return isAbsolute(file) ? file : resolve(dirname(path), file);
}

async function readText(path: string, reason: string, summary: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const seen = code === 'ENOENT' ? 'there is no such file' : (code ?? String(error));
    throw new DiagnosticError(
      problem(reason, summary, `${path}: ${seen}. Without it no API server can be reached; check the path.`),
    );
  }
}

function invalid(path: string, why: string): DiagnosticError {
  return new DiagnosticError(problem('KubeconfigInvalid', `The kubeconfig ${path} cannot be used`, why));
}

function problem(reason: string, summary: string, detail: string): Diagnostic {
  return { severity: 'error', reason, summary, detail };
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(entry: Entry, field: string): string | undefined {
  const value = entry[field];
  return typeof value === 'string' ? value : undefined;
}

import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Credential, CredentialSource } from './api-access.ts';
import { createCredentialSource, type Renewal } from './credential-source.ts';

const versions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'] as const;

/** The `exec` of a kubeconfig's user. */
export const execConfig = z.object({
  apiVersion: z.enum(versions),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  installHint: z.string().nullish(),
  provideClusterInfo: z.boolean().nullish(),
  interactiveMode: z.enum(['Never', 'IfAvailable', 'Always']).nullish(),
});

export type ExecConfig = z.output<typeof execConfig>;

const execCredential = z.object({
  kind: z.literal('ExecCredential'),
  apiVersion: z.string(),
  status: z.object({
    token: z.string().optional(),
    clientCertificateData: z.string().optional(),
    clientKeyData: z.string().optional(),
    expirationTimestamp: z.iso.datetime({ offset: true }).optional(),
  }),
});

export interface ExecOptions {
  /** For messages: the user's name in the kubeconfig. */
  readonly userName: string;
  /** Told to the plugin when it asks for it (`provideClusterInfo`). */
  readonly cluster: Readonly<Record<string, unknown>>;
  readonly environment: NodeJS.ProcessEnv;
  readonly now?: (() => number) | undefined;
}

/** Milliseconds. A plugin that asks an identity provider may be slow, one that waits for a person never ends. */
const timeout = 60_000;

/**
 * Credentials of a plugin (`client.authentication.k8s.io`), run without a terminal. One run serves all requests until
 * the credential runs out (its own time, or the certificate's) or the server refuses it.
 */
export function createExecSource(config: ExecConfig, options: ExecOptions): CredentialSource {
  return createCredentialSource(() => runPlugin(config, options), options.now);
}

async function runPlugin(config: ExecConfig, options: ExecOptions): Promise<Renewal> {
  if (config.interactiveMode === 'Always') {
    throw failure(
      config,
      options,
      'It wants to talk to a person at a terminal (interactiveMode: Always), and there is none here. Log in with it first and use a mode that does not ask.',
    );
  }
  const output = await new Promise<string>((resolve, reject) => {
    const child = execFile(
      config.command,
      config.args ?? [],
      { env: environmentOf(config, options), timeout, maxBuffer: 4 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(failure(config, options, describeFailure(error, stderr)));
      },
    );
    child.stdin?.end();
  });
  return readCredential(config, options, output);
}

function environmentOf(config: ExecConfig, { cluster, environment }: ExecOptions): NodeJS.ProcessEnv {
  const info = {
    apiVersion: config.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(config.provideClusterInfo === true && { cluster }) },
  };
  const own = Object.fromEntries((config.env ?? []).map(({ name, value }) => [name, value]));
  return { ...environment, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
}

/** Never quotes the output: it holds the credential. */
function readCredential(config: ExecConfig, options: ExecOptions, output: string): Renewal {
  const parsed = execCredential.safeParse(parseJson(output));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw failure(
      config,
      options,
      `It printed no ExecCredential (${issue?.path.join('.') || 'the whole'}: ${issue?.code ?? 'unreadable'}).`,
    );
  }
  const { apiVersion, status } = parsed.data;
  if (apiVersion !== config.apiVersion) {
    throw failure(
      config,
      options,
      `It answered in ${apiVersion}, the kubeconfig asks for ${config.apiVersion}.`,
    );
  }
  const { token, clientCertificateData: certificate, clientKeyData: key } = status;
  if ((certificate === undefined) !== (key === undefined) || (token === undefined && key === undefined)) {
    throw failure(
      config,
      options,
      'It printed neither a token nor a client certificate with its key, or only a half of the latter.',
    );
  }
  const credential: Credential = {
    ...(token !== undefined && { token }),
    ...(certificate !== undefined && key !== undefined && { clientCertificate: { certificate, key } }),
  };
  const ends = [
    ...(status.expirationTimestamp === undefined ? [] : [Date.parse(status.expirationTimestamp)]),
    ...(certificate === undefined ? [] : [endOf(certificate)]),
  ];
  return { credential, until: Math.min(Number.POSITIVE_INFINITY, ...ends) };
}

function endOf(certificate: string): number {
  try {
    return Date.parse(new X509Certificate(certificate).validTo);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describeFailure(error: Error & { code?: unknown; killed?: boolean }, stderr: string): string {
  if (error.code === 'ENOENT') return 'There is no such command.';
  const why = error.killed === true ? `It did not end within ${timeout / 1000} s.` : 'It failed.';
  const said = stderr.trim().slice(-1_000);
  return said === '' ? why : `${why} It said: ${said}`;
}

function failure(config: ExecConfig, { userName }: ExecOptions, why: string): DiagnosticError {
  const hint = config.installHint?.trim();
  const diagnostic: Diagnostic = {
    severity: 'error',
    reason: 'CredentialPluginFailed',
    summary: `The credential plugin ${config.command} of user "${userName}" gave no credential`,
    detail: `${why}${hint ? `\n${hint}` : ''}\nWithout it the cluster lets nobody in. Try it with kubectl and the same kubeconfig.`,
  };
  return new DiagnosticError(diagnostic);
}

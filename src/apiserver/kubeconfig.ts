import { stringify } from 'yaml';

export interface KubeconfigContent {
  /** `https://127.0.0.1:<port>`. */
  readonly server: string;
  /** PEM of the authority. */
  readonly ca: string;
  readonly token: string;
  readonly user: string;
  readonly namespace?: string;
  /** The name of cluster and context. */
  readonly name?: string;
}

/** The text of a kubeconfig with one context. It holds a token: write it for its owner only (0600). */
export function buildKubeconfig(content: KubeconfigContent): string {
  const { server, ca, token, user, namespace = 'default', name = 'sdp' } = content;
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: {
          server,
          'certificate-authority-data': Buffer.from(ca, 'utf8').toString('base64'),
        },
      },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name, context: { cluster: name, user, namespace } }],
    'current-context': name,
  });
}

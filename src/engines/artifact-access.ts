import { rootCertificates } from 'node:tls';

/** What private servers of artifacts want, as the runner has it of its environment too (`ArtifactAccess.java`). */
export interface ArtifactAccess {
  /** Users and passwords by host. */
  readonly logins: ReadonlyMap<string, { readonly user: string; readonly password: string }>;
  /** Certificates in PEM that are trusted. Absent: those of Node. */
  readonly ca?: readonly string[];
}

export const noAccess: ArtifactAccess = { logins: new Map() };

/** By the variables that pods get from a Secret and a ConfigMap. What is no netrc has no logins: the server then says so. */
export function readArtifactAccess(
  environment: Readonly<Record<string, string | undefined>>,
): ArtifactAccess {
  const { SDP_ARTIFACT_NETRC: netrc = '', SDP_ARTIFACT_CA: ca = '' } = environment;
  return { logins: parseNetrc(netrc), ...(ca.trim() !== '' && { ca: [...rootCertificates, ca] }) };
}

function parseNetrc(text: string): ArtifactAccess['logins'] {
  const words = text
    .split('\n')
    .filter((line) => !line.trim().startsWith('#'))
    .join(' ')
    .split(/\s+/)
    .filter((word) => word !== '');
  const logins = new Map<string, { user: string; password: string }>();
  let host = '';
  let fields: Record<string, string> = {};
  const add = () => {
    const { login, password } = fields;
    if (host !== '' && login !== undefined && password !== undefined && !logins.has(host))
      logins.set(host, { user: login, password });
  };
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [key = '', value = ''] = words.slice(at, at + 2);
    if (key === 'machine') {
      add();
      host = value;
      fields = {};
    } else {
      fields[key] = value;
    }
  }
  add();
  return logins;
}

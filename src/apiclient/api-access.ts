/** What a server is shown to be let in: a bearer token, a client certificate, or both. */
export interface Credential {
  readonly token?: string;
  readonly clientCertificate?: ClientCertificate;
}

/** PEM texts. */
export interface ClientCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** Credentials that run out: those of a plugin or of an identity provider. */
export interface CredentialSource {
  /** The credential to use now; got anew when the last one ran out. Asked for every request. */
  get(): Promise<Credential>;
  /** The server refused this credential: the next `get` answers another one. */
  discard(refused: Credential): void;
}

/** Where an API server is and how to be let in. PEM texts, not paths. */
export interface ApiAccess {
  readonly server: string;
  readonly ca?: string;
  /** Called for every request, so that a rotated token file is noticed. */
  readonly token?: () => Promise<string>;
  readonly clientCertificate?: ClientCertificate;
  /** Goes over `token` and `clientCertificate` where it has them. */
  readonly credentials?: CredentialSource;
  /** Headers of every request, such as those that ask to act as another user. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly insecureSkipTlsVerify?: boolean;
  /** The name to expect in the server's certificate instead of the address's. */
  readonly tlsServerName?: string;
  /** `http://`, `https://` or `socks5://`, with user and password if the proxy asks for them. */
  readonly proxy?: string;
  /** The namespace of the context. */
  readonly namespace?: string;
}

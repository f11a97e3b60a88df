/** Where an API server is and how to be let in. PEM texts, not paths. */
export interface ApiAccess {
  readonly server: string;
  readonly ca?: string;
  /** Called for every request, so that a rotated token file is noticed. */
  readonly token?: () => Promise<string>;
  readonly clientCertificate?: { readonly certificate: string; readonly key: string };
  readonly insecureSkipTlsVerify?: boolean;
  /** The name to expect in the server's certificate instead of the address's. */
  readonly tlsServerName?: string;
  /** The namespace of the context. */
  readonly namespace?: string;
}

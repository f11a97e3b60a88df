/** Facts of go-plugin and Terraform's `internal/plugin6/serve.go`: the cookie tells Terraform from a person at a shell. */
const cookie = {
  name: 'TF_PLUGIN_MAGIC_COOKIE',
  value: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
};
const coreProtocol = 1;
const pluginProtocol = 6;

export type Handshake =
  | { readonly started: 'by-hand'; readonly message: string }
  | { readonly started: 'incompatible'; readonly message: string }
  | { readonly started: 'by-terraform'; readonly clientCertificate?: string };

export function readHandshake(environment: NodeJS.ProcessEnv): Handshake {
  if (environment[cookie.name] !== cookie.value) {
    return {
      started: 'by-hand',
      message:
        'This is the sdp provider, a plugin of Terraform and OpenTofu: they start it themselves.\n' +
        'Run terraform init and terraform plan in a project that names sdp.internal/platform/sdp.',
    };
  }
  const offered = environment['PLUGIN_PROTOCOL_VERSIONS'];
  if (offered !== undefined && !offered.split(',').includes(String(pluginProtocol))) {
    return {
      started: 'incompatible',
      message: `sdp speaks plugin protocol ${pluginProtocol}, this Terraform speaks ${offered}. Use Terraform or OpenTofu 1.8 or later.`,
    };
  }
  const clientCertificate = environment['PLUGIN_CLIENT_CERT'];
  return {
    started: 'by-terraform',
    ...(clientCertificate !== undefined && clientCertificate !== '' && { clientCertificate }),
  };
}

/** The one line on stdout that tells Terraform where to connect. `certificate` is DER, needed with AutoMTLS only. */
export function handshakeLine(socketPath: string, certificate?: Uint8Array): string {
  const base64 =
    certificate === undefined ? '' : Buffer.from(certificate).toString('base64').replace(/=+$/, '');
  return [coreProtocol, pluginProtocol, 'unix', socketPath, 'grpc', base64].join('|');
}

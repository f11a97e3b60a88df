import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { createServerCertificate } from './certificate.ts';
import descriptors from './descriptors.json' with { type: 'json' };
import { handshakeLine } from './handshake.ts';
import type { ProviderService } from './messages.ts';

/** Terraform's own limit is 256 MB; a SQL project's DDL stays far below. */
const maxMessageBytes = 256 << 20;

export interface ServeOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** PEM; with it connections are TLS and only its holder is let in. */
  readonly clientCertificate?: string | undefined;
  readonly writeLine: (line: string) => void;
}

export interface Serving {
  readonly socketPath: string;
  /** Resolves when Terraform asked for the end. */
  readonly shutdown: Promise<void>;
  close(): void;
}

/** Serves on a unix socket in a folder of its own and prints the handshake line once connections are taken. */
export async function servePlugin(service: ProviderService, options: ServeOptions): Promise<Serving> {
  const certificate = options.clientCertificate === undefined ? undefined : createServerCertificate();
  const credentials =
    certificate === undefined || options.clientCertificate === undefined
      ? grpc.ServerCredentials.createInsecure()
      : grpc.ServerCredentials.createSsl(
          Buffer.from(options.clientCertificate),
          [
            {
              cert_chain: Buffer.from(certificate.certificatePem),
              private_key: Buffer.from(certificate.keyPem),
            },
          ],
          true,
        );

  const server = new grpc.Server({
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': maxMessageBytes,
  });
  const definitions = fromJSON(descriptors as Parameters<typeof fromJSON>[0], {
    keepCase: true,
    longs: Number,
    enums: String,
  });
  server.addService(serviceOf(definitions, 'tfplugin6.Provider'), toHandlers(service));
  const shutdown = new Promise<void>((resolve) => {
    server.addService(serviceOf(definitions, 'plugin.GRPCController'), {
      Shutdown: (_call: unknown, answer: grpc.sendUnaryData<object>) => {
        answer(null, {});
        resolve();
      },
    });
  });
  server.addService(serviceOf(definitions, 'grpc.health.v1.Health'), {
    Check: (_call: unknown, answer: grpc.sendUnaryData<object>) => answer(null, { status: 'SERVING' }),
  });

  const folder = mkdtempSync(
    join(options.environment['PLUGIN_UNIX_SOCKET_DIR'] || tmpdir(), 'sdp-provider-'),
  );
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  const socketPath = join(folder, 'rpc.sock');
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${socketPath}`, credentials, (error) =>
      error === null ? resolve() : reject(error),
    );
  });
  options.writeLine(handshakeLine(socketPath, certificate?.der));
  return {
    socketPath,
    shutdown,
    close() {
      server.forceShutdown();
      removeFolder();
      process.off('exit', removeFolder);
    },
  };
}

function serviceOf(definitions: ReturnType<typeof fromJSON>, name: string): grpc.ServiceDefinition {
  const definition = definitions[name];
  if (definition === undefined || 'format' in definition) throw new Error(`${name} is not a service`);
  return definition as grpc.ServiceDefinition;
}

function toHandlers(service: ProviderService): grpc.UntypedServiceImplementation {
  return Object.fromEntries(
    Object.entries(service).map(([name, handle]) => [
      name,
      (call: grpc.ServerUnaryCall<unknown, unknown>, answer: grpc.sendUnaryData<unknown>) => {
        (handle as (request: unknown) => Promise<object>)(call.request).then(
          (response) => answer(null, response),
          (error: unknown) =>
            answer({
              code: grpc.status.INTERNAL,
              details: error instanceof Error ? error.message : String(error),
            }),
        );
      },
    ]),
  );
}

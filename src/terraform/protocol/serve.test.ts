import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import * as grpc from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import { afterEach, describe, expect, it } from 'vitest';
import { parseProtocol } from '../../../scripts/build-provider.js';
import { createServerCertificate } from './certificate.ts';
import descriptors from './descriptors.json' with { type: 'json' };
import { handshakeLine, readHandshake } from './handshake.ts';
import type { ProviderService } from './messages.ts';
import { type Serving, servePlugin } from './serve.ts';

const cookie = { TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2' };

describe('handshake', () => {
  it('tells a person what this is', () => {
    expect(readHandshake({})).toMatchObject({ started: 'by-hand' });
    expect(readHandshake({ TF_PLUGIN_MAGIC_COOKIE: 'x' })).toMatchObject({ started: 'by-hand' });
  });

  it('refuses a Terraform without protocol 6', () => {
    expect(readHandshake({ ...cookie, PLUGIN_PROTOCOL_VERSIONS: '4,5' })).toMatchObject({
      started: 'incompatible',
    });
  });

  it('takes the client certificate', () => {
    expect(readHandshake({ ...cookie, PLUGIN_PROTOCOL_VERSIONS: '5,6', PLUGIN_CLIENT_CERT: 'pem' })).toEqual({
      started: 'by-terraform',
      clientCertificate: 'pem',
    });
  });

  it('prints the certificate without padding', () => {
    expect(handshakeLine('/s', Uint8Array.of(1))).toBe('1|6|unix|/s|grpc|AQ');
    expect(handshakeLine('/s')).toBe('1|6|unix|/s|grpc|');
  });
});

describe('certificate', () => {
  it('is one for localhost that verifies itself', () => {
    const { der, certificatePem } = createServerCertificate(new Date('2026-01-31T12:00:00Z'));
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.raw.equals(der)).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.ca).toBe(true);
    expect(new Date(certificate.validFrom)).toEqual(new Date('2026-01-31T11:00:00Z'));
    expect(new Date(certificate.validTo)).toEqual(new Date('2026-03-02T12:00:00Z'));
  });
});

describe('descriptors', () => {
  it('are the .proto files, parsed', () => {
    expect(descriptors).toEqual(JSON.parse(parseProtocol()));
  });
});

describe('server', () => {
  let serving: Serving | undefined;
  afterEach(() => serving?.close());

  const service = {
    StopProvider: async () => ({ Error: 'stopped' }),
    ConfigureProvider: async () => {
      throw new Error('boom');
    },
  } as unknown as ProviderService;

  async function start(clientCertificate?: string) {
    const lines: string[] = [];
    serving = await servePlugin(service, {
      environment: {},
      clientCertificate,
      writeLine: (line) => lines.push(line),
    });
    const [, , , socket = '', , der = ''] = (lines[0] ?? '').split('|');
    const pem = `-----BEGIN CERTIFICATE-----\n${der}${'='.repeat((4 - (der.length % 4)) % 4)}\n-----END CERTIFICATE-----\n`;
    return { socket, serverPem: Buffer.from(pem), serving };
  }

  function call(socket: string, credentials: grpc.ChannelCredentials, path: string, method: string) {
    const definitions = fromJSON(descriptors as Parameters<typeof fromJSON>[0], {
      keepCase: true,
      enums: String,
    });
    const Client = grpc.makeClientConstructor(definitions[path] as grpc.ServiceDefinition, path);
    const client = new Client(`unix:${socket}`, credentials, {
      'grpc.ssl_target_name_override': 'localhost',
      'grpc.default_authority': 'localhost',
    });
    const send = (
      client as unknown as Record<
        string,
        (request: object, deadline: object, answer: (error: Error | null, value: object) => void) => void
      >
    )[method];
    return new Promise<object>((resolve, reject) => {
      send?.call(client, {}, { deadline: Date.now() + 5_000 }, (error, value) =>
        error === null ? resolve(value) : reject(error),
      );
    }).finally(() => client.close());
  }

  it('lets the holder of the client certificate in, and nobody else', async () => {
    const terraform = createServerCertificate();
    const stranger = createServerCertificate();
    const { socket, serverPem } = await start(terraform.certificatePem);
    const as = ({ keyPem, certificatePem }: typeof terraform) =>
      grpc.credentials.createSsl(serverPem, Buffer.from(keyPem), Buffer.from(certificatePem));

    await expect(call(socket, as(terraform), 'tfplugin6.Provider', 'StopProvider')).resolves.toEqual({
      Error: 'stopped',
    });
    await expect(call(socket, as(stranger), 'tfplugin6.Provider', 'StopProvider')).rejects.toThrow(
      'UNAVAILABLE',
    );
    await expect(
      call(socket, grpc.credentials.createSsl(serverPem), 'tfplugin6.Provider', 'StopProvider'),
    ).rejects.toThrow('UNAVAILABLE');
  });

  it('answers health, reports failures and ends when told to', async () => {
    const { socket, serving: running } = await start();
    const insecure = grpc.credentials.createInsecure();
    await expect(call(socket, insecure, 'grpc.health.v1.Health', 'Check')).resolves.toEqual({
      status: 'SERVING',
    });
    await expect(call(socket, insecure, 'tfplugin6.Provider', 'ConfigureProvider')).rejects.toThrow('boom');
    await call(socket, insecure, 'plugin.GRPCController', 'Shutdown');
    await running.shutdown;
    running.close();
    expect(existsSync(socket)).toBe(false);
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfiguration } from './configuration.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-configuration-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(text: string) {
  await writeFile(join(folder, 'sdp.yaml'), text);
  return readConfiguration(undefined, folder);
}

it('is empty where there is no file', async () => {
  expect(await readConfiguration(undefined, join(folder, 'none'))).toEqual({ images: {} });
});

it('names folders that stand for images, beside the file', async () => {
  const text = 'images:\n  registry.example.com/orders:1.2:\n    lib: libraries\n    usrlib: /jobs/target\n';
  expect(await read(text)).toEqual({
    images: {
      'registry.example.com/orders:1.2': { lib: join(folder, 'libraries'), usrlib: '/jobs/target' },
    },
  });
  expect(await read('')).toEqual({ images: {} });
});

it('names a Kafka cluster of somebody else, its files beside the file', async () => {
  const text = `
kafka:
  bootstrapServers: a.example.com:9093,b.example.com:9093
  tls: { ca: certificates/ca.pem }
  sasl:
    mechanism: SCRAM-SHA-512
    username: sdp
    password: { secretKeyRef: { name: kafka, key: password } }
schemaRegistry: { url: 'https://registry.example.com/apis/ccompat/v7' }
`;
  expect(await read(text)).toEqual({
    images: {},
    kafka: {
      bootstrapServers: 'a.example.com:9093,b.example.com:9093',
      tls: { ca: join(folder, 'certificates/ca.pem') },
      sasl: {
        mechanism: 'SCRAM-SHA-512',
        username: 'sdp',
        password: { secretKeyRef: { name: 'kafka', key: 'password' } },
      },
    },
    schemaRegistry: { url: 'https://registry.example.com/apis/ccompat/v7' },
  });
});

it('names hosts that the registry answers for', async () => {
  const registry = { hosts: ['nexus.example.com'] };
  expect(await read('registry: { hosts: [nexus.example.com] }\n')).toEqual({ images: {}, registry });
  await expect(read('registry: { hosts: ["https://nexus.example.com/"] }\n')).rejects.toThrow(
    'is no name of a host',
  );
});

it('asks for a listener where users log in', async () => {
  expect(await read('kafka: { authentication: scram-sha-512 }\n')).toEqual({
    images: {},
    kafkaAuthentication: 'scram-sha-512',
  });
});

it('refuses a password, and does not repeat it', async () => {
  const text = `
kafka:
  bootstrapServers: a:1
  sasl: { mechanism: PLAIN, username: u, password: top-secret-1 }
`;
  const refusal = read(text);
  await expect(refusal).rejects.toThrow(
    /passwords do not belong into this file: write \{ secretKeyRef: .*kafka\.sasl\.password/s,
  );
  await expect(refusal).rejects.not.toThrow('top-secret-1');
});

it.each([
  ['kafka: {}\n', /kafka\.bootstrapServers/],
  ['kafka: { bootstrapServers: a }\n', /host:port.*kafka\.bootstrapServers/s],
  ['kafka: { bootstrapServers: "a:1", sasl: { mechanism: GSSAPI } }\n', /SCRAM-SHA-512.*kafka\.sasl/s],
  ['kafka: { authentication: plain }\n', /scram-sha-512.*kafka\.authentication/s],
  ['kafka: { authentication: scram-sha-512, bootstrapServers: "a:1" }\n', /bootstrapServers/],
  ['schemaRegistry: { url: registry }\n', /schemaRegistry\.url/],
  ['image:\n  a: {}\n', /Unrecognized key: "image"/],
  ['images:\n  a: { libs: x }\n', /images.*a/s],
  ['images: [\n', /sdp\.yaml: /],
])('says what is wrong in %j', async (text, message) => {
  await expect(read(text)).rejects.toThrow(message);
});

it('misses a file that is named', async () => {
  await expect(readConfiguration('other.yaml', folder)).rejects.toThrow('other.yaml: It cannot be read');
});

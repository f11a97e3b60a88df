import { createSign, generateKeyPairSync } from 'node:crypto';

export interface ServerCertificate {
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly der: Uint8Array;
}

const hour = 3_600_000;

/**
 * A self-signed P-256 certificate for `localhost` and for this process alone: Terraform pins it by the handshake line.
 * Written out here, since a library for certificates takes longer to load than the rest of the provider to start.
 * The layout is RFC 5280's.
 */
export function createServerCertificate(now: Date = new Date()): ServerCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(set(sequence(objectId('2.5.4.3'), utf8String('localhost'))));
  const validity = sequence(
    utcTime(new Date(now.getTime() - hour)),
    utcTime(new Date(now.getTime() + 30 * 24 * hour)),
  );
  const signatureAlgorithm = sequence(objectId('1.2.840.10045.4.3.2')); // ecdsa-with-SHA256
  const certificate = sequence(
    tagged(0, integer(2)), // version 3
    integer(1), // serial number
    signatureAlgorithm,
    name, // issuer
    validity,
    name, // subject
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(
      3,
      sequence(
        extension('2.5.29.19', true, sequence(boolean(true))), // basic constraints: a CA, of itself
        extension('2.5.29.17', false, sequence(encodeDer(0x82, Buffer.from('localhost')))), // DNS name
      ),
    ),
  );
  const signature = createSign('sha256').update(certificate).sign(privateKey);
  const der = sequence(certificate, signatureAlgorithm, bitString(signature));
  return {
    certificatePem: `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`,
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    der,
  };
}

function encodeDer(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const size = Buffer.from([length >> 8, length & 0xff]).subarray(length < 0x100 ? 1 : 0);
  return Buffer.concat([Buffer.from([tag, 0x80 | size.length]), size, content]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return encodeDer(0x30, ...parts);
}

function set(...parts: readonly Uint8Array[]): Buffer {
  return encodeDer(0x31, ...parts);
}

function tagged(number: number, content: Uint8Array): Buffer {
  return encodeDer(0xa0 | number, content);
}

function integer(value: number): Buffer {
  return encodeDer(0x02, Buffer.from([value]));
}

function boolean(value: boolean): Buffer {
  return encodeDer(0x01, Buffer.from([value ? 0xff : 0]));
}

function bitString(content: Uint8Array): Buffer {
  return encodeDer(0x03, Buffer.from([0]), content);
}

function utf8String(text: string): Buffer {
  return encodeDer(0x0c, Buffer.from(text));
}

/** `YYMMDDhhmmssZ`: RFC 5280 asks for it until 2049. */
function utcTime(time: Date): Buffer {
  const digits = time.toISOString().replace(/\.\d+/, '').replace(/[-:T]/g, '');
  return encodeDer(0x17, Buffer.from(digits.slice(2)));
}

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  return sequence(objectId(id), ...(critical ? [boolean(true)] : []), encodeDer(0x04, value));
}

function objectId(id: string): Buffer {
  const [first = 0, second = 0, ...rest] = id.split('.').map(Number);
  return encodeDer(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): readonly number[] {
  const bytes = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) bytes.unshift((left & 0x7f) | 0x80);
  return bytes;
}

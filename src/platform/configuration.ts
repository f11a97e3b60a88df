import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { LocalImage } from '../engines/flink/local-image.ts';
import { type ExternalKafka, externalKafka } from '../kinds/kafka/external.ts';

const localImage = z.strictObject({
  lib: z.string().optional(),
  usrlib: z.string().optional(),
});

/** Of the broker that runs here. */
const localKafka = z.strictObject({ authentication: z.literal('scram-sha-512') });

/** Which of the two is meant shows before it is checked, so that mistakes are told of the right one. */
const kafka = z.unknown().transform((value, context) => {
  const isLocal = typeof value === 'object' && value !== null && 'authentication' in value;
  const parsed = isLocal ? localKafka.safeParse(value) : externalKafka.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const { message, path } of parsed.error.issues) {
    context.issues.push({ code: 'custom', message, path, input: undefined });
  }
  return z.NEVER;
});

const configuration = z.strictObject({
  images: z.record(z.string(), localImage).optional(),
  kafka: kafka.optional(),
  schemaRegistry: z.strictObject({ url: z.url() }).optional(),
  registry: z
    .strictObject({
      hosts: z.array(
        z.string().regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, {
          error: 'is no name of a host: write it in small letters, without scheme, port and path',
        }),
      ),
    })
    .optional(),
});

/** What `sdp.yaml` says of a local platform. Paths are absolute. */
export interface PlatformConfiguration {
  /** Folders of this machine that stand for what is in an image of Flink, by the image's name. */
  readonly images: Readonly<Record<string, LocalImage>>;
  /** A Kafka cluster that somebody else runs, in the place of one of the platform's own. */
  readonly kafka?: ExternalKafka;
  /** A second listener of the platform's own broker, where users log in. */
  readonly kafkaAuthentication?: 'scram-sha-512';
  /** What processes are told of (`SDP_SCHEMA_REGISTRY_URL`). */
  readonly schemaRegistry?: { readonly url: string };
  /** Hosts of addresses that the artifact registry answers for here, besides `pypi` and `maven`. */
  readonly registry?: { readonly hosts: readonly string[] };
}

export const configurationFileName = 'sdp.yaml';

/**
 * Reads the configuration of a platform: the file that is named, else `sdp.yaml` of the folder, else nothing. All mistakes
 * are told at once.
 */
export async function readConfiguration(
  named: string | undefined,
  cwd = process.cwd(),
): Promise<PlatformConfiguration> {
  const file = resolve(cwd, named ?? configurationFileName);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (named === undefined && error.code === 'ENOENT') return undefined;
    throw problem(file, `It cannot be read: ${error.message}.`);
  });
  if (text === undefined) return { images: {} };
  let content: unknown;
  try {
    content = parse(text) ?? {};
  } catch (error) {
    throw problem(file, error instanceof Error ? error.message : String(error));
  }
  const parsed = configuration.safeParse(content);
  if (!parsed.success) throw problem(file, z.prettifyError(parsed.error));
  const folder = dirname(file);
  const absolute = (path: string) => (isAbsolute(path) ? path : join(folder, path));
  const images = Object.entries(parsed.data.images ?? {}).map(([image, { lib, usrlib }]) => [
    image,
    {
      ...(lib !== undefined && { lib: absolute(lib) }),
      ...(usrlib !== undefined && { usrlib: absolute(usrlib) }),
    },
  ]);
  const { kafka: declared, schemaRegistry, registry } = parsed.data;
  return {
    images: Object.fromEntries(images) as Record<string, LocalImage>,
    ...(declared !== undefined &&
      ('authentication' in declared
        ? { kafkaAuthentication: declared.authentication }
        : { kafka: withAbsoluteFiles(declared, absolute) })),
    ...(schemaRegistry !== undefined && { schemaRegistry }),
    ...(registry !== undefined && { registry }),
  };
}

function withAbsoluteFiles(kafka: ExternalKafka, absolute: (path: string) => string): ExternalKafka {
  const ca = kafka.tls?.ca;
  return typeof ca === 'string' ? { ...kafka, tls: { ca: absolute(ca) } } : kafka;
}

function problem(file: string, detail: string): DiagnosticError {
  return new DiagnosticError({
    severity: 'error',
    reason: 'InvalidConfiguration',
    summary: `${configurationFileName} cannot be used`,
    detail: `${file}: ${detail}`,
    source: { file },
  });
}

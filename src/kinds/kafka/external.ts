import { z } from 'zod';
import { type Diagnosed, type Diagnostic, failed, ok } from '../../diagnostics/diagnostic.ts';
import type { KafkaAccess } from '../../engines/kafka/access.ts';
import type { KafkaObject } from './desired.ts';

/** A key of a Secret in the namespace of the Kafka resource. */
const secretKeyRef = z.strictObject({
  secretKeyRef: z.strictObject({ name: z.string().min(1), key: z.string().min(1) }),
});
const environmentVariable = z.strictObject({ env: z.string().min(1) });
const credential = z.union([secretKeyRef, environmentVariable]);

const forms = '{ secretKeyRef: { name, key } } for a Secret, or { env: NAME } for an environment variable';

/** What `sdp.yaml` says of a Kafka cluster that somebody else runs. Files are absolute paths. */
export const externalKafka = z.strictObject({
  bootstrapServers: z
    .string()
    .regex(/^[^\s,:]+:\d+(\s*,\s*[^\s,:]+:\d+)*$/, 'host:port, several with commas between them'),
  tls: z
    .strictObject({
      ca: z
        .union([z.string().min(1), secretKeyRef], {
          error: 'the path of a PEM file, or { secretKeyRef: { name, key } }',
        })
        .optional(),
    })
    .optional(),
  sasl: z
    .strictObject({
      mechanism: z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']),
      username: z.union([z.string().min(1), credential], { error: `a name, or ${forms}` }),
      password: z.union([secretKeyRef, environmentVariable], {
        error: ({ input }) =>
          typeof input === 'string'
            ? `passwords do not belong into this file: write ${forms}`
            : `has to be ${forms}`,
      }),
    })
    .optional(),
});

export type ExternalKafka = z.output<typeof externalKafka>;

/** Annotation of a Kafka resource that stands for a cluster which is not run here: how it is reached, as JSON. */
export const externalAnnotation = 'sdp.internal/external-kafka';

/** `undefined` for a cluster that is run here. */
export function readExternal({ metadata }: Pick<KafkaObject, 'metadata'>): ExternalKafka | undefined {
  const text = metadata.annotations?.[externalAnnotation];
  return text === undefined ? undefined : externalKafka.parse(JSON.parse(text));
}

/** Where secrets of an access come from. */
export interface CredentialSources {
  /** Data of a Secret as text; `undefined` when there is none. */
  readSecret(name: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** Rejects when it cannot be read. */
  readFile(path: string): Promise<string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

type Source = string | z.output<typeof credential>;

/** Fills in what an access only refers to. All that is missing is told at once. */
export async function resolveAccess(
  { bootstrapServers, tls, sasl }: ExternalKafka,
  sources: CredentialSources,
): Promise<Diagnosed<KafkaAccess>> {
  const problems: Diagnostic[] = [];
  const resolve = async (what: string, source: Source): Promise<string> => {
    const { value, diagnostics } = await resolveSource(what, source, sources);
    problems.push(...diagnostics);
    return value ?? '';
  };
  const ca = tls?.ca === undefined ? undefined : await resolveAuthority(tls.ca, sources);
  problems.push(...(ca?.diagnostics ?? []));
  const access: KafkaAccess = {
    bootstrapServers,
    ...(tls !== undefined && { tls: { ...(ca?.value !== undefined && { ca: ca.value }) } }),
    ...(sasl !== undefined && {
      sasl: {
        mechanism: sasl.mechanism,
        username: await resolve('user name', sasl.username),
        password: await resolve('password', sasl.password),
      },
    }),
  };
  return problems.length > 0 ? failed(...problems) : ok(access);
}

async function resolveSource(
  what: string,
  source: Source,
  sources: CredentialSources,
): Promise<Diagnosed<string>> {
  if (typeof source === 'string') return ok(source);
  if ('env' in source) {
    const value = sources.environment[source.env];
    if (value !== undefined && value !== '') return ok(value);
    const seen = `Environment variable ${source.env}, which names Kafka's ${what}, is not set.`;
    return missing(`${seen} Set it where the platform and its commands are started.`);
  }
  const { name, key } = source.secretKeyRef;
  const secret = await sources.readSecret(name);
  if (secret === undefined) {
    return missing(`There is no Secret ${name}, which has Kafka's ${what}. Create it with key ${key}.`);
  }
  const value = secret[key];
  if (value !== undefined && value !== '') return ok(value);
  return missing(`Secret ${name} has no key ${key}, which names Kafka's ${what}.`);
}

async function resolveAuthority(
  source: NonNullable<NonNullable<ExternalKafka['tls']>['ca']>,
  sources: CredentialSources,
): Promise<Diagnosed<string>> {
  if (typeof source !== 'string') return resolveSource('certificate authority', source, sources);
  try {
    return ok(await sources.readFile(source));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return missing(`The file of Kafka's certificate authority cannot be read: ${why}.`);
  }
}

function missing(detail: string): Diagnosed<string> {
  return failed({
    severity: 'error',
    reason: 'CredentialsMissing',
    summary: 'What Kafka wants of its clients is not there',
    detail,
  });
}

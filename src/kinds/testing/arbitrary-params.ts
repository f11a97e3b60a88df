import fc from 'fast-check';
import type { z } from 'zod';
import type { KindDefinition } from '../kind.ts';

type Params = Readonly<Record<string, unknown>>;
type Schema = z.core.$ZodType;

/** Random params of a kind that its buildManifest takes: from the zod schema, with what a schema cannot say put right. */
export function arbitraryParams({ type, declared }: KindDefinition): fc.Arbitrary<Params> {
  if (declared === undefined) throw new Error(`${type.kind} is not declared`);
  const any = fromSchema('', declared.params) as fc.Arbitrary<Params>;
  return any.map((params) => withoutUndefined({ ...params, ...repairs[type.kind]?.(params) }));
}

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const text = fc.oneof(word, fc.string({ maxLength: 12 }));
/** No key of these is reserved by anybody. */
const key = fc.stringMatching(/^[abc]{1,4}(\.[abc]{1,3})?$/);
const texts = fc.dictionary(key, text, { maxKeys: 3, noNullPrototype: true });
const metadata = fc.record({ labels: texts, annotations: texts }, { requiredKeys: [] });
const env = fc.array(fc.record({ name: word, value: text }), { maxLength: 2 });

/** Fields whose values follow rules that the schema does not have. */
const byField: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  memory: fc.constantFrom('1600m', '2g', '2Gi'),
  podTemplate: fc.record(
    {
      metadata,
      spec: fc.record(
        {
          nodeSelector: texts,
          terminationGracePeriodSeconds: fc.nat(600),
          hostNetwork: fc.boolean(),
          containers: fc.array(fc.record({ name: word, env }), { maxLength: 2 }),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  ),
  url: word.map((path) => `https://example.com/${path}`),
};

const byPath: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  'ingress.template': fc.constantFrom('{{name}}.example.com', 'https://example.com/{{namespace}}/{{name}}'),
  template: fc.record(
    { pod: fc.record({ metadata, hostUsers: fc.boolean() }), connectContainer: fc.record({ env }) },
    { requiredKeys: [] },
  ),
  authentication: fc.record({
    type: fc.constantFrom('plain', 'scram-sha-512'),
    username: word,
    passwordSecret: fc.record({ secretName: word, password: word }),
  }),
  'authorization.acls.resource': fc.oneof(
    fc.record({ type: fc.constant('cluster') }),
    fc.record(
      {
        type: fc.constantFrom('topic', 'group', 'transactionalId'),
        name: word,
        patternType: fc.constantFrom('literal', 'prefix'),
      },
      { requiredKeys: ['type', 'name'] },
    ),
  ),
  'tls.trustedCertificates': fc.array(
    fc.oneof(
      fc.record({ secretName: word, certificate: word }),
      fc.record({ secretName: word, pattern: word }),
    ),
    { maxLength: 2 },
  ),
  rack: fc.oneof(
    fc.record({ type: fc.constant('topology-label'), topologyKey: word }, { requiredKeys: ['topologyKey'] }),
    fc.record({ type: fc.constant('environment-variable'), envVarName: word }),
  ),
  'metricsConfig.type': fc.constant('strimziMetricsReporter'),
  'plugins.artifacts': fc.array(fc.record({ type: fc.constant('image'), reference: word }), {
    minLength: 1,
    maxLength: 2,
  }),
  'python.requirements': fc.constantFrom(
    'pandas==2.2.3\npyarrow',
    '# none',
    'https://example.com/requirements.txt',
  ),
  sql: fc.constantFrom(sqlOf('INSERT INTO a SELECT 1;'), sqlOf(`INSERT INTO a SELECT \${n};`, { n: '2' }), {
    ...sqlOf('INSERT INTO a SELECT 1;'),
    python: { archiveURI: 'https://example.com/a.zip', requirements: 'pandas' },
  }),
};

const artifact = fc.oneof(
  fc.record(
    { type: fc.constantFrom('jar', 'tgz', 'zip', 'other'), url: byField['url'] ?? word, sha512sum: word },
    { requiredKeys: ['type', 'url'] },
  ),
  fc.record(
    {
      type: fc.constant('maven'),
      group: word,
      artifact: word,
      version: word,
      includeScope: fc.constantFrom('runtime', 'compile'),
      mirrors: fc.array(fc.record({ url: byField['url'] ?? word }), { maxLength: 2 }),
    },
    { requiredKeys: ['type', 'group', 'artifact', 'version'] },
  ),
);

function sqlOf(script: string, parameters?: Readonly<Record<string, string>>) {
  return {
    script: { path: 'sql/jobs/a.sql', text: script },
    ddl: [{ path: 'sql/ddl/a.sql', text: "CREATE TABLE a (n INT) WITH ('connector' = 'print');" }],
    ...(parameters && { parameters }),
  };
}

function fromSchema(path: string, schema: Schema): fc.Arbitrary<unknown> {
  const def = schema._zod.def as {
    type: string;
    innerType?: Schema;
    element?: Schema;
    valueType?: Schema;
    shape?: Record<string, Schema>;
    entries?: Record<string, string>;
  };
  if (def.innerType !== undefined) return fromSchema(path, def.innerType);
  if (path === 'build.plugins.artifacts') return fc.array(artifact, { minLength: 1, maxLength: 2 });
  const special = byPath[path] ?? byField[path.split('.').at(-1) ?? ''];
  if (special !== undefined) return special;
  const rules = rulesOf(schema);
  switch (def.type) {
    case 'object':
      return fromShape(path, def.shape ?? {});
    case 'array':
      return fc.array(fromSchema(path, def.element ?? schema), { maxLength: 3 });
    case 'record':
      return fc.dictionary(key, fromSchema(`${path}.*`, def.valueType ?? schema), {
        maxKeys: 3,
        noNullPrototype: true,
      });
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries ?? {}));
    case 'boolean':
      return fc.boolean();
    case 'number':
      return fc.integer({ min: Math.max(rules.least ?? 1, 1), max: Math.min(rules.most ?? 900, 900) });
    case 'unknown':
      return fc.oneof(text, fc.nat(900), fc.boolean());
    default: {
      if (rules.pattern !== undefined) return fc.stringMatching(rules.pattern);
      return rules.least === undefined ? text : word;
    }
  }
}

/** The checks of a schema that zod keeps as data. */
function rulesOf(schema: Schema): { least?: number; most?: number; pattern?: RegExp } {
  const { checks = [] } = schema._zod.def;
  return Object.assign(
    {},
    ...checks.map((item) => {
      const def = item._zod.def as { check: string; value?: number; minimum?: number; pattern?: RegExp };
      if (def.check === 'greater_than') return { least: def.value };
      if (def.check === 'less_than') return { most: def.value };
      if (def.check === 'min_length') return { least: def.minimum };
      return def.pattern === undefined ? {} : { pattern: def.pattern };
    }),
  ) as { least?: number; most?: number; pattern?: RegExp };
}

function fromShape(path: string, shape: Readonly<Record<string, Schema>>): fc.Arbitrary<unknown> {
  const fields = Object.entries(shape);
  const model = Object.fromEntries(
    fields.map(([name, part]) => [name, fromSchema(path === '' ? name : `${path}.${name}`, part)]),
  );
  const requiredKeys = fields.flatMap(([name, part]) => (part._zod.optin === undefined ? [name] : []));
  return fc.record(model, { requiredKeys, noNullPrototype: true });
}

/** What holds between the fields of a kind. */
const repairs: Readonly<Record<string, (params: Params) => Params>> = {
  KafkaTopic: () => ({ topicName: 'topic' }),
  KafkaUser: ({ authentication }) =>
    authentication === undefined
      ? {}
      : {
          authentication: {
            type: 'scram-sha-512',
            password: { valueFrom: { secretKeyRef: { name: 'own', key: 'password' } } },
          },
        },
  KafkaConnect: (params) => ({
    configStorageTopic: 'configs',
    offsetStorageTopic: 'offsets',
    statusStorageTopic: 'status',
    ...(isRecord(params['build']) && {
      build: { ...params['build'], plugins: numbered(params['build']['plugins']) },
    }),
    ...(params['plugins'] !== undefined && { plugins: numbered(params['plugins']) }),
  }),
  FlinkDeployment: (params) => {
    const { ingress } = params;
    const hasSource = (params['sql'] ?? params['python']) !== undefined;
    return {
      ...oneSource(params, ['entryClass', 'args']),
      ...(hasSource && params['job'] === undefined && { job: {} }),
      ...(isRecord(ingress) && { ingress: { template: 'example.com', ...ingress } }),
    };
  },
  FlinkSessionJob: (params) => ({
    ...oneSource(params, ['jarURI', 'entryClass', 'args']),
    deploymentName: 'session',
  }),
  FlinkStateSnapshot: ({ savepoint, checkpoint }) =>
    isRecord(savepoint)
      ? { savepoint: { path: 'file:/savepoints', ...savepoint }, checkpoint: undefined }
      : { checkpoint: checkpoint ?? {} },
};

/** At most one source, and nothing beside it that is made from it. */
function oneSource(params: Params, made: readonly string[]): Params {
  const { sql, python, job } = params;
  if ((sql ?? python) === undefined) return {};
  return {
    ...(sql !== undefined && { python: undefined }),
    ...(isRecord(job) && {
      job: Object.fromEntries(Object.entries(job).filter(([field]) => !made.includes(field))),
    }),
  };
}

/** Plugins by other names. */
function numbered(plugins: unknown): unknown {
  return (plugins as readonly Params[]).map((plugin, index) => ({ ...plugin, name: `plugin-${index}` }));
}

function withoutUndefined(params: Params): Params {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}

function isRecord(value: unknown): value is Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

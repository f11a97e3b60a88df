import { type Diagnosed, type Diagnostic, failed, hasErrors, ok } from '../../diagnostics/diagnostic.ts';
import { parseMemory } from '../../kinds/flink-deployment/memory.ts';
import type { ProviderFunction } from '../framework/resource.ts';
import type { Value } from '../framework/value.ts';
import { parseAnyDuration } from './any-duration.ts';
import { connectorPlugins } from './connector-plugins.ts';

const duration: ProviderFunction = {
  name: 'duration',
  summary: 'Milliseconds of a duration',
  description:
    "Milliseconds of a duration in Flink's form (`2 min`, `1 h 30 min`), Go's (`1h30m`) or that of ISO 8601 (`PT1H30M`).",
  parameters: [{ name: 'text', type: 'string', description: 'The duration. Every number needs a unit.' }],
  returns: 'number',
  async call([text]) {
    const milliseconds = parseAnyDuration(asText(text));
    if (milliseconds === undefined) return failed(noDuration(text ?? null));
    if (!Number.isInteger(milliseconds)) return failed(tooFine(text ?? null));
    return ok(milliseconds);
  },
};

const memory: ProviderFunction = {
  name: 'memory',
  summary: 'An amount of memory, as bytes and as Flink writes it',
  description:
    'An object of `bytes`, a number, and `flink`, the text that Flink and its operator take. The amount is read as Flink reads it, every unit a power of two: `4G`, `4Gi`, `4 gb` and `4096m` are one amount.',
  parameters: [{ name: 'text', type: 'string', description: 'The amount: `1600m`, `4g`, `4Gi`.' }],
  returns: ['object', { bytes: 'number', flink: 'string' }],
  async call([text]) {
    const bytes = parseMemory(asText(text));
    if (bytes === undefined) return failed(noMemory(text ?? null));
    return ok({ bytes, flink: toFlinkMemory(bytes) });
  },
};

/** The largest unit that has a whole number of them. */
function toFlinkMemory(bytes: number): string {
  for (const [unit, size] of [
    ['g', 2 ** 30],
    ['m', 2 ** 20],
    ['k', 2 ** 10],
  ] as const) {
    if (bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return `${bytes}b`;
}

const sqlClosure: ProviderFunction = {
  name: 'sql_closure',
  summary: 'What a Flink SQL script reaches',
  description:
    'An object of `ddl`, the paths of the DDL files that the script reaches, and `parameters`, the names of the ' +
    'parameters that it and their reached statements use. A job that is given those files only is planned ' +
    'anew only when one of them changes.',
  parameters: [
    { name: 'script', type: 'string', description: 'Text of the script.' },
    { name: 'ddl', type: ['map', 'string'], description: 'Texts of the DDL files by their paths.' },
  ],
  variadic: {
    name: 'arguments',
    type: ['map', 'string'],
    description: 'Values of parameters, where names of tables are made from them.',
  },
  returns: ['object', { ddl: ['list', 'string'], parameters: ['list', 'string'] }],
  async call([script, ddl, ...more]) {
    const values = Object.assign({}, ...more) as Record<string, string>;
    const files = Object.entries(ddl as Record<string, string>).map(([path, text]) => ({ path, text }));
    // What every start of the provider need not load.
    const [{ closeOver }, { unknownValue }] = await Promise.all([
      import('../../sql/closure.ts'),
      import('../../sql/parameters.ts'),
    ]);
    const closure = closeOver({ path: 'script', text: asText(script) }, files, values);
    if (closure.value === undefined || hasErrors(closure.diagnostics))
      return atArguments(closure.diagnostics);
    const reached = closure.value.ddl.map(({ read }) => read);
    const statements = [...closure.value.script, ...reached];
    // Such a table would be left out silently.
    const nameless = statements.find(({ names }) =>
      names.uses.some(({ parts }) => parts.some((part) => part.includes(unknownValue))),
    );
    if (nameless !== undefined) return failed(unknownName(nameless.source.path, [...nameless.filled.used]));
    const used = statements.flatMap(({ filled }) => [...filled.used]);
    return ok({
      ddl: distinct(reached.map(({ source }) => source.path)),
      parameters: distinct(used),
    });
  },
};

const sqlCatalog: ProviderFunction = {
  name: 'sql_catalog',
  summary: 'All DDL of a project, as a ConfigMap that its jobs share',
  description:
    "An object of `hash` and of the ConfigMap's `data` and `binary_data`, of which one is empty. The name of the ConfigMap ends with " +
    '`-` and the first twelve digits of the hash, and it is immutable.',
  parameters: [
    { name: 'ddl', type: ['map', 'string'], description: 'Texts of the DDL files by their paths.' },
  ],
  returns: ['object', { hash: 'string', data: ['map', 'string'], binary_data: ['map', 'string'] }],
  async call([ddl]) {
    const files = Object.entries(ddl as Record<string, string>).map(([path, text]) => ({ path, text }));
    const { buildCatalog } = await import('../../sql/revision.ts');
    const { value, diagnostics } = buildCatalog(files);
    if (value === undefined) return failed(...diagnostics.map((item) => ({ ...item, path: [0] as const })));
    const { data = {}, binaryData = {} } = value.content as Record<string, Record<string, string>>;
    return ok({ hash: value.hash, data, binary_data: binaryData });
  },
};

/** What is wrong in the script is wrong with the first argument, the rest with the second. */
function atArguments(diagnostics: readonly Diagnostic[]): Diagnosed<Value> {
  return failed(
    ...diagnostics.map((item) => ({ ...item, path: [item.source?.file === 'script' ? 0 : 1] as const })),
  );
}

function unknownName(file: string, parameters: readonly string[]): Diagnostic {
  return {
    severity: 'error',
    reason: 'SqlParameterMissing',
    summary: `${file} names a table by a parameter that has no value here`,
    detail: `What it reaches depends on it. Give the values as a third argument: { ${parameters.map((name) => `${name} = …`).join(', ')} }.`,
    path: [file === 'script' ? 0 : 1],
  };
}

/** The schema says that it is one. */
function asText(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

function noDuration(text: Value): Diagnostic {
  return {
    severity: 'error',
    reason: 'InvalidValue',
    summary: `${JSON.stringify(text)} is no duration`,
    detail: 'Write numbers with units, as in "90 s", "2 min", "1 h 30 min", "1h30m" or "PT1H30M".',
    path: [0],
  };
}

function tooFine(text: Value): Diagnostic {
  return {
    severity: 'error',
    reason: 'InvalidValue',
    summary: `${JSON.stringify(text)} is no whole number of milliseconds`,
    detail: 'Durations are counted in milliseconds. Round it: "1 ms".',
    path: [0],
  };
}

function noMemory(text: Value): Diagnostic {
  return {
    severity: 'error',
    reason: 'InvalidValue',
    summary: `${JSON.stringify(text)} is no amount of memory`,
    detail: 'Write a number above 0 with a unit, as in "1600m", "4g" or "4Gi".',
    path: [0],
  };
}

/** `provider::sdp::…`: pure, and callable before the provider is configured. */
export const providerFunctions: readonly ProviderFunction[] = [
  duration,
  memory,
  sqlClosure,
  sqlCatalog,
  connectorPlugins,
];

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { DiagnosticError, hasErrors } from '../diagnostics/diagnostic.ts';
import type { Planner } from '../engines/flink/planner.ts';
import type { Preview } from '../sql/preview.ts';
import { countOption } from './count-option.ts';
import { problem } from './problem.ts';
import { addProjectOptions, type ProjectOptions } from './project-options.ts';
import { connectPlatform, findBootstrapServers } from './running-platform.ts';
import { exitCodes, formatTable, note, printLine, showProgress } from './terminal-output.ts';

interface PreviewOptions extends ProjectOptions {
  readonly arg?: Readonly<Record<string, string>>;
  readonly into?: string;
  readonly rows?: number;
  readonly follow?: boolean;
  readonly json?: boolean;
}

const defaultRows = 20;
/** As many as can be asked for. */
const mostRows = 2 ** 31 - 1;
/** Changes that are gone through for the rows that are left of them. */
const mostChanges = 1_000_000;

export function registerPreview(program: Command): void {
  addProjectOptions(
    program
      .command('preview <script-or-query>')
      .description('Show rows of a query on the topics of the platform. Nothing is written.'),
  )
    .option('--arg <name=value>', 'value of ${name}; may be repeated', argument)
    .option('--into <table>', 'the INSERT whose query is meant, where the script has several')
    .option('--rows <count>', 'end after so many rows; without --follow 20 when absent', countOption)
    .option('-f, --follow', 'rows that come from now on, as changes, until Ctrl-C')
    .option('--json', 'one JSON object per row, values as texts; with "op" where rows change')
    .addHelpText(
      'after',
      `
The tables of sql/ddl are there. A script has the arguments of the job that runs it; of its INSERTs only the query is run, in a
process of its own on this machine. Kafka's tables are read from their beginning to where they end now, whatever they say.

Examples:
  $ sdp preview "SELECT * FROM trades WHERE price > 100"
  $ sdp preview sql/jobs/yearly-prices.sql --rows 5
  $ sdp preview "SELECT symbol, COUNT(*) FROM trades GROUP BY symbol" --follow`,
    )
    .action(async (input: string, options: PreviewOptions) => {
      const abort = new AbortController();
      process.once('SIGINT', () => abort.abort());
      const progress = showProgress();
      const preview = await prepare(input, options);
      const { openPlanner } = await import('./open-planner.ts');
      progress.show("Starting Flink's planner");
      const planner = await openPlanner((what) => progress.show(what), abort.signal);
      try {
        if (options.follow) await follow(planner, preview, options, abort.signal, progress);
        else await show(planner, preview, options, abort.signal, progress);
      } catch (error) {
        if (!abort.signal.aborted) throw error;
        progress.clear();
        process.exitCode = options.follow ? exitCodes.done : exitCodes.interrupted;
      } finally {
        await planner.stop();
      }
    });
}

async function prepare(input: string, options: PreviewOptions): Promise<Preview> {
  const folder = resolve(options.chdir ?? '.');
  const [{ readSqlProject }, { ProjectFiles }, { readClosure }, { previewOf }] = await Promise.all([
    import('../terraform/hcl/sql-project.ts'),
    import('../terraform/hcl/project-files.ts'),
    import('../sql/closure.ts'),
    import('../sql/preview.ts'),
  ]);
  const { project } = await readSqlProject(folder, new ProjectFiles(), {
    variableFiles: options.varFile ?? [],
    environment: process.env,
  });
  const isFile = existsSync(join(folder, input));
  if (!isFile && /^\S+\.sql$/.test(input))
    throw problem('ScriptNotFound', `There is no file ${input}`, `It was looked for in ${folder}.`);
  const script = isFile
    ? project.scripts.find(({ path }) => resolve(folder, path) === resolve(folder, input))
    : { path: 'query', text: input };
  if (script === undefined)
    throw problem('ScriptNotFound', `${input} is no script of the project`, 'Scripts lie in sql/jobs.');
  const job = project.jobs.find((each) => each.script.path === script.path);
  const given = await platformValues();
  const closure = readClosure(script, job?.ddl ?? project.ddl, {
    ...given,
    ...job?.parameters,
    ...options.arg,
  });
  if (hasErrors(closure.diagnostics)) throw new DiagnosticError(...closure.diagnostics);
  const { value, diagnostics } = previewOf(closure, { into: options.into, follow: options.follow ?? false });
  if (value !== undefined) return value;
  if (given['bootstrap_servers'] === undefined && options.arg?.['bootstrap_servers'] === undefined)
    throw problem('KafkaNotReady', 'Kafka is not ready', '"sdp status" says what it is waiting for.');
  throw new DiagnosticError(...diagnostics);
}

/** What the platform gives to jobs. */
async function platformValues(): Promise<Readonly<Record<string, string>>> {
  const { client, address } = await connectPlatform(undefined);
  try {
    const servers = await findBootstrapServers(client);
    return {
      ...(servers !== undefined && { bootstrap_servers: servers }),
      ...(address.schemaRegistryUrl !== undefined && { schema_registry_url: address.schemaRegistryUrl }),
    };
  } finally {
    await client.close();
  }
}

type Row = readonly (string | null)[];
type Progress = ReturnType<typeof showProgress>;

/** The rows that there are. As a batch, where Flink can: it gives each once; else what is left of all changes. */
async function show(
  planner: Planner,
  preview: Preview,
  { rows = defaultRows, json }: PreviewOptions,
  signal: AbortSignal,
  progress: Progress,
): Promise<void> {
  const { question } = preview;
  const options = { ...question.options, 'execution.runtime-mode': 'batch' };
  let { problems, header, table } = await collect(planner, { ...question, options }, rows, signal, progress);
  if (problems.length > 0)
    ({ problems, header, table } = await collect(planner, question, mostChanges, signal, progress));
  progress.clear();
  if (problems.length > 0) throw new DiagnosticError(...problems.map((each) => preview.place(each)));
  signal.throwIfAborted();
  const shown = table.slice(0, rows);
  if (json) for (const row of shown) printLine(JSON.stringify(toObject(header, row)));
  else {
    printLine(
      formatTable(
        header,
        shown.map((row) => row.map((value) => value ?? 'NULL')),
      ),
    );
    const more = shown.length < table.length || shown.length === rows ? '; there may be more (--rows)' : '';
    note(`${shown.length} ${shown.length === 1 ? 'row' : 'rows'}${more}.`);
  }
}

async function collect(
  planner: Planner,
  question: Preview['question'],
  limit: number,
  signal: AbortSignal,
  progress: Progress,
) {
  let header: readonly string[] = [];
  const left = new Map<string, number>();
  const problems = await planner.preview(
    question,
    limit,
    {
      columns(names) {
        header = names;
        progress.show('Waiting for rows');
      },
      row(kind, values) {
        const key = JSON.stringify(values);
        left.set(key, (left.get(key) ?? 0) + (kind === '-U' || kind === '-D' ? -1 : 1));
        if (left.get(key) === 0) left.delete(key);
      },
    },
    signal,
  );
  const table = [...left].flatMap(([key, times]) =>
    Array.from({ length: Math.max(times, 0) }, () => JSON.parse(key) as Row),
  );
  return { problems, header, table };
}

/** Changes as they come. */
async function follow(
  planner: Planner,
  preview: Preview,
  { json, rows = mostRows }: PreviewOptions,
  signal: AbortSignal,
  progress: Progress,
): Promise<void> {
  let header: readonly string[] = [];
  const line = (op: string, values: Row) =>
    [op, ...values.map((value, at) => (value ?? 'NULL').padEnd(Math.max(header[at]?.length ?? 0, 10)))]
      .join('  ')
      .trimEnd();
  const problems = await planner.preview(
    preview.question,
    rows,
    {
      columns(names) {
        progress.clear();
        header = names;
        if (!json) printLine(line('op', names));
      },
      row(op, values) {
        printLine(json ? JSON.stringify({ op, ...toObject(header, values) }) : line(op, values));
      },
    },
    signal,
  );
  progress.clear();
  if (problems.length > 0) throw new DiagnosticError(...problems.map((each) => preview.place(each)));
}

function toObject(header: readonly string[], row: Row): Readonly<Record<string, string | null>> {
  return Object.fromEntries(header.map((name, at) => [name, row[at] ?? null]));
}

function argument(text: string, before: Readonly<Record<string, string>> = {}) {
  const split = text.indexOf('=');
  if (split < 1) throw new InvalidArgumentError('Write name=value.');
  return { ...before, [text.slice(0, split)]: text.slice(split + 1) };
}

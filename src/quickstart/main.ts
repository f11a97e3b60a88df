import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Listr } from 'listr2';
import type { ApiClient } from '../apiclient/client.ts';
import { podType } from '../apiclient/core-types.ts';
import { readRows, toRecords } from '../cli/csv-records.ts';
import { stopPlatform } from '../cli/down.ts';
import { initProject } from '../cli/init.ts';
import { connectPlatform, findBootstrapServers, requireKafkaAccess } from '../cli/running-platform.ts';
import {
  exitCodes,
  failWith,
  formatTable,
  note,
  outputColors,
  printJson,
  printLine,
} from '../cli/terminal-output.ts';
import { startDaemon } from '../cli/up.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { KafkaAccess } from '../engines/kafka/access.ts';
import { readTopic } from '../engines/kafka/read-topic.ts';
import { writeRecords } from '../engines/kafka/write-records.ts';
import { packageFile } from '../package-file.ts';
import { type DataFolder, dataFolder, type PlatformAddress } from '../platform/data-folder.ts';
import { findPrerequisites } from '../platform/prerequisites.ts';
import { statePath } from '../platform/state-backend.ts';
import type { Pod } from '../pods/pod.ts';
import { readPlatformMemory } from '../pods/process-memory.ts';
import { readLockHolder } from '../process/lock-file.ts';
import { countEndedYears, sharePricesFile } from './share-prices.ts';
import { runTerraform, type TerraformCommand } from './terraform-command.ts';

const input = 'trades';
const output = 'yearly-prices';
const rowsTimeoutMs = 60_000;
/** Longer than the download of the engines on a slow line. */
const kafkaTimeoutMs = 600_000;
/** Of what Terraform prints while it applies; the plan itself is for `terraform plan`. */
const tellsProgress = /^(module\..*: (Creating|Creation|Modif|Destr)|Plan:|No changes|Apply complete)/;

interface Run {
  readonly folder: DataFolder;
  readonly interrupted: AbortSignal;
  startedHere: boolean;
  address?: PlatformAddress;
  client?: ApiClient;
  terraform?: TerraformCommand;
  kafka?: KafkaAccess;
  rows: string[];
}

interface Stage {
  readonly name: string;
  readonly title: string;
  run(state: Run, say: (line: string) => void): Promise<void>;
}

const stages: readonly Stage[] = [
  {
    name: 'platform',
    title: 'Starting the platform',
    async run(state) {
      state.startedHere = (await readLockHolder(state.folder.lockFile)) === undefined;
      if (state.startedHere) await startDaemon(state.folder);
      const { address, client } = await connectPlatform(state.folder.path);
      Object.assign(state, { address, client });
    },
  },
  {
    name: 'init',
    title: 'Making the example ready: provider, modules and state',
    async run(state) {
      const { address } = state;
      if (address === undefined) return;
      const example = packageFile('examples', 'market-data');
      await initProject(example, `${address.url}${statePath('market-data', 'local')}`);
      const found = (await findPrerequisites()).find(({ name }) => name.startsWith('Terraform'))?.found;
      state.terraform = {
        command: found?.command ?? 'terraform',
        folder: example,
        interrupted: state.interrupted,
        env: {
          KUBECONFIG: address.kubeconfig,
          TF_HTTP_USERNAME: 'sdp',
          TF_HTTP_PASSWORD: address.stateToken,
          TF_HTTP_CLIENT_CA_CERTIFICATE_PEM: address.caCertificate,
        },
      };
      await runTerraform(state.terraform, ['init', '-reconfigure', '-upgrade'], () => undefined);
    },
  },
  {
    name: 'apply',
    title: 'Applying the example: two topics, a Flink cluster, a SQL job',
    async run(state, say) {
      const { terraform, client } = state;
      if (terraform === undefined || client === undefined) return;
      await whileSayingWhatPodsWaitFor(client, say, () =>
        runTerraform(terraform, ['apply', '-auto-approve'], (line) => {
          if (tellsProgress.test(line)) say(line);
        }),
      );
    },
  },
  {
    name: 'data',
    title: `Writing real share prices into topic ${input}`,
    async run(state, say) {
      const { client, interrupted } = state;
      if (client === undefined) return;
      // A start that follows an interrupted one finds everything applied, and Kafka still on its way.
      const kafka = await whileSayingWhatPodsWaitFor(client, say, () => waitForKafka(client, interrupted));
      state.kafka = kafka;
      if ((await readValues(kafka, input, interrupted)).length > 0) {
        say('they are there from an earlier start');
        return;
      }
      const rows = readRows(createReadStream(sharePricesFile), sharePricesFile);
      const written = await writeRecords(
        kafka,
        input,
        await toRecords(rows, { key: 'symbol', orderBy: 'date' }),
      );
      say(`${written} records`);
    },
  },
  {
    name: 'rows',
    title: `Waiting for the job's rows in topic ${output}`,
    async run(state, say) {
      const { kafka, interrupted } = state;
      if (kafka === undefined) return;
      const expected = await countEndedYears();
      const late = AbortSignal.any([interrupted, AbortSignal.timeout(rowsTimeoutMs)]);
      const records = readTopic({ ...kafka, topic: output, follow: true, signal: late });
      for await (const { value } of records) {
        state.rows.push(value ?? '');
        if (state.rows.length >= expected) return;
        if (state.rows.length % 10 === 0) say(`${state.rows.length} of ${expected}`);
      }
      if (interrupted.aborted) return;
      throw new DiagnosticError({
        severity: 'error',
        reason: 'RowsMissing',
        summary: `${state.rows.length} of ${expected} rows came within ${rowsTimeoutMs / 1000} s`,
        detail:
          'The job runs but its output is not complete. "npx sdp status" and "npx sdp logs session-taskmanager" may say why.',
      });
    },
  },
];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      once: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      data: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    printLine(
      'npm start -- [--once] [--data DIR] [--json]\n\n  --once   end by itself when the rows are shown\n  --data   folder of the platform, .sdp of this clone when absent\n  --json   print rows, seconds of each stage and memory as JSON',
    );
    return;
  }
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupt.abort());
  const state: Run = {
    folder: dataFolder(resolve(values.data ?? (process.env.SDP_DATA || packageFile('.sdp')))),
    interrupted: interrupt.signal,
    startedHere: false,
    rows: [],
  };
  const seconds = new Map<string, number>([['set-up', Number(process.env.SDP_SET_UP_MS ?? 0) / 1000]]);
  try {
    await runStages(state, seconds, values.json);
    if (!interrupt.signal.aborted) {
      const memory = await readPlatformMemory(state.folder);
      if (values.json)
        printJson({
          rows: state.rows.map((row) => JSON.parse(row) as unknown),
          seconds: Object.fromEntries(seconds),
          memory,
        });
      else printResult(state, seconds, memory.totalBytes);
      if (!values.once) await waitForInterrupt(state);
    }
  } finally {
    await state.client?.close();
    if (state.startedHere) {
      if (!values.json) note('Ending all processes; jobs and data are there again at the next start.');
      await stopPlatform(state.folder);
    }
  }
  if (interrupt.signal.aborted && state.rows.length === 0) process.exitCode = exitCodes.interrupted;
}

async function runStages(state: Run, seconds: Map<string, number>, quiet: boolean): Promise<void> {
  const list = new Listr<Run>(
    stages.map((stage) => ({
      title: stage.title,
      skip: () => state.interrupted.aborted,
      async task(_, task) {
        const begin = performance.now();
        try {
          await stage.run(state, (line) => {
            task.output = line;
          });
        } catch (error) {
          // What fails because it was ended is not a failure to tell of.
          if (!state.interrupted.aborted) throw error;
          task.skip(`${stage.title} (interrupted)`);
          return;
        }
        seconds.set(stage.name, (performance.now() - begin) / 1000);
        task.title = `${stage.title} (${seconds.get(stage.name)?.toFixed(1)} s)`;
      },
    })),
    {
      ctx: state,
      renderer: 'default',
      fallbackRenderer: 'simple',
      silentRendererCondition: quiet,
      registerSignalListeners: false,
      collectErrors: false,
    },
  );
  await list.run();
}

function printResult(state: Run, seconds: ReadonlyMap<string, number>, memoryBytes: number): void {
  const colors = outputColors();
  const rows = state.rows.map((row) => JSON.parse(row) as Record<string, string | number>);
  const columns = Object.keys(rows[0] ?? {});
  printLine();
  printLine(
    formatTable(
      columns,
      rows.map((row) => columns.map((column) => String(row[column]))),
    ),
  );
  printLine();
  const total = [...seconds.values()].reduce((sum, value) => sum + value, 0);
  const times = [...seconds].map(([name, value]) => `${name} ${value.toFixed(1)} s`).join(', ');
  printLine(
    `${rows.length} rows in ${total.toFixed(1)} s: ${times}. Memory of all processes: ${(memoryBytes / 1e6).toFixed(0)} MB.`,
  );
  const data = state.folder.path === packageFile('.sdp') ? '' : ` --data ${state.folder.path}`;
  printLine(`
${colors.bold('Try next')}, in another shell in this folder:
  npx sdp status${data}
  eval "$(npx sdp env${data})" && kubectl get kafkatopics,flinksessionjobs,pods -A
  edit examples/market-data/sql/jobs/yearly-prices.sql, then: cd examples/market-data && terraform apply
  npx sdp consume ${output} --follow${data}`);
}

async function waitForInterrupt({ interrupted }: Run): Promise<void> {
  printLine('\nThe platform stays up until Ctrl-C.');
  // A pending signal handler alone does not keep Node running.
  const alive = setInterval(() => undefined, 60_000);
  await new Promise<void>((resolve) =>
    interrupted.addEventListener('abort', () => resolve(), { once: true }),
  );
  clearInterval(alive);
}

async function readValues(kafka: KafkaAccess, topic: string, signal: AbortSignal): Promise<string[]> {
  const values: string[] = [];
  for await (const { value } of readTopic({ ...kafka, topic, follow: false, signal }))
    values.push(value ?? '');
  return values;
}

/** Who waits knows that it waits; the pods know for what. */
async function whileSayingWhatPodsWaitFor<T>(
  client: ApiClient,
  say: (line: string) => void,
  step: () => Promise<T>,
): Promise<T> {
  const watching = setInterval(() => void describeWaiting(client).then((line) => line && say(line)), 1000);
  try {
    return await step();
  } finally {
    clearInterval(watching);
  }
}

async function waitForKafka(client: ApiClient, interrupted: AbortSignal): Promise<KafkaAccess> {
  const deadline = Date.now() + kafkaTimeoutMs;
  while (Date.now() < deadline) {
    if ((await findBootstrapServers(client)) !== undefined) break;
    await setTimeout(500, undefined, { signal: interrupted });
  }
  return requireKafkaAccess(client);
}

async function describeWaiting(client: ApiClient): Promise<string | undefined> {
  const { items } = await client.list<Pod>(podType).catch(() => ({ items: [] as Pod[] }));
  for (const { metadata, status } of items) {
    const message = status?.containerStatuses?.[0]?.state.waiting?.message;
    if (message !== undefined) return `${metadata.name}: ${message}`;
  }
  return undefined;
}

main().catch(failWith);

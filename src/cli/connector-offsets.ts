import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { z } from 'zod';
import type { ApiClient } from '../apiclient/client.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { KafkaConnectorObject } from '../kinds/kafka-connector/decide.ts';
import { askOffsets, type ConnectorOffsets } from './ask-connect.ts';
import { isKnown } from './ask-flink.ts';
import { confirm } from './confirm.ts';
import { waitForState, writeState } from './connector-state.ts';
import { checkReconciled } from './connector-wait.ts';
import { alterOffsets, listOffsets, resetOffsets } from './offset-requests.ts';
import { withApi } from './running-platform.ts';
import { exitCodes, note, printLine } from './terminal-output.ts';

/** The offsets that Connect has: from Connect itself, else through the operator. */
export async function readOffsets(
  client: ApiClient,
  connector: KafkaConnectorObject,
  timeout: number,
): Promise<ConnectorOffsets> {
  const asked = await askOffsets(client, connector);
  if (isKnown(asked)) return asked;
  note(`${asked.unknown}; asking through the operator.`);
  return withApi('list the offsets', () => listOffsets(client, connector, timeout));
}

export interface OffsetChange {
  readonly yes?: boolean;
  /** Stop the connector before, and let it go on after. */
  readonly stop?: boolean;
  /** Milliseconds, of each step. */
  readonly timeout: number;
}

/** Puts offsets, or with `undefined` forgets them. Connect does that for stopped connectors only. */
export async function changeOffsets(
  client: ApiClient,
  connector: KafkaConnectorObject,
  offsets: ConnectorOffsets | undefined,
  { yes, stop, timeout }: OffsetChange,
): Promise<void> {
  const { name } = connector.metadata;
  const { state } = connector.spec;
  checkReconciled(connector);
  if (state !== 'stopped' && stop !== true) throw notStopped(connector);
  if (!(await confirm(yes, describeConsequence(connector, offsets)))) return;
  const change = () =>
    offsets === undefined
      ? withApi('reset the offsets', () => resetOffsets(client, connector, timeout))
      : withApi('set the offsets', () => alterOffsets(client, connector, offsets, timeout));
  const done = `The offsets of ${name} are ${offsets === undefined ? 'reset' : 'set'}.`;
  if (state === 'stopped') {
    await waitForState(client, connector, 'stopped', timeout);
    await change();
    printLine(`${done} "sdp connectors resume ${name}" lets it go on.`);
    return;
  }
  const interrupted = () => {
    note(`${name} is stopped, or being stopped: "sdp connectors resume ${name}" lets it go on.`);
    process.exit(exitCodes.interrupted);
  };
  process.once('SIGINT', interrupted);
  try {
    note(`Stopping ${name}.`);
    await writeState(client, connector, 'stopped');
    try {
      await waitForState(client, connector, 'stopped', timeout);
      await change();
      note(done);
    } finally {
      await writeState(client, connector, state);
    }
    await waitForState(client, connector, state ?? 'running', timeout);
  } finally {
    process.off('SIGINT', interrupted);
  }
  printLine(`${name} is ${state ?? 'running'} again.`);
}

function notStopped({ kind, metadata, spec }: KafkaConnectorObject): DiagnosticError {
  const { name, namespace = 'default' } = metadata;
  return new DiagnosticError({
    severity: 'error',
    reason: 'ConnectorNotStopped',
    summary: `Connector ${name} is not stopped`,
    detail: `It is declared ${spec.state ?? 'running'}, and Connect changes offsets of stopped connectors only, since a running one would write its own over them. Run "sdp connectors stop ${name}" before and "sdp connectors resume ${name}" after it, or let --stop do all three.`,
    object: { kind, name, namespace },
  });
}

function describeConsequence(
  { metadata: { name }, status }: KafkaConnectorObject,
  offsets: ConnectorOffsets | undefined,
): string {
  if (offsets !== undefined) {
    return `${name} goes on where the file says: what lies before that in its source is read and written again, or is skipped.`;
  }
  return status?.connectorStatus?.['type'] === 'sink'
    ? `${name} forgets how far it has read its topics: it writes all records that they have once more.`
    : `${name} forgets how far it has read its source: it reads all of it and writes it once more.`;
}

const offsetsFile = z.object({
  offsets: z.array(z.object({ partition: z.looseObject({}), offset: z.looseObject({}).nullable() })).min(1),
});

/** Offsets from a file as `offsets get` prints them; - is standard input. */
export async function readOffsetsFile(file: string): Promise<ConnectorOffsets> {
  let content: unknown;
  try {
    content = JSON.parse(file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8'));
  } catch (error) {
    throw invalidFile(file, error instanceof Error ? error.message : String(error));
  }
  const { success, data, error } = offsetsFile.safeParse(content);
  if (success) return data;
  throw invalidFile(
    file,
    error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`).join('; '),
  );
}

function invalidFile(file: string, why: string): DiagnosticError {
  return new DiagnosticError({
    severity: 'error',
    reason: 'InvalidOffsets',
    summary: 'The file has no offsets',
    detail: `${why}. It is to look as "sdp connectors offsets get NAME" prints it: {"offsets": [{"partition": {…}, "offset": {…}}]}. With "offset": null a partition is forgotten.`,
    source: { file },
  });
}

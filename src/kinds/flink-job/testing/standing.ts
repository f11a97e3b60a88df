import type { EventRecorder } from '../../../controller/events.ts';
import type { FlinkClient } from '../../../engines/flink/client.ts';
import type { FakeFlink } from '../../../engines/flink/fake-flink.ts';
import { readReconciledSpec } from '../../reconciled-spec.ts';
import type { FlinkJobObject } from '../resource.ts';
import type { FlinkJobStatus } from '../spec.ts';

/** The parts of the status that recordings are compared by. */
export interface Standing {
  readonly state: string | undefined;
  readonly lifecycle: string | undefined;
  readonly reconciliation: string | undefined;
  readonly observedGeneration: number | undefined;
  readonly recorded: string | undefined;
  readonly savepoint: string | undefined;
  readonly error: string | undefined;
}

export function readStanding(status: FlinkJobStatus = {}): Standing {
  const { jobStatus, reconciliationStatus } = status;
  return {
    state: jobStatus?.state,
    lifecycle: status.lifecycleState,
    reconciliation: reconciliationStatus?.state,
    observedGeneration: status.observedGeneration,
    recorded: describeRecord(reconciliationStatus?.lastReconciledSpec),
    savepoint: jobStatus?.upgradeSavepointPath?.replace(/[0-9a-f]{32}/, 'ID'),
    error: describeError(status.error),
  };
}

/** `running stateless first args…` */
function describeRecord(text: string | undefined): string | undefined {
  const record = readReconciledSpec<FlinkJobObject['spec']>(text);
  if (record === undefined) return undefined;
  const { state, upgradeMode, args = [] } = record.spec.job;
  return [state, upgradeMode, ...(record.firstDeployment ? ['first'] : []), ...args].join(' ');
}

function describeError(text: string | undefined): string | undefined {
  if (text?.startsWith('{') !== true) return text;
  const { type, message } = JSON.parse(text) as { type: string; message: string };
  return `${type.split('.').at(-1)}: ${message}`;
}

/** Events as lines: `EVENT Submit: Starting deployment`, `EVENT! Missing: Job Not Found`. */
export function logEvents(log: string[]): EventRecorder {
  return {
    async record(_object, type, reason, message) {
      log.push(`EVENT${type === 'Warning' ? '!' : ''} ${reason}: ${shorten(reason, message)}`);
    },
  };
}

function shorten(reason: string, message: string): string {
  if (reason === 'SpecChanged')
    return /(\w+) change\(s\).*\[(.*)\]/.exec(message)?.slice(1).join(' ') ?? message;
  return reason === 'JobStatusChanged'
    ? message.replace('Job status changed from ', '').replace(' to ', ' -> ')
    : message;
}

/** A client that logs what it changes: `REST stop`. */
export function logCalls({ client, calls }: FakeFlink, log: string[]): FlinkClient {
  function logged<A extends unknown[]>(call: (...args: A) => Promise<void>, what: string) {
    return async (...args: A) => {
      const before = calls.length;
      try {
        await call(...args);
      } finally {
        const made = calls.slice(before);
        log.push(...(made.length > 0 ? made : [`${what} refused`]).map((text) => `REST ${text}`));
      }
    };
  }
  return {
    ...client,
    run: logged((...args) => client.run(...args), 'run'),
    cancel: logged((...args) => client.cancel(...args), 'cancel'),
    stopWithSavepoint: logged((...args) => client.stopWithSavepoint(...args), 'stop'),
  };
}

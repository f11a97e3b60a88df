import { setTimeout as sleep } from 'node:timers/promises';

/** What `GET /connectors/<name>/status` answers. */
export interface ConnectorStatus {
  readonly name?: string;
  readonly type?: string;
  readonly connector?: ConnectorPart;
  readonly tasks?: readonly (ConnectorPart & { readonly id: number })[];
}

export interface ConnectorPart {
  /** UNASSIGNED, RUNNING, PAUSED, FAILED, RESTARTING or STOPPED. */
  readonly state?: string;
  readonly worker_id?: string;
  readonly version?: string;
  /** Java stack trace of what failed it. */
  readonly trace?: string;
}

export interface ConnectPlugin {
  readonly class: string;
  readonly type?: string;
  readonly version?: string;
}

export type ConnectorConfig = Readonly<Record<string, string>>;

/** The part of Connect's REST API (Kafka 4.3) that running connectors takes. Failures are `ConnectRestError`. */
export interface ConnectClient {
  /** Connectors only, as the operator lists them. */
  listPlugins(): Promise<readonly ConnectPlugin[]>;
  listConnectors(): Promise<readonly string[]>;
  readConfig(name: string): Promise<ConnectorConfig | undefined>;
  /** In the state that is named from the start; RUNNING when absent. */
  createConnector(name: string, config: ConnectorConfig, initialState?: string): Promise<void>;
  putConfig(name: string, config: ConnectorConfig): Promise<void>;
  readStatus(name: string): Promise<ConnectorStatus | undefined>;
  /** Topics that the connector has used. */
  readTopics(name: string): Promise<readonly string[]>;
  /** Taken, and not carried out yet. */
  setState(name: string, verb: 'pause' | 'resume' | 'stop'): Promise<void>;
  /** Answers the status with what is being restarted, if any tasks are. */
  restart(
    name: string,
    options: { readonly includeTasks: boolean; readonly onlyFailed: boolean },
  ): Promise<ConnectorStatus | undefined>;
  restartTask(name: string, task: number): Promise<void>;
  /** `{offsets: [{partition, offset}]}`. */
  readOffsets(name: string): Promise<unknown>;
  /** Of a stopped connector; `offsets` is JSON as `readOffsets` answers it. */
  alterOffsets(name: string, offsets: string): Promise<void>;
  /** Of a stopped connector. */
  resetOffsets(name: string): Promise<void>;
  /** A connector that is not there counts as deleted. Its offsets stay. */
  deleteConnector(name: string): Promise<void>;
}

export class ConnectRestError extends Error {
  /** HTTP status, 0 when no worker answered. */
  readonly status: number;
  /** What Connect said. */
  readonly detail: string;

  constructor(call: string, status: number, detail: string, cause?: unknown) {
    super(
      status === 0 ? `${call}: ${detail}` : `${call} returned ${status} (${status}): ${detail}`,
      cause === undefined ? {} : { cause },
    );
    this.name = 'ConnectRestError';
    this.status = status;
    this.detail = detail;
  }
}

/** Connect itself gives up after 90 s. */
const timeoutMs = 90_000;
/**
 * Whether a refusal passes by itself: workers share out connectors anew whenever one comes or goes. Connect says so with
 * 409, and with 500 where it knows that it is about to (`DistributedHerder#checkRebalanceNeeded`, Kafka 4.3).
 */
export function refusesForNow(message: string): boolean {
  return /a rebalance is expected|Cannot complete request (?:momentarily|because of a conflicting operation)/.test(
    message,
  );
}

const rebalanceTries = 10;
const firstPauseMs = 200;

/** `baseUrl`: `http://127.0.0.1:8083`. */
export function createConnectClient(baseUrl: string, pauseMs = firstPauseMs): ConnectClient {
  const ask = async (method: string, path: string, body?: string): Promise<unknown> => {
    const call = `${method} ${path}`;
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(`${baseUrl}${path}`, {
        method,
        signal: AbortSignal.timeout(timeoutMs),
        ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body }),
      });
      text = await answer.text();
    } catch (error) {
      throw new ConnectRestError(call, 0, `the worker at ${baseUrl} does not answer`, error);
    }
    if (!answer.ok) throw new ConnectRestError(call, answer.status, readMessage(text));
    return text === '' ? undefined : JSON.parse(text);
  };
  const change = async (method: string, path: string, body?: string): Promise<unknown> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await ask(method, path, body);
      } catch (error) {
        const rebalances =
          error instanceof ConnectRestError && (error.status === 409 || refusesForNow(error.detail));
        if (!rebalances || attempt + 1 === rebalanceTries) throw error;
        await sleep(pauseMs * 2 ** attempt);
      }
    }
  };
  const find = async (path: string): Promise<unknown> => {
    try {
      return await change('GET', path);
    } catch (error) {
      if (error instanceof ConnectRestError && error.status === 404) return undefined;
      throw error;
    }
  };
  const at = (name: string) => `/connectors/${encodeURIComponent(name)}`;

  return {
    listPlugins: async () => (await ask('GET', '/connector-plugins')) as ConnectPlugin[],
    listConnectors: async () => (await ask('GET', '/connectors')) as string[],
    readConfig: async (name) => (await find(`${at(name)}/config`)) as ConnectorConfig | undefined,
    async createConnector(name, config, initialState) {
      const body = { name, config, ...(initialState !== undefined && { initial_state: initialState }) };
      await change('POST', '/connectors', JSON.stringify(body));
    },
    async putConfig(name, config) {
      await change('PUT', `${at(name)}/config`, JSON.stringify(config));
    },
    readStatus: async (name) => (await find(`${at(name)}/status`)) as ConnectorStatus | undefined,
    async readTopics(name) {
      const answer = (await find(`${at(name)}/topics`)) as Record<string, { topics?: string[] }> | undefined;
      return answer?.[name]?.topics ?? [];
    },
    async setState(name, verb) {
      await change('PUT', `${at(name)}/${verb}`);
    },
    async restart(name, { includeTasks, onlyFailed }) {
      const query = `includeTasks=${includeTasks}&onlyFailed=${onlyFailed}`;
      return (await change('POST', `${at(name)}/restart?${query}`)) as ConnectorStatus | undefined;
    },
    async restartTask(name, task) {
      await change('POST', `${at(name)}/tasks/${task}/restart`);
    },
    readOffsets: (name) => ask('GET', `${at(name)}/offsets`),
    async alterOffsets(name, offsets) {
      await change('PATCH', `${at(name)}/offsets`, offsets);
    },
    async resetOffsets(name) {
      await change('DELETE', `${at(name)}/offsets`);
    },
    async deleteConnector(name) {
      try {
        await change('DELETE', at(name));
      } catch (error) {
        if (!(error instanceof ConnectRestError) || error.status !== 404) throw error;
      }
    },
  };
}

/** Connect answers `{error_code, message}`; what stands before it may answer anything. */
function readMessage(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // No JSON: as it is.
  }
  return text.slice(0, 1000);
}

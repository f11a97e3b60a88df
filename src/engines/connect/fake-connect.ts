import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConnectorStatus } from './client.ts';

interface FakeConnector {
  config: Record<string, string>;
  state: string;
  /** Failed tasks by number, with their traces. */
  failures: Map<number, string>;
  /** Set when the connector itself failed. */
  trace: string | undefined;
  offsets: unknown[];
  topics: string[];
  /** Changes take effect after the status was read once more. */
  next: (() => void)[];
  tasks: number;
}

/** A Connect worker in memory that answers its REST API as Kafka 4.3's does, with the file connectors as plugins. */
export interface FakeConnect {
  readonly url: string;
  readonly connectors: Map<string, FakeConnector>;
  /** Every request, `METHOD /path`, in order, with the bodies of those that change something. */
  readonly calls: string[];
  /** Answers that are given before it is looked at requests of that method and path; each once. */
  readonly injected: { method: string; path: RegExp; status: number; message: string }[];
  /** A file that a task of a sink cannot open. */
  readonly missingFolder: string;
  close(): Promise<void>;
}

const plugins = [
  { class: 'org.apache.kafka.connect.file.FileStreamSinkConnector', type: 'sink', version: '4.3.1' },
  { class: 'org.apache.kafka.connect.file.FileStreamSourceConnector', type: 'source', version: '4.3.1' },
];
const workerId = '127.0.0.1:8083';
const rejected = 'Connector configuration is invalid and contains the following 1 error(s):';
const seeAlso =
  'You can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`';

class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function startFakeConnect(): Promise<FakeConnect> {
  const connectors = new Map<string, FakeConnector>();
  const calls: string[] = [];
  const injected: FakeConnect['injected'] = [];
  const missingFolder = '/no/such/folder';

  const find = (name: string): FakeConnector => {
    const connector = connectors.get(name);
    if (connector === undefined) throw new Refusal(404, `Connector ${name} not found`);
    return connector;
  };

  const startTasks = (connector: FakeConnector) => {
    connector.tasks = connector.state === 'STOPPED' ? 0 : 1;
    connector.failures.clear();
    if (isSink(connector.config) && connector.config.file?.startsWith(missingFolder)) {
      connector.failures.set(
        0,
        `org.apache.kafka.connect.errors.ConnectException: Couldn't find or create file '${connector.config.file}' for FileStreamSinkTask\n\tat org.apache.kafka.connect.file.FileStreamSinkTask.start(FileStreamSinkTask.java:77)\nCaused by: java.nio.file.NoSuchFileException: ${connector.config.file}\n\tat java.base/sun.nio.fs.UnixException.translateToIOException(UnixException.java:92)\n`,
      );
    }
  };

  const put = (name: string, config: Record<string, string>, state = 'RUNNING') => {
    validate(config);
    const known = connectors.get(name);
    const full = { ...config, name };
    if (known === undefined) {
      const connector: FakeConnector = {
        config: full,
        state,
        failures: new Map(),
        trace: undefined,
        offsets: [],
        topics: [],
        next: [],
        tasks: 0,
      };
      connectors.set(name, connector);
      connector.next.push(() => startTasks(connector));
    } else {
      known.config = full;
      known.next.push(() => startTasks(known));
    }
  };

  const statusOf = (name: string): ConnectorStatus => {
    const connector = find(name);
    const { state, failures, trace, tasks, config, next } = connector;
    const part = { worker_id: workerId, version: '4.3.1' };
    const status: ConnectorStatus = {
      name,
      connector: { state, ...part, ...(trace !== undefined && { trace }) },
      tasks: Array.from({ length: tasks }, (_, id) => {
        const failure = failures.get(id);
        return failure === undefined
          ? { id, state: state === 'FAILED' ? 'RUNNING' : state, ...part }
          : { id, state: 'FAILED', ...part, trace: failure };
      }),
      type: isSink(config) ? 'sink' : 'source',
    };
    next.shift()?.();
    return status;
  };

  const changeState = (name: string, state: string) => {
    const connector = find(name);
    connector.next.push(() => {
      connector.state = state;
      if (state === 'STOPPED') connector.tasks = 0;
      else if (connector.tasks === 0) startTasks(connector);
    });
  };

  const restart = (name: string, query: URLSearchParams) => {
    const connector = find(name);
    if (query.get('includeTasks') !== 'true') return undefined;
    const before = statusOf(name);
    connector.next.push(() => startTasks(connector));
    const restarting = (before.tasks ?? []).map((task) => ({ ...task, state: 'RESTARTING' }));
    return { ...before, tasks: restarting };
  };

  const requireStopped = (name: string): FakeConnector => {
    const connector = find(name);
    if (connector.state === 'STOPPED') return connector;
    const message =
      "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified connector by issuing a 'PUT' request to the '/connectors/" +
      `${name}/stop' endpoint`;
    throw new Refusal(400, message);
  };

  const route = (method: string, url: URL, body: unknown): [number, unknown] => {
    const [root, encoded = '', part = '', id = '', verb = ''] = url.pathname.split('/').slice(1);
    const name = decodeURIComponent(encoded);
    if (root === 'connector-plugins') return [200, plugins];
    if (root !== 'connectors') throw new Refusal(404, 'HTTP 404 Not Found');
    switch (`${method} ${encoded === '' ? '' : 'name'}/${part}`) {
      case 'GET /':
        return [200, [...connectors.keys()]];
      case 'POST /': {
        const {
          name: own,
          config,
          initial_state: state,
        } = body as {
          name: string;
          config: Record<string, string>;
          initial_state?: string;
        };
        if (connectors.has(own)) throw new Refusal(409, `Connector ${own} already exists`);
        put(own, config, state);
        return [201, body];
      }
      case 'DELETE name/':
        find(name);
        connectors.delete(name);
        return [204, undefined];
      case 'GET name/config':
        return [200, find(name).config];
      case 'PUT name/config':
        put(name, body as Record<string, string>);
        return [200, body];
      case 'GET name/status':
        if (!connectors.has(name)) throw new Refusal(404, `No status found for connector ${name}`);
        return [200, statusOf(name)];
      case 'GET name/topics':
        return [200, { [name]: { topics: find(name).topics } }];
      case 'PUT name/pause':
        changeState(name, 'PAUSED');
        return [202, undefined];
      case 'PUT name/resume':
        changeState(name, 'RUNNING');
        return [202, undefined];
      case 'PUT name/stop':
        changeState(name, 'STOPPED');
        return [204, undefined];
      case 'POST name/restart': {
        const answer = restart(name, url.searchParams);
        return answer === undefined ? [204, undefined] : [202, answer];
      }
      case 'POST name/tasks': {
        const connector = find(name);
        if (verb !== 'restart' || Number(id) >= connector.tasks) {
          throw new Refusal(404, `Unknown task: ${name}-${id}`);
        }
        connector.next.push(() => startTasks(connector));
        return [204, undefined];
      }
      case 'GET name/offsets':
        return [200, { offsets: find(name).offsets }];
      case 'PATCH name/offsets':
        requireStopped(name).offsets = (body as { offsets: unknown[] }).offsets;
        return [200, { message: 'The offsets for this connector have been altered successfully' }];
      case 'DELETE name/offsets':
        requireStopped(name).offsets = [];
        return [200, { message: 'The offsets for this connector have been reset successfully' }];
      default:
        throw new Refusal(405, 'HTTP 405 Method Not Allowed');
    }
  };

  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      const { method = '', url = '' } = request;
      calls.push(method === 'GET' || text === '' ? `${method} ${url}` : `${method} ${url} ${text}`);
      let answer: [number, unknown];
      try {
        const at = injected.findIndex((candidate) => candidate.method === method && candidate.path.test(url));
        const [given] = at === -1 ? [] : injected.splice(at, 1);
        if (given !== undefined) throw new Refusal(given.status, given.message);
        answer = route(method, new URL(url, 'http://worker'), text === '' ? undefined : JSON.parse(text));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        answer = [error.status, { error_code: error.status, message: error.message }];
      }
      const [status, content] = answer;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(content === undefined ? undefined : JSON.stringify(content));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connectors,
    calls,
    injected,
    missingFolder,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isSink(config: Readonly<Record<string, string>>): boolean {
  return config['connector.class']?.includes('Sink') === true;
}

function validate(config: Readonly<Record<string, string | number>>): void {
  const name = config['connector.class'];
  if (name === undefined) {
    const shown = Object.entries(config).map(([key, value]) => `${key}=${value}`);
    throw new Refusal(400, `Connector config {${shown.join(', ')}} contains no connector type`);
  }
  const known = plugins.some(({ class: full }) =>
    [
      full,
      full.split('.').at(-1),
      full
        .split('.')
        .at(-1)
        ?.replace(/Connector$/, ''),
    ].includes(String(name)),
  );
  if (!known) {
    throw new Refusal(
      400,
      `Failed to find any class that implements Connector and which name matches ${name}, available connectors are: ${plugins.map((plugin) => `PluginDesc{klass=class ${plugin.class}}`).join(', ')}`,
    );
  }
  const sink = isSink(config as Record<string, string>);
  if (!sink && config['topic'] === undefined) {
    throw new Refusal(
      400,
      `${rejected}\nMissing required configuration "topic" which has no default value.\n${seeAlso}`,
    );
  }
  const size = config['batch.size'];
  if (size !== undefined && !Number.isInteger(Number(size))) {
    throw new Refusal(
      400,
      `${rejected}\nInvalid value ${size} for configuration batch.size: Not a number of type INT\n${seeAlso}`,
    );
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

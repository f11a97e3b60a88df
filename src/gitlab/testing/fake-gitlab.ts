import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerApi } from './fake-api.ts';
import { serveGit } from './fake-git.ts';
import type { FakeMergeRequest, FakeNote, FakeState } from './fake-state.ts';
import type { FakeToken } from './fake-tokens.ts';

/** A project, as tests declare it. */
export interface FakeProjectOptions {
  /** `group/name` */
  readonly path: string;
  /** Folder of a bare git repository. */
  readonly repository: string;
  readonly id?: number;
  readonly defaultBranch?: string;
  /** Merge requests that are open from the start, for comments. */
  readonly mergeRequests?: readonly { readonly sourceBranch: string; readonly targetBranch?: string }[];
}

export interface FakeGitLabOptions {
  readonly tokens: readonly FakeToken[];
  readonly projects: readonly FakeProjectOptions[];
}

export interface FakeGitLab {
  readonly url: string;
  /** What CI_API_V4_URL has. */
  readonly apiUrl: string;
  notes(): readonly FakeNote[];
  mergeRequests(): readonly FakeMergeRequest[];
  /** What the API was asked since the start: `PUT /projects/1/merge_requests/1/notes/5`. */
  requests(): readonly string[];
  /** Answers the next requests of the API so, one after the other, before it answers as it should again. */
  fail(...answers: readonly FakeFailure[]): void;
  /** Called, and waited for, before each request of the API is answered. */
  beforeAnswer(hook: (request: string) => Promise<void> | void): void;
  /** Ends an open merge request: its branch stays. */
  setMergeRequestState(iid: number, state: FakeMergeRequest['state']): void;
  close(): Promise<void>;
}

export interface FakeFailure {
  readonly status: number;
  readonly body?: unknown;
  readonly retryAfter?: number;
}

/**
 * A small GitLab: users by their tokens, projects, notes of merge requests, merge requests, and git over HTTP. It answers what GitLab's
 * documentation and its API's code say, and is stricter in one thing: parameters that the API does not have are
 * refused, while GitLab ignores them. It listens on loopback, on `port` or a free one.
 */
export async function startFakeGitLab(options: FakeGitLabOptions, port = 0): Promise<FakeGitLab> {
  const requests: string[] = [];
  const failures: FakeFailure[] = [];
  let hook: (request: string) => Promise<void> | void = () => {};
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      send(response, 500, {
        message: `the fake failed: ${error instanceof Error ? error.stack : String(error)}`,
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const state = stateOf(url, options);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = new URL(request.url ?? '/', url);
    if (!asked.pathname.startsWith('/api/v4/')) return serveGit(state, request, asked, response);
    const name = `${request.method} ${asked.pathname.slice('/api/v4'.length)}`;
    requests.push(name);
    await hook(name);
    const failure = failures.shift();
    if (failure !== undefined) {
      const { status, body, retryAfter } = failure;
      if (retryAfter !== undefined) response.setHeader('Retry-After', retryAfter);
      return send(response, status, body ?? { message: `${status} made by the test` });
    }
    const { status, body, headers = {} } = await answerApi(state, request, asked);
    for (const [key, value] of Object.entries(headers)) response.setHeader(key, value);
    send(response, status, body);
  }

  return {
    url,
    apiUrl: `${url}/api/v4`,
    notes: () => state.notes,
    mergeRequests: () => state.mergeRequests,
    requests: () => requests,
    fail: (...answers) => void failures.push(...answers),
    beforeAnswer(wanted) {
      hook = wanted;
    },
    setMergeRequestState(iid, wanted) {
      state.mergeRequests = state.mergeRequests.map((item) =>
        item.iid === iid ? { ...item, state: wanted } : item,
      );
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function stateOf(url: string, { tokens, projects: declared }: FakeGitLabOptions): FakeState {
  const projects = declared.map(({ path, repository, id, defaultBranch = 'main' }, index) => ({
    id: id ?? index + 1,
    path,
    repository,
    defaultBranch,
  }));
  const created_at = new Date().toISOString();
  const mergeRequests = declared.flatMap(({ mergeRequests: open = [] }, index) => {
    const project = projects[index];
    if (project === undefined) return [];
    return open.map(
      ({ sourceBranch, targetBranch = project.defaultBranch }, at): FakeMergeRequest => ({
        id: project.id * 1000 + at,
        iid: at + 1,
        project_id: project.id,
        source_project_id: project.id,
        target_project_id: project.id,
        title: sourceBranch,
        description: null,
        state: 'opened',
        source_branch: sourceBranch,
        target_branch: targetBranch,
        force_remove_source_branch: null,
        author: { id: 1, username: 'root', name: 'Administrator' },
        web_url: `${url}/${project.path}/-/merge_requests/${at + 1}`,
        created_at,
        updated_at: created_at,
      }),
    );
  });
  return { url, tokens, projects, notes: [], mergeRequests, id: 10_000 };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

import { rootCertificates } from 'node:tls';
import { EnvHttpProxyAgent, fetch, type Response } from 'undici';
import * as z from 'zod';
import { waitForRetry } from '../apiclient/retry.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { type GitLabAccess, gitLabProblem, tokenVariable } from './environment.ts';

const user = z.object({
  id: z.number(),
  username: z.string(),
  name: z.string(),
  email: z.string().nullish(),
  commit_email: z.string().nullish(),
});
const project = z.object({
  id: z.number(),
  path_with_namespace: z.string(),
  http_url_to_repo: z.string(),
  default_branch: z.string().nullish(),
});
const note = z.object({
  id: z.number(),
  body: z.string(),
  author: z.object({ id: z.number() }),
  system: z.boolean(),
});
const mergeRequest = z.object({
  iid: z.number(),
  title: z.string(),
  description: z.string().nullish(),
  source_branch: z.string(),
  target_branch: z.string(),
  source_project_id: z.number().nullish(),
  force_remove_source_branch: z.boolean().nullish(),
  web_url: z.string(),
});

export type User = z.infer<typeof user>;
export type Project = z.infer<typeof project>;
export type Note = z.infer<typeof note>;
export type MergeRequest = z.infer<typeof mergeRequest>;

/** What a merge request is made with, or changed to. */
export interface MergeRequestContent {
  readonly title: string;
  readonly description: string;
  readonly target_branch: string;
  readonly remove_source_branch: boolean;
}

/** A project by its number or its path, `group/name`. */
export type ProjectName = string | number;

/** GitLab answered with an error; `status` is that of HTTP. */
export class GitLabRefusal extends DiagnosticError {
  readonly status: number;

  constructor(status: number, cause: DiagnosticError) {
    super(...cause.diagnostics);
    this.name = 'GitLabRefusal';
    this.status = status;
  }
}

/** The part of GitLab's REST API, version 4, that sdp uses. Everything rejects with diagnostics, in which no token is. */
export interface GitLabClient {
  /** Whose the token is. */
  readUser(): Promise<User>;
  readProject(name: ProjectName): Promise<Project>;
  /** All of them, the oldest first. */
  listNotes(name: ProjectName, iid: number): Promise<readonly Note[]>;
  createNote(name: ProjectName, iid: number, body: string): Promise<Note>;
  updateNote(name: ProjectName, iid: number, id: number, body: string): Promise<Note>;
  /** One that is gone already is no error. */
  deleteNote(name: ProjectName, iid: number, id: number): Promise<void>;
  /** Those of the branch of that name in the project itself, not of forks'. */
  listOpenMergeRequests(of: Project, sourceBranch: string): Promise<readonly MergeRequest[]>;
  createMergeRequest(
    name: ProjectName,
    sourceBranch: string,
    content: MergeRequestContent,
  ): Promise<MergeRequest>;
  updateMergeRequest(name: ProjectName, iid: number, content: MergeRequestContent): Promise<MergeRequest>;
  close(): Promise<void>;
}

/** Waits before repetition `next`, which counts from 1; false: it is time to give up. */
export type Pause = (next: number, retryAfter: string | undefined) => Promise<boolean>;

interface Request {
  /** What is done, for "Could not …". */
  readonly purpose: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** The role in the project that it takes. */
  readonly role?: 'Reporter' | 'Developer';
}

const timeoutMs = 60_000;

/** A client of the GitLab that the access names. Answers 429 and 5xx are waited out, some times. */
export function connectGitLab(
  access: GitLabAccess,
  pause: Pause = (next, after) => waitForRetry(next, after, undefined),
): GitLabClient {
  const { caCertificates } = access;
  const dispatcher = new EnvHttpProxyAgent(
    caCertificates === undefined ? {} : { connect: { ca: [...rootCertificates, caCertificates] } },
  );

  async function send(request: Request): Promise<Response> {
    const { method = 'GET', path, query = {}, body } = request;
    const url = new URL(`${access.apiUrl}${path}`);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await fetch(url, {
          method,
          headers: {
            'private-token': access.token,
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          // A page to sign in at is no answer, and another host gets no token.
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutMs),
          dispatcher,
        });
        if (answer.ok) return answer;
        const isPassing = answer.status === 429 || answer.status >= 500;
        const text = await answer.text();
        if (!isPassing || !(await pause(attempt, answer.headers.get('retry-after') ?? undefined))) {
          throw refusalOf(answer.status, text, request, access);
        }
      } catch (error) {
        if (error instanceof DiagnosticError) throw error;
        if (!(await pause(attempt, undefined))) throw unreachable(error, request, access);
      }
    }
  }

  async function ask<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
    return parse(await send(request), schema, request, access);
  }

  async function list<T>(request: Request, item: z.ZodType<T>): Promise<readonly T[]> {
    const all: T[] = [];
    for (let page = '1'; page !== ''; ) {
      const answer = await send({ ...request, query: { ...request.query, per_page: '100', page } });
      page = answer.headers.get('x-next-page') ?? '';
      all.push(...(await parse(answer, z.array(item), request, access)));
    }
    return all;
  }

  return {
    readUser: () => ask({ purpose: `learn whose ${tokenVariable} is`, path: '/user' }, user),
    readProject: (name) => ask({ purpose: `read project ${name}`, path: pathOf(name) }, project),
    listNotes: (name, iid) =>
      list(
        {
          purpose: `read the comments of merge request !${iid}`,
          path: `${notesPath(name, iid)}`,
          query: { sort: 'asc', order_by: 'created_at' },
          role: 'Reporter',
        },
        note,
      ),
    createNote: (name, iid, body) =>
      ask(
        {
          purpose: `comment on merge request !${iid}`,
          method: 'POST',
          path: notesPath(name, iid),
          body: { body },
          role: 'Reporter',
        },
        note,
      ),
    updateNote: (name, iid, id, body) =>
      ask(
        {
          purpose: `change a comment on merge request !${iid}`,
          method: 'PUT',
          path: `${notesPath(name, iid)}/${id}`,
          body: { body },
          role: 'Reporter',
        },
        note,
      ),
    async deleteNote(name, iid, id) {
      try {
        const path = `${notesPath(name, iid)}/${id}`;
        await send({
          purpose: `delete a comment on merge request !${iid}`,
          method: 'DELETE',
          path,
          role: 'Reporter',
        });
      } catch (error) {
        if (!(error instanceof GitLabRefusal && error.status === 404)) throw error;
      }
    },
    async listOpenMergeRequests({ id, path_with_namespace: path }, sourceBranch) {
      const found = await list(
        {
          purpose: `list the merge requests of project ${path}`,
          path: `${pathOf(id)}/merge_requests`,
          query: { source_branch: sourceBranch, state: 'opened' },
          role: 'Reporter',
        },
        mergeRequest,
      );
      return found.filter(({ source_project_id: source }) => source === id);
    },
    createMergeRequest: (name, sourceBranch, content) =>
      ask(
        {
          purpose: `open a merge request of ${sourceBranch}`,
          method: 'POST',
          path: `${pathOf(name)}/merge_requests`,
          body: { source_branch: sourceBranch, ...content },
          role: 'Developer',
        },
        mergeRequest,
      ),
    updateMergeRequest: (name, iid, content) =>
      ask(
        {
          purpose: `change merge request !${iid}`,
          method: 'PUT',
          path: `${pathOf(name)}/merge_requests/${iid}`,
          body: content,
          role: 'Developer',
        },
        mergeRequest,
      ),
    close: () => dispatcher.close(),
  };
}

function pathOf(name: ProjectName): string {
  return `/projects/${encodeURIComponent(name)}`;
}

function notesPath(name: ProjectName, iid: number): string {
  return `${pathOf(name)}/merge_requests/${iid}/notes`;
}

async function parse<T>(
  answer: Response,
  schema: z.ZodType<T>,
  { purpose }: Request,
  { apiUrl }: GitLabAccess,
): Promise<T> {
  const text = await answer.text();
  const result = schema.safeParse(parseJson(text));
  if (result.success) return result.data;
  throw gitLabProblem(
    'GitLabAnswerUnknown',
    `Could not ${purpose}: the answer is not GitLab's`,
    `${apiUrl} answered ${answer.status} with something else than its REST API, version 4, has: ${z.prettifyError(result.error)}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** GitLab says it as `message`, a text or texts by field, or as `error` with `error_description`. */
function saidIn(text: string): string {
  const answer = parseJson(text);
  if (typeof answer !== 'object' || answer === null) return text.trim().slice(0, 200);
  const { message, error, error_description: description } = answer as Record<string, unknown>;
  const parts = [message, error, description].filter((part) => part !== undefined);
  return parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(': ');
}

function refusalOf(
  status: number,
  text: string,
  { purpose, role }: Request,
  { apiUrl, token }: GitLabAccess,
): GitLabRefusal {
  const said = saidIn(text).replaceAll(token, '…');
  const seen = `GitLab (${apiUrl}) answered ${status}${said === '' ? '' : `: ${said}`}.`;
  const { reason, advice } = adviceFor(status, text, role);
  return new GitLabRefusal(
    status,
    gitLabProblem(reason, `Could not ${purpose}`, advice === '' ? seen : `${seen}\n${advice}`),
  );
}

function adviceFor(
  status: number,
  text: string,
  role: Request['role'],
): { readonly reason: string; readonly advice: string } {
  if (status === 401) return { reason: 'GitLabTokenRefused', advice: renewToken };
  if (status === 403 && text.includes('insufficient_scope')) {
    return {
      reason: 'GitLabScopeMissing',
      advice: `The token of ${tokenVariable} lacks scope api. Scopes of a token cannot be changed: make another one in Settings > Access tokens.`,
    };
  }
  if (status === 403) {
    return {
      reason: 'GitLabForbidden',
      advice:
        role === undefined
          ? `The token of ${tokenVariable} may not do this.`
          : `The token of ${tokenVariable} needs the role ${role}, or a higher one, in this project. A project access token has its role in its own project only: for another project use a group access token, or add the token's user to that project's members.`,
    };
  }
  if (status === 404) {
    return {
      reason: 'GitLabNotFound',
      advice: `It is not there, or the token of ${tokenVariable} may not see it: GitLab answers both alike. The token's user has to be a member of the project.`,
    };
  }
  if (status >= 300 && status < 400) {
    return {
      reason: 'GitLabAddressMoved',
      advice: 'CI_API_V4_URL has to be the address that GitLab itself has, with https where it is.',
    };
  }
  if (status === 429 || status >= 500) {
    return {
      reason: 'GitLabUnavailable',
      advice: 'It was asked several times, with pauses. Retry the job later.',
    };
  }
  return { reason: 'GitLabRefused', advice: '' };
}

/** What to do about a token that GitLab does not know any more. */
export const renewToken = `The token of ${tokenVariable} has expired, was revoked or is misspelt. Make a project or group access token with scope api in Settings > Access tokens, where the old one can be rotated, too, and set it in Settings > CI/CD > Variables.`;

function unreachable(error: unknown, { purpose }: Request, { apiUrl, token }: GitLabAccess): DiagnosticError {
  const why = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const said = (why instanceof Error ? why.message : String(why)).replaceAll(token, '…');
  const { host } = new URL(apiUrl);
  return gitLabProblem(
    'GitLabUnreachable',
    `Could not ${purpose}: GitLab does not answer`,
    `${host}: ${said}\nCI_API_V4_URL is ${apiUrl}. Certificates of an own authority are taken from CI_SERVER_TLS_CA_FILE, and from NODE_EXTRA_CA_CERTS.`,
  );
}

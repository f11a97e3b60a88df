import { execFile } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { FakeMergeRequest, FakeNote, FakeProject, FakeState } from './fake-state.ts';
import { type FakeToken, findToken, levelIn, tokenError } from './fake-tokens.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

type Parameters = Readonly<Record<string, unknown>>;

interface Call {
  readonly state: FakeState;
  readonly token: FakeToken;
  readonly parameters: Parameters;
}

/** Thrown by what is refused. */
class Refusal extends Error {
  readonly answer: ApiAnswer;

  constructor(status: number, body: object) {
    super(JSON.stringify(body));
    this.answer = { status, body };
  }
}

const refuse = (status: number, message: unknown) => new Refusal(status, { message });

/** One request of the API below `/api/v4`. */
export async function answerApi(state: FakeState, request: IncomingMessage, asked: URL): Promise<ApiAnswer> {
  try {
    const { method = 'GET' } = request;
    const token = authenticate(state, request, method);
    const parameters = { ...Object.fromEntries(asked.searchParams), ...(await readBody(request)) };
    const path = asked.pathname.slice('/api/v4'.length).split('/').slice(1).map(decodeURIComponent);
    return await route({ state, token, parameters }, method, path);
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

/** As PRIVATE-TOKEN, or as a bearer. Job tokens reach none of what is here. */
function authenticate({ tokens }: FakeState, { headers }: IncomingMessage, method: string): FakeToken {
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  const token = findToken(tokens, String(headers['private-token'] ?? bearer ?? ''));
  if (token === undefined) throw refuse(401, '401 Unauthorized');
  const invalid = tokenError(token);
  if (invalid !== undefined) throw new Refusal(401, invalid);
  const { scopes = ['api'] } = token;
  if (scopes.includes('api') || (method === 'GET' && scopes.includes('read_api'))) return token;
  throw new Refusal(403, {
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope: method === 'GET' ? 'api read_api' : 'api',
  });
}

async function readBody(request: IncomingMessage): Promise<Parameters> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') return {};
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(text));
  if (!type.startsWith('application/json')) {
    throw new Refusal(415, { error: `The provided content-type '${type}' is not supported.` });
  }
  try {
    return JSON.parse(text) as Parameters;
  } catch {
    throw refuse(400, '400 (Bad request) "Problems parsing JSON" not given');
  }
}

async function route(call: Call, method: string, path: readonly string[]): Promise<ApiAnswer> {
  const [first, id = '', second, iid = '', third, noteId = ''] = path;
  if (method === 'GET' && first === 'user' && path.length === 1) return readUser(call);
  if (first !== 'projects') throw new Refusal(404, { error: '404 Not Found' });
  const project = findProject(call, id);
  if (path.length === 2 && method === 'GET') return { status: 200, body: showProject(call, project) };
  if (second !== 'merge_requests') throw new Refusal(404, { error: '404 Not Found' });
  if (path.length === 3 && method === 'GET') return listMergeRequests(call, project);
  if (path.length === 3 && method === 'POST') return createMergeRequest(call, project);
  const number = readInteger('merge_request_iid', iid);
  const found = call.state.mergeRequests.find(
    (item) => item.project_id === project.id && item.iid === number,
  );
  if (found === undefined) throw refuse(404, '404 Not found');
  if (path.length === 4 && method === 'GET') return { status: 200, body: found };
  if (path.length === 4 && method === 'PUT') return updateMergeRequest(call, project, found);
  if (third !== 'notes') throw new Refusal(404, { error: '404 Not Found' });
  if (path.length === 5 && method === 'GET') return listNotes(call, found);
  if (path.length === 5 && method === 'POST') return createNote(call, project, found);
  if (path.length === 6) return changeNote(call, project, found, method, readInteger('note_id', noteId));
  throw new Refusal(405, { error: '405 Not Allowed' });
}

function readUser({ token: { user }, state: { url } }: Call): ApiAnswer {
  const email = `${user.username}@noreply.${new URL(url).hostname}`;
  return { status: 200, body: { ...user, state: 'active', email, commit_email: email } };
}

function findProject({ state, token }: Call, id: string): FakeProject {
  const project = state.projects.find((item) => String(item.id) === id || item.path === id);
  if (project === undefined || levelIn(token, project.path) === 0) throw refuse(404, '404 Project Not Found');
  return project;
}

function showProject({ state: { url } }: Call, { id, path, defaultBranch }: FakeProject): object {
  return {
    id,
    name: path.split('/').at(-1),
    path_with_namespace: path,
    default_branch: defaultBranch,
    visibility: 'private',
    http_url_to_repo: `${url}/${path}.git`,
    web_url: `${url}/${path}`,
  };
}

const pagination = {
  page: z.coerce.number().int().min(1).default(1),
  per_page: z.coerce.number().int().min(1).max(100).default(20),
};
const notesQuery = z.strictObject({
  ...pagination,
  sort: z.enum(['asc', 'desc']).default('desc'),
  order_by: z.enum(['created_at', 'updated_at']).default('created_at'),
  activity_filter: z.enum(['all_notes', 'only_comments', 'only_activity']).optional(),
});
const mergeRequestsQuery = z.strictObject({
  ...pagination,
  state: z.enum(['opened', 'closed', 'locked', 'merged', 'all']).default('all'),
  source_branch: z.string().optional(),
  target_branch: z.string().optional(),
  sort: z.enum(['asc', 'desc']).default('desc'),
  order_by: z.enum(['created_at', 'updated_at', 'title', 'merged_at']).default('created_at'),
});
const boolean = z.union([z.boolean(), z.stringbool()]);
const mergeRequestOptions = {
  description: z.string().max(1_048_576).optional(),
  labels: z.string().optional(),
  remove_source_branch: boolean.optional(),
  squash: boolean.optional(),
  allow_collaboration: boolean.optional(),
};
const newMergeRequest = z.strictObject({
  title: z.string(),
  source_branch: z.string(),
  target_branch: z.string(),
  target_project_id: z.coerce.number().int().optional(),
  ...mergeRequestOptions,
});
const mergeRequestChange = z
  .strictObject({
    title: z.string().min(1).optional(),
    target_branch: z.string().min(1).optional(),
    state_event: z.enum(['close', 'reopen']).optional(),
    ...mergeRequestOptions,
  })
  .refine((changes) => Object.keys(changes).length > 0, { error: 'none', params: { none: true } });
const newNote = z.strictObject({
  body: z.string(),
  internal: boolean.optional(),
  created_at: z.string().optional(),
  merge_request_diff_head_sha: z.string().optional(),
});
const noteChange = z.strictObject({ body: z.string().min(1).optional() });

/** Grape's words: `title is missing`, `page does not have a valid value`. */
function read<T>(schema: z.ZodType<T>, parameters: Parameters): T {
  const result = schema.safeParse(parameters);
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => {
    const name = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')} is unknown to the fake`;
    if (issue.code === 'custom') return 'at least one parameter must be provided';
    if (parameters[name] === undefined) return `${name} is missing`;
    if (issue.code === 'invalid_value') return `${name} does not have a valid value`;
    return `${name} is invalid`;
  });
  throw new Refusal(400, { error: errors.join(', ') });
}

function readInteger(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Refusal(400, { error: `${name} is invalid` });
  return Number(text);
}

function paginate(all: readonly object[], page: number, perPage: number): ApiAnswer {
  const pages = Math.max(1, Math.ceil(all.length / perPage));
  return {
    status: 200,
    body: all.slice((page - 1) * perPage, page * perPage),
    headers: {
      'x-page': String(page),
      'x-per-page': String(perPage),
      'x-next-page': page < pages ? String(page + 1) : '',
      'x-prev-page': page > 1 ? String(page - 1) : '',
      'x-total': String(all.length),
      'x-total-pages': String(pages),
    },
  };
}

function requireLevel({ token }: Call, { path }: FakeProject, level: number): void {
  if (levelIn(token, path) < level) throw refuse(403, '403 Forbidden');
}

function listMergeRequests({ state, parameters }: Call, project: FakeProject): ApiAnswer {
  const query = read(mergeRequestsQuery, parameters);
  const found = state.mergeRequests.filter(
    (item) =>
      item.project_id === project.id &&
      (query.state === 'all' || item.state === query.state) &&
      (query.source_branch === undefined || item.source_branch === query.source_branch) &&
      (query.target_branch === undefined || item.target_branch === query.target_branch),
  );
  return paginate(query.sort === 'asc' ? found : found.toReversed(), query.page, query.per_page);
}

async function createMergeRequest(call: Call, project: FakeProject): Promise<ApiAnswer> {
  const { state, token, parameters } = call;
  const wanted = read(newMergeRequest, parameters);
  requireLevel(call, project, 30);
  const { source_branch, target_branch } = wanted;
  if (source_branch === target_branch) {
    throw new Refusal(422, { error: ["You can't use same project/branch for source and target"] });
  }
  if (wanted.title.trim() === '') throw refuse(400, { title: ["can't be blank"] });
  for (const [name, branch] of Object.entries({ source_branch, target_branch })) {
    if (!(await hasBranch(project, branch))) throw refuse(400, { [name]: ['does not exist'] });
  }
  const iid =
    Math.max(
      0,
      ...state.mergeRequests.filter(({ project_id: id }) => id === project.id).map((item) => item.iid),
    ) + 1;
  const made: FakeMergeRequest = {
    id: nextId(state),
    iid,
    project_id: project.id,
    source_project_id: project.id,
    target_project_id: project.id,
    title: wanted.title,
    description: wanted.description ?? null,
    state: 'opened',
    source_branch,
    target_branch,
    force_remove_source_branch: wanted.remove_source_branch ?? null,
    author: token.user,
    web_url: `${state.url}/${project.path}/-/merge_requests/${iid}`,
    ...now(),
  };
  refuseTwin(state, made);
  state.mergeRequests = [...state.mergeRequests, made];
  return { status: 201, body: made };
}

async function updateMergeRequest(
  call: Call,
  project: FakeProject,
  found: FakeMergeRequest,
): Promise<ApiAnswer> {
  const { state, parameters } = call;
  const wanted = read(mergeRequestChange, parameters);
  requireLevel(call, project, 30);
  if (wanted.target_branch !== undefined && !(await hasBranch(project, wanted.target_branch))) {
    throw refuse(400, { target_branch: ['does not exist'] });
  }
  const states = { close: 'closed', reopen: 'opened' } as const;
  const changed: FakeMergeRequest = {
    ...found,
    title: wanted.title ?? found.title,
    description: wanted.description ?? found.description,
    target_branch: wanted.target_branch ?? found.target_branch,
    force_remove_source_branch: wanted.remove_source_branch ?? found.force_remove_source_branch,
    state: wanted.state_event === undefined ? found.state : states[wanted.state_event],
    updated_at: now().updated_at,
  };
  refuseTwin(state, changed);
  state.mergeRequests = state.mergeRequests.map((item) => (item.id === found.id ? changed : item));
  return { status: 200, body: changed };
}

/** A branch has one open merge request into another branch. */
function refuseTwin({ mergeRequests }: FakeState, wanted: FakeMergeRequest): void {
  if (wanted.state !== 'opened') return;
  const twin = mergeRequests.find(
    (item) =>
      item.id !== wanted.id &&
      item.state === 'opened' &&
      item.project_id === wanted.project_id &&
      item.source_branch === wanted.source_branch &&
      item.target_branch === wanted.target_branch,
  );
  if (twin === undefined) return;
  throw refuse(409, [`Another open merge request already exists for this source branch: !${twin.iid}`]);
}

async function hasBranch({ repository }: FakeProject, branch: string): Promise<boolean> {
  const args = ['--git-dir', repository, 'show-ref', '--verify', '--quiet', `refs/heads/${branch}`];
  return promisify(execFile)('git', args).then(
    () => true,
    () => false,
  );
}

function notesOf({ notes }: FakeState, { project_id: project, iid }: FakeMergeRequest): readonly FakeNote[] {
  return notes.filter((note) => note.project_id === project && note.noteable_iid === iid);
}

function listNotes({ state, parameters }: Call, mergeRequest: FakeMergeRequest): ApiAnswer {
  const query = read(notesQuery, parameters);
  const key = query.order_by;
  const found = notesOf(state, mergeRequest).toSorted((a, b) => a[key].localeCompare(b[key]) || a.id - b.id);
  return paginate(query.sort === 'asc' ? found : found.toReversed(), query.page, query.per_page);
}

function createNote(call: Call, project: FakeProject, mergeRequest: FakeMergeRequest): ApiAnswer {
  const { state, token, parameters } = call;
  const { body, internal } = read(newNote, parameters);
  requireLevel(call, project, 10);
  checkLength(body);
  const made: FakeNote = {
    id: nextId(state),
    body,
    author: token.user,
    system: false,
    internal: internal ?? false,
    resolvable: false,
    noteable_type: 'MergeRequest',
    noteable_iid: mergeRequest.iid,
    project_id: project.id,
    ...now(),
  };
  state.notes = [...state.notes, made];
  return { status: 201, body: made };
}

function changeNote(
  call: Call,
  project: FakeProject,
  mergeRequest: FakeMergeRequest,
  method: string,
  id: number,
): ApiAnswer {
  const { state, token, parameters } = call;
  const found = notesOf(state, mergeRequest).find((note) => note.id === id);
  if (found === undefined) throw refuse(404, '404 Note Not Found');
  if (method === 'GET') return { status: 200, body: found };
  // Maintainers may change what others wrote.
  if (found.author.id !== token.user.id) requireLevel(call, project, 40);
  if (method === 'DELETE') {
    state.notes = state.notes.filter((note) => note !== found);
    return { status: 204 };
  }
  if (method !== 'PUT') throw new Refusal(405, { error: '405 Not Allowed' });
  const { body = found.body } = read(noteChange, parameters);
  checkLength(body);
  const changed = { ...found, body, updated_at: now().updated_at };
  state.notes = state.notes.map((note) => (note === found ? changed : note));
  return { status: 200, body: changed };
}

function checkLength(body: string): void {
  if (body.trim() === '') throw refuse(400, '400 Bad request - Note {:note=>["can\'t be blank"]}');
  if (Array.from(body).length <= 1_000_000) return;
  throw refuse(400, '400 Bad request - Note {:note=>["is too long (maximum is 1000000 characters)"]}');
}

function nextId(state: FakeState): number {
  state.id += 1;
  return state.id;
}

function now() {
  const at = new Date().toISOString();
  return { created_at: at, updated_at: at };
}

import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectGitLab, type GitLabClient } from './client.ts';
import { readAccess } from './environment.ts';
import { type FakeGitLab, startFakeGitLab } from './testing/fake-gitlab.ts';

const user = { id: 7, username: 'project_1_bot', name: 'sdp' };
const token = 'glpat-good-token-1';
let gitlab: FakeGitLab;
const clients: GitLabClient[] = [];

beforeAll(async () => {
  gitlab = await startFakeGitLab({
    tokens: [
      { token, user },
      { token: 'expired-token', user, expiresAt: new Date(Date.now() - 1000) },
      { token: 'revoked-token', user, revoked: true },
      { token: 'reading-token', user, scopes: ['read_api'] },
      { token: 'foreign-token', user, access: { 'team/other': 30 } },
      { token: 'reporter-token', user, access: 20 },
      { token: 'guest-token', user: { ...user, id: 8 }, access: 10 },
    ],
    projects: [
      { path: 'team/shop', repository: '/nowhere', mergeRequests: [{ sourceBranch: 'a' }] },
      { path: 'team/other', repository: '/nowhere' },
    ],
  });
});
afterAll(async () => {
  for (const client of clients) await client.close();
  await gitlab.close();
});

function clientOf(value = token, repetitions = 3): GitLabClient {
  const client = connectGitLab({ apiUrl: gitlab.apiUrl, token: value }, async (next) => next < repetitions);
  clients.push(client);
  return client;
}

it('reads, writes, changes and deletes notes, page by page', async () => {
  const client = clientOf();
  expect(await client.readUser()).toMatchObject({ id: 7, username: 'project_1_bot' });
  expect(await client.readProject('team/shop')).toMatchObject({
    id: 1,
    default_branch: 'main',
    http_url_to_repo: `${gitlab.url}/team/shop.git`,
  });
  for (let index = 0; index < 105; index += 1) await client.createNote(1, 1, `note ${index}`);
  const notes = await client.listNotes('team/shop', 1);
  expect(notes.map(({ body }) => body)).toEqual(Array.from({ length: 105 }, (_, index) => `note ${index}`));
  const [first, second] = notes;
  await client.updateNote(1, 1, first?.id ?? 0, 'changed');
  await client.deleteNote(1, 1, second?.id ?? 0);
  await client.deleteNote(1, 1, second?.id ?? 0);
  expect((await client.listNotes(1, 1)).slice(0, 2).map(({ body }) => body)).toEqual(['changed', 'note 2']);
});

it.each([
  ['unknown-token', 'GitLabTokenRefused', '401 Unauthorized'],
  ['expired-token', 'GitLabTokenRefused', 'Token is expired'],
  ['revoked-token', 'GitLabTokenRefused', 'Token was revoked'],
  ['reading-token', 'GitLabScopeMissing', 'insufficient_scope'],
  ['foreign-token', 'GitLabNotFound', '404 Project Not Found'],
])('tells what is the matter with %s: %s', async (value, reason, said) => {
  const error = await clientOf(value)
    .createNote('team/shop', 1, 'x')
    .catch((refusal: unknown) => refusal);
  expect(error).toMatchObject({ diagnostics: [{ reason, severity: 'error' }] });
  expect(String(error)).toContain(said);
  expect(String(error)).toContain('SDP_GITLAB_TOKEN');
  expect(JSON.stringify(error) + String(error)).not.toContain(value);
});

it('names the role that a change takes', async () => {
  const [note] = await clientOf().listNotes(1, 1);
  await expect(clientOf('guest-token').updateNote(1, 1, note?.id ?? 0, 'x')).rejects.toThrow(
    'needs the role Reporter',
  );
  const content = { title: 'x', description: '', target_branch: 'main', remove_source_branch: true };
  await expect(clientOf('reporter-token').createMergeRequest(1, 'a', content)).rejects.toThrow(
    'needs the role Developer',
  );
});

it('waits where GitLab is asked too often or does not do well, and gives up in the end', async () => {
  const client = clientOf(token, 3);
  gitlab.fail({ status: 429, retryAfter: 1 }, { status: 502 });
  expect(await client.readUser()).toMatchObject({ id: 7 });
  gitlab.fail({ status: 429 }, { status: 429 }, { status: 429 });
  await expect(client.readUser()).rejects.toThrow('It was asked several times');
  // What cannot get better is not asked again.
  gitlab.fail({ status: 400, body: { message: { title: ['is bad'] } } });
  await expect(client.readUser()).rejects.toThrow('answered 400: {"title":["is bad"]}');
});

it('follows no redirect, and takes no page for an answer', async () => {
  const client = clientOf();
  gitlab.fail({ status: 302 });
  await expect(client.readUser()).rejects.toThrow('CI_API_V4_URL has to be');
  gitlab.fail({ status: 200, body: 'Sign in' });
  await expect(client.readUser()).rejects.toThrow("the answer is not GitLab's");
});

it('says that nobody answers', async () => {
  const gone = await startFakeGitLab({ tokens: [], projects: [] });
  await gone.close();
  const client = connectGitLab({ apiUrl: gone.apiUrl, token: 'secret-token' }, async () => false);
  const error = await client.readUser().catch((refusal: unknown) => refusal);
  expect(String(error)).toMatch(/GitLab does not answer.*ECONNREFUSED/s);
  await client.close();
});

it('says all that is missing, and that a job token does not do', () => {
  expect(() => readAccess({ CI_JOB_TOKEN: 'x' })).toThrow(/CI_JOB_TOKEN can neither|own CI_JOB_TOKEN/);
  expect(() => readAccess({})).toThrow('CI_API_V4_URL is not set');
  expect(() => readAccess({ CI_API_V4_URL: 'gitlab', SDP_GITLAB_TOKEN: 'x' })).toThrow('is no address');
  expect(() =>
    readAccess({
      CI_API_V4_URL: 'https://g/api/v4',
      SDP_GITLAB_TOKEN: 'x',
      CI_SERVER_TLS_CA_FILE: '/nowhere/ca',
    }),
  ).toThrow('CI_SERVER_TLS_CA_FILE cannot be read');
  expect(readAccess({ CI_API_V4_URL: 'https://g/api/v4/', SDP_GITLAB_TOKEN: ' x\n' })).toEqual({
    apiUrl: 'https://g/api/v4',
    token: 'x',
  });
});

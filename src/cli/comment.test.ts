import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { connectGitLab } from '../gitlab/client.ts';
import { type FakeGitLab, startFakeGitLab } from '../gitlab/testing/fake-gitlab.ts';
import { registerComment } from './comment.ts';

const bot = { token: 'bot-token', user: { id: 7, username: 'project_1_bot', name: 'sdp' } };
const ada = { token: 'ada-token', user: { id: 8, username: 'ada', name: 'Ada' } };
const folder = mkdtempSync(join(tmpdir(), 'sdp-comment-'));
const file = join(folder, 'plan.md');
const head = '<!-- sdp-plan:shop/prod -->';
let gitlab: FakeGitLab;
const printed: string[] = [];

beforeEach(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  gitlab = await startFakeGitLab({
    tokens: [bot, ada],
    projects: [{ path: 'team/shop', repository: '/nowhere', mergeRequests: [{ sourceBranch: 'a' }] }],
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await gitlab.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(summary: string, into = file, first = head): string {
  writeFileSync(into, `${first}\n**Plan of shop/prod**: ${summary}\n`);
  return into;
}

async function comment(pipeline: string, ...args: readonly string[]): Promise<string> {
  const environment = {
    CI_API_V4_URL: gitlab.apiUrl,
    CI_PROJECT_ID: '1',
    CI_MERGE_REQUEST_PROJECT_ID: '',
    CI_MERGE_REQUEST_IID: '1',
    CI_PIPELINE_ID: pipeline,
    SDP_GITLAB_TOKEN: bot.token,
    CI_SERVER_TLS_CA_FILE: '',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  return run(args);
}

async function run(args: readonly string[]): Promise<string> {
  const before = printed.length;
  const program = new Command('sdp').exitOverride();
  registerComment(program);
  await program.parseAsync(['node', 'sdp', 'comment', ...args]);
  return printed.slice(before).join('');
}

const bodies = () => gitlab.notes().map(({ body }) => body);
const writes = () => gitlab.requests().filter((request) => !request.startsWith('GET'));

it('writes one comment, changes it, leaves it, and deletes it with the last change', async () => {
  write('1 change: 1 in-place; 0 unchanged');
  expect(await comment('1', file)).toBe('shop/prod, merge request !1: comment written.\n');
  expect(bodies()).toEqual([
    `${head}\n**Plan of shop/prod**: 1 change: 1 in-place; 0 unchanged\n\n<!-- sdp-pipeline:1 -->`,
  ]);
  expect(await comment('1', file)).toContain('the comment says it already');
  write('2 changes: 2 in-place; 0 unchanged');
  expect(await comment('2', file)).toContain('comment changed');
  expect(bodies()).toEqual([expect.stringMatching(/: 2 changes.*sdp-pipeline:2/s)]);
  write('No changes; 2 unchanged');
  expect(await comment('3', file)).toContain('its comment is deleted');
  expect(await comment('4', file)).toContain('no comment');
  expect(bodies()).toEqual([]);
  expect(writes()).toEqual([
    'POST /projects/1/merge_requests/1/notes',
    expect.stringMatching(/^PUT \/projects\/1\/merge_requests\/1\/notes\/\d+$/),
    expect.stringMatching(/^DELETE \/projects\/1\/merge_requests\/1\/notes\/\d+$/),
  ]);
});

it('touches no note of somebody else, whatever its first line is', async () => {
  const client = connectGitLab({ apiUrl: gitlab.apiUrl, token: ada.token });
  const quote = `${head}\nWhat is this line for?`;
  await client.createNote(1, 1, quote);
  await client.close();
  write('1 change: 1 in-place; 0 unchanged');
  await comment('1', file);
  expect(bodies()).toEqual([quote, expect.stringContaining('1 change')]);
  write('No changes; 2 unchanged');
  await comment('2', file);
  expect(bodies()).toEqual([quote]);
});

it('has a comment for each report', async () => {
  const other = join(folder, 'tst.md');
  write('1 change: 1 in-place; 0 unchanged');
  write('3 changes: 3 create; 0 unchanged', other, '<!-- sdp-plan:shop/tst -->');
  const { comments } = JSON.parse(await comment('5', file, other, '--json')) as { comments: object[] };
  expect(comments).toEqual([
    { file, name: 'shop/prod', outcome: 'created', note: expect.any(Number) },
    { file: other, name: 'shop/tst', outcome: 'created', note: expect.any(Number) },
  ]);
  expect(bodies()).toEqual([expect.stringContaining('1 change'), expect.stringContaining('3 changes')]);
  await expect(comment('5', file, write('1 change: 1 create', other))).rejects.toThrow('same first line');
});

it('leaves the comment of a later pipeline', async () => {
  write('2 changes: 2 in-place; 0 unchanged');
  await comment('20', file);
  write('1 change: 1 in-place; 0 unchanged');
  expect(await comment('10', file)).toContain(
    'the comment is of pipeline 20, which is later than this one, 10',
  );
  write('No changes; 2 unchanged');
  expect(await comment('10', file)).toContain('left as it is');
  expect(bodies()).toEqual([expect.stringContaining('2 changes')]);
});

it.each([
  ['the older', '10', '20'],
  ['the newer', '20', '10'],
])('keeps one comment when %s of two pipelines makes its first', async (_, first, second) => {
  const other = join(folder, 'second.md');
  write(`${first} changes: 1 in-place; 0 unchanged`);
  write(`${second} changes: 1 in-place; 0 unchanged`, other);
  const newer = first === '20' ? file : other;
  // The second has seen that there is no comment, and then comes to its own only after the first is through.
  let turn = 0;
  gitlab.beforeAnswer(async (request) => {
    if (!request.startsWith('POST') || turn > 0) return;
    turn += 1;
    await comment(first, file);
  });
  await comment(second, other);
  expect(bodies()).toHaveLength(1);
  expect(bodies()[0]).toContain(newer === file ? `${first} changes` : `${second} changes`);
});

it('prints what it would write without GitLab', async () => {
  write('1 change: 1 in-place; 0 unchanged');
  expect(await comment('7', file, '--dry-run')).toMatch(
    /^<!-- sdp-plan:shop\/prod -->\n.*sdp-pipeline:7 -->\n$/s,
  );
  write('No changes; 2 unchanged');
  expect(await comment('7', file, '--dry-run')).toBe(`No comment for ${file}: the plan has no changes.\n`);
  expect(gitlab.requests()).toEqual([]);
});

it('says what a job lacks', async () => {
  write('1 change: 1 in-place; 0 unchanged');
  await expect(comment('1', join(folder, 'none.md'))).rejects.toThrow('The report cannot be read');
  await comment('1', file);
  vi.stubEnv('CI_MERGE_REQUEST_IID', '');
  await expect(run([file])).rejects.toThrow('merge_request_event');
  vi.stubEnv('CI_MERGE_REQUEST_IID', '2');
  await expect(run([file])).rejects.toThrow('GitLab answers both alike');
  vi.stubEnv('SDP_GITLAB_TOKEN', '');
  await expect(run([file])).rejects.toThrow('CI_JOB_TOKEN');
});

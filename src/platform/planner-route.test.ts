import { setTimeout as sleep } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Planner } from '../engines/flink/planner.ts';
import type { PlannerQuestion } from '../sql/planner-checks.ts';
import { basicAuthorization } from './basic-auth.ts';
import { plannerPath, previewPath, registerPlanner } from './planner-route.ts';

let app: FastifyInstance;
let server: string;
let planner: { stop(): Promise<void> };
const events: string[] = [];
const problem = { statement: 0, line: 1, column: 1, seen: 'x', change: 'y' };

async function ask({ statements: [first = ''] }: PlannerQuestion) {
  events.push(first);
  if (first !== 'fail') return [problem];
  throw new DiagnosticError({ severity: 'error', reason: 'PlannerFailed', summary: 'a', detail: 'b' });
}

const columns: Planner['columns'] = async (asked) => ({
  problems: await ask(asked),
  inserts: [
    { statement: 0, table: ['c', 'd', 't'], columns: [{ name: 'a', computed: false, origins: null }] },
  ],
});

/** Two rows, and then none until it is aborted. */
const preview: Planner['preview'] = async (asked, rows, listener, signal) => {
  events.push(`${asked.statements[0]} ${rows}`);
  listener.columns(['a', 'b']);
  listener.row('+I', ['1', null]);
  listener.row('-D', ['1', 'é']);
  if (asked.statements[0] === 'endless') {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    events.push('aborted');
  }
  return [problem];
};

beforeEach(async () => {
  events.length = 0;
  app = Fastify({ forceCloseConnections: true });
  planner = registerPlanner(app, {
    token: 'secret',
    idle: 200,
    async start() {
      events.push('start');
      return { ask, columns, preview, stop: async () => void events.push('stop') };
    },
  });
  server = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  await planner.stop();
  await app.close();
});

async function post(body: string, password = 'secret', path = plannerPath) {
  const response = await fetch(server + path, {
    method: 'POST',
    headers: { authorization: basicAuthorization(password), 'content-type': 'application/json' },
    body,
  });
  return [response.status, await response.json()] as const;
}
const question = (...statements: readonly string[]) => JSON.stringify({ statements, options: {} });

it('is started by the first question, answers those that follow, and ends when nobody asks', async () => {
  expect(events).toEqual([]);
  const [one, two] = await Promise.all([post(question('a')), post(question('a'))]);
  expect([one, two]).toEqual([
    [200, { problems: [problem] }],
    [200, { problems: [problem] }],
  ]);
  await post(question('b'));
  expect(events).toEqual(['start', 'a', 'a', 'b']);
  await expect.poll(() => events.at(-1)).toBe('stop');
  await post(question('c'));
  expect(events.slice(-2)).toEqual(['start', 'c']);
});

it('is for those who know its password, and takes nothing but questions', async () => {
  expect((await post(question('a'), 'other'))[0]).toBe(401);
  expect((await post('[]'))[0]).toBe(400);
  expect((await post('{'))[0]).toBe(400);
  expect(events).toEqual([]);
});

it('tells what kept it from answering, and is started anew', async () => {
  const [status, body] = await post(question('fail'));
  expect(status).toBe(500);
  expect(body).toEqual({
    diagnostics: [{ severity: 'error', reason: 'PlannerFailed', summary: 'a', detail: 'b' }],
  });
  await sleep(10);
  await post(question('a'));
  expect(events).toEqual(['start', 'fail', 'stop', 'start', 'a']);
});

it('answers with columns where they are asked for', async () => {
  expect(await post(JSON.stringify({ statements: ['a'], options: {}, columns: true }))).toEqual([
    200,
    await columns({ statements: ['a'], options: {} }),
  ]);
});

it('shows the rows of a query as they come, until who asked is gone', async () => {
  const send = (first: string, signal?: AbortSignal) =>
    fetch(server + previewPath, {
      method: 'POST',
      headers: { authorization: basicAuthorization('secret'), 'content-type': 'application/json' },
      body: JSON.stringify({ statements: [first], options: {}, rows: 7 }),
      ...(signal && { signal }),
    });
  const lines = (await (await send('some')).text()).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { columns: ['a', 'b'] },
    { kind: '+I', row: ['1', null] },
    { kind: '-D', row: ['1', 'é'] },
    { problems: [problem] },
  ]);
  const abort = new AbortController();
  const endless = await send('endless', abort.signal);
  const first = await endless.body?.getReader().read();
  expect(Buffer.from(first?.value ?? []).toString()).toContain('{"columns":["a","b"]}');
  abort.abort();
  await expect.poll(() => events.includes('aborted')).toBe(true);
  expect(events).toEqual(['start', 'some 7', 'endless 7', 'aborted']);
  expect((await post(question('a'), 'secret', previewPath))[0]).toBe(400);
});

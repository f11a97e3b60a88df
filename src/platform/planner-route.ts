import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Planner } from '../engines/flink/planner.ts';
import { mayUse } from './basic-auth.ts';

/** Below the platform's address. */
export const plannerPath = '/planner';

export interface PlannerRouteOptions {
  /** Password of user `sdp` by basic authentication. Who may ask may run code: what is planned can name a jar. */
  readonly token: string;
  readonly start: () => Promise<Planner>;
  /** Milliseconds without a question after which the planner ends, to be started by the next one. */
  readonly idle?: number;
}

const question = z.object({
  statements: z.array(z.string()),
  options: z.record(z.string(), z.string()),
});

const usualIdle = 15 * 60_000;
const bodyLimit = 64 * 1024 * 1024;

/**
 * POST of a `PlannerQuestion` is answered by its problems, by a planner that is started by the first question and kept warm. What
 * it cannot answer is 500 with diagnostics.
 */
export function registerPlanner(
  app: FastifyInstance,
  { token, start, idle = usualIdle }: PlannerRouteOptions,
): { stop(): Promise<void> } {
  let planner: Promise<Planner> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let asked = 0;

  const stop = async () => {
    clearTimeout(timer);
    const ending = planner;
    planner = undefined;
    await ending?.then(
      (started) => started.stop(),
      () => undefined,
    );
  };
  const waitForNext = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void stop(), idle).unref();
  };

  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit }, (_, body, done) =>
      done(null, body),
    );
    scope.addHook('onRequest', async (request, reply) => {
      if (mayUse(request, token)) return;
      await reply.header('www-authenticate', 'Basic realm="sdp"').code(401).send({ diagnostics: [] });
    });
    scope.post(plannerPath, async (request, reply) => {
      const { data, error } = question.safeParse(parseJson(request.body));
      if (data === undefined)
        return reply.code(400).send({ diagnostics: [], message: z.prettifyError(error) });
      asked += 1;
      clearTimeout(timer);
      try {
        planner ??= start();
        return { problems: await (await planner).ask(data) };
      } catch (failure) {
        if (!(failure instanceof DiagnosticError)) throw failure;
        // The next question tries it anew.
        if (asked === 1) void stop();
        return reply.code(500).send({ diagnostics: failure.diagnostics });
      } finally {
        asked -= 1;
        if (asked === 0) waitForNext();
      }
    });
  });
  return { stop };
}

function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    return undefined;
  }
}

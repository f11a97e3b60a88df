import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Planner, PreviewListener } from '../engines/flink/planner.ts';
import { mayUse } from './basic-auth.ts';

/** Below the platform's address. */
export const plannerPath = '/planner';
export const previewPath = '/planner/preview';

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

const checkQuestion = question.extend({ columns: z.literal(true).optional() });
const previewQuestion = question.extend({ rows: z.int().min(1) });

const usualIdle = 15 * 60_000;
const bodyLimit = 64 * 1024 * 1024;

/**
 * POST of a `PlannerQuestion` is answered by its problems, and with `columns` by a `ColumnsAnswer`, by a planner that is started by the first question and kept warm. What
 * it cannot answer is 500 with diagnostics.
 *
 * POST of one with `rows` to `/planner/preview` is answered by lines of JSON as they come: `columns`, `kind` and `row`, and at the end
 * `problems` or `diagnostics`. Who closes the connection ends it.
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

  const use = async <T>(step: (started: Planner) => Promise<T>): Promise<T> => {
    asked += 1;
    clearTimeout(timer);
    try {
      planner ??= start();
      return await step(await planner);
    } catch (failure) {
      // The next question tries it anew.
      if (asked === 1) void stop();
      throw failure;
    } finally {
      asked -= 1;
      if (asked === 0) waitForNext();
    }
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
      const { data, error } = checkQuestion.safeParse(parseJson(request.body));
      if (data === undefined)
        return reply.code(400).send({ diagnostics: [], message: z.prettifyError(error) });
      try {
        const { columns, ...asked } = data;
        if (columns) return await use((started) => started.columns(asked));
        return { problems: await use((started) => started.ask(asked)) };
      } catch (failure) {
        return reply.code(500).send({ diagnostics: diagnosticsOf(failure) });
      }
    });
    scope.post(previewPath, async (request, reply) => {
      const { data, error } = previewQuestion.safeParse(parseJson(request.body));
      if (data === undefined)
        return reply.code(400).send({ diagnostics: [], message: z.prettifyError(error) });
      const { rows, ...asked } = data;
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const lines = new PassThrough();
      const write = (line: object) => lines.write(`${JSON.stringify(line)}\n`);
      const listener: PreviewListener = {
        columns: (columns) => write({ columns }),
        row: (kind, row) => write({ kind, row }),
      };
      use((started) => started.preview(asked, rows, listener, gone.signal))
        .then(
          (problems) => write({ problems }),
          (failure: unknown) => write({ diagnostics: diagnosticsOf(failure) }),
        )
        .finally(() => lines.end());
      return reply.type('application/x-ndjson').send(lines);
    });
  });
  return { stop };
}

/** Throws what is no problem of the user's or of the world's. */
function diagnosticsOf(failure: unknown): readonly Diagnostic[] {
  if (failure instanceof DiagnosticError) return failure.diagnostics;
  throw failure;
}

function parseJson(body: unknown): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    return undefined;
  }
}

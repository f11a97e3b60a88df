import { Agent, request } from 'undici';
import { readLines } from '../apiclient/watch-stream.ts';
import { type Diagnostic, DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Planner } from '../engines/flink/planner.ts';
import { basicAuthorization } from '../platform/basic-auth.ts';
import type { PlatformAddress } from '../platform/data-folder.ts';
import { plannerPath, previewPath } from '../platform/planner-route.ts';
import type { ColumnsAnswer } from '../sql/column-origins.ts';
import type { PlannerProblem } from '../sql/planner-problem.ts';

/** Questions that wait at the platform at the same time; the planner has a thread for each core. */
const connections = 16;

/** What the platform answers: to a question at once, to a preview by lines. */
interface Answer {
  readonly columns?: readonly string[];
  readonly kind?: string;
  readonly row?: readonly (string | null)[];
  readonly problems?: readonly PlannerProblem[];
  readonly inserts?: ColumnsAnswer['inserts'];
  readonly diagnostics?: readonly Diagnostic[];
}

/** The planner of a running platform. */
export function platformPlanner(address: PlatformAddress, signal: AbortSignal): Planner {
  const dispatcher = new Agent({ connect: { ca: address.caCertificate }, connections });
  const post = async (path: string, question: object, ended: AbortSignal) => {
    const { body } = await request(`${address.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: basicAuthorization(address.plannerToken),
        'content-type': 'application/json',
      },
      body: JSON.stringify(question),
      dispatcher,
      // Rows may be long in coming.
      bodyTimeout: 0,
      signal: ended,
    });
    return body;
  };
  const check = async (question: object): Promise<ColumnsAnswer> => {
    const body = await post(plannerPath, question, signal);
    const { problems, inserts = [], diagnostics = [] } = (await body.json()) as Answer;
    if (problems !== undefined) return { problems, inserts };
    throw new DiagnosticError(...diagnostics);
  };
  return {
    ask: async (question) => (await check(question)).problems,
    columns: (question) => check({ ...question, columns: true }),
    async preview(question, rows, listener, ended) {
      const body = await post(previewPath, { ...question, rows }, AbortSignal.any([signal, ended]));
      let last: Answer = {};
      for await (const line of readLines(body)) {
        last = JSON.parse(line) as Answer;
        const { columns, kind = '', row } = last;
        if (columns !== undefined) listener.columns(columns);
        else if (row !== undefined) listener.row(kind, row);
      }
      if (last.problems !== undefined) return last.problems;
      throw new DiagnosticError(...(last.diagnostics ?? [platformEnded]));
    },
    stop: () => dispatcher.destroy(),
  };
}

const platformEnded: Diagnostic = {
  severity: 'error',
  reason: 'PlatformEnded',
  summary: 'The platform ended',
  detail: 'It was stopped while its planner was asked. Start it again ("sdp up"), and ask again.',
};

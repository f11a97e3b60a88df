import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { DiagnosticError } from '../diagnostics/diagnostic.ts';
import type { Planner } from '../engines/flink/planner.ts';
import { findDataFolder, type PlatformAddress, readPlatformAddress } from '../platform/data-folder.ts';
import { readLockHolder } from '../process/lock-file.ts';
import type { PlannerProblem } from '../sql/planner-checks.ts';

/** Questions that wait at the platform at the same time; the planner has a thread for each core. */
const connections = 16;

/** Flink's planner: the platform's, which stays warm, else one for this command. `report`: what takes long meanwhile. */
export async function openPlanner(report: (what: string) => void, signal: AbortSignal): Promise<Planner> {
  const folder = await findDataFolder(undefined);
  const [address, holder] = await Promise.all([readPlatformAddress(folder), readLockHolder(folder.lockFile)]);
  if (address !== undefined && holder !== undefined) return askPlatform(address, signal);
  const [{ installFlink }, { startPlanner }] = await Promise.all([
    import('../engines/flink/install.ts'),
    import('../engines/flink/planner.ts'),
  ]);
  return startPlanner(await installFlink(report, signal), signal);
}

async function askPlatform(
  { url, caCertificate, plannerToken }: PlatformAddress,
  signal: AbortSignal,
): Promise<Planner> {
  const [{ Agent, request }, { basicAuthorization }, { plannerPath }] = await Promise.all([
    import('undici'),
    import('../platform/basic-auth.ts'),
    import('../platform/planner-route.ts'),
  ]);
  const dispatcher = new Agent({ connect: { ca: caCertificate }, connections });
  return {
    async ask(question) {
      const answer = await request(`${url}${plannerPath}`, {
        method: 'POST',
        headers: { authorization: basicAuthorization(plannerToken), 'content-type': 'application/json' },
        body: JSON.stringify(question),
        dispatcher,
        signal,
      });
      const { problems, diagnostics = [] } = (await answer.body.json()) as {
        readonly problems?: readonly PlannerProblem[];
        readonly diagnostics?: readonly Diagnostic[];
      };
      if (problems !== undefined) return problems;
      throw new DiagnosticError(...diagnostics);
    },
    stop: () => dispatcher.close(),
  };
}

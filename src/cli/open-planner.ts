import type { Planner } from '../engines/flink/planner.ts';
import { findDataFolder } from '../platform/data-folder.ts';
import { findRunningPlatform } from './running-platform.ts';

/** Flink's planner: the platform's, which stays warm, else one for this command. `report`: what takes long meanwhile. */
export async function openPlanner(report: (what: string) => void, signal: AbortSignal): Promise<Planner> {
  const address = await findRunningPlatform(await findDataFolder(undefined));
  if (address !== undefined) {
    const { platformPlanner } = await import('./platform-planner.ts');
    return platformPlanner(address, signal);
  }
  const [{ installFlink }, { startPlanner }] = await Promise.all([
    import('../engines/flink/install.ts'),
    import('../engines/flink/planner.ts'),
  ]);
  return startPlanner(await installFlink(report, signal), signal);
}

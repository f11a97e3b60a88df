import type { Session } from './session.ts';

/** Whether the API is that of a local platform. False where it does not answer, and from the run's first write on. */
export async function isLocalPlatform({
  settings,
  surroundings,
  signal,
  connect,
}: Session): Promise<boolean> {
  if (settings.project === undefined || surroundings.expired || signal.aborted) return false;
  try {
    const answer = await (await connect()).request('GET', '/version');
    return (await answer.text()).includes('+sdp"');
  } catch {
    return false;
  }
}

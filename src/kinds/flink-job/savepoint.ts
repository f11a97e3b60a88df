import { type FlinkClient, FlinkRestError, type SavepointProgress } from '../../engines/flink/client.ts';

/**
 * How far a savepoint is. A trigger that the cluster does not know was never received: asking with the same id starts it.
 */
export async function readOrRepeatSavepoint(
  flink: FlinkClient,
  jobId: string,
  triggerId: string,
  folder?: string,
): Promise<SavepointProgress> {
  try {
    return await flink.readSavepoint(jobId, triggerId);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  try {
    await flink.stopWithSavepoint(jobId, triggerId, folder);
    return { state: 'in-progress' };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return { state: 'failed', cause: 'the cluster knows neither the job nor its savepoint any more' };
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof FlinkRestError && error.status === 404;
}

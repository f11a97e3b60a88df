import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlinkClient, JobOverview, RunRequest, SavepointProgress } from './client.ts';

type Program = Pick<RunRequest, 'jar' | 'entryClass' | 'args' | 'flinkConfiguration'>;

export interface FlinkUnderTest {
  readonly client: FlinkClient;
  /** Runs until it is ended, and takes checkpoints that are retained on cancellation. */
  readonly endless: Program;
  /** Its main method throws. */
  readonly broken: Program;
  close(): Promise<void>;
}

/** What operators rely on in a session cluster, held against the fake and against Flink. */
export function runFlinkClientContract(name: string, open: () => Promise<FlinkUnderTest>): void {
  describe(`Flink's REST API: ${name}`, () => {
    let flink: FlinkUnderTest;
    beforeAll(async () => {
      flink = await open();
    });
    afterAll(() => flink?.close());

    const newId = () => randomBytes(16).toString('hex');
    const find = async (id: string) => (await flink.client.listJobs()).find(({ jid }) => jid === id);
    const hasState = (state: string) => (job: JobOverview | undefined) => job?.state === state;
    const allTasksRun = (job: JobOverview | undefined) =>
      job?.state === 'RUNNING' && (job.tasks.running ?? 0) === job.tasks.total;
    const savepointEnds = async (id: string, triggerId: string): Promise<SavepointProgress> =>
      poll(
        () => flink.client.readSavepoint(id, triggerId),
        ({ state }) => state !== 'in-progress',
      );
    const startEndless = async (savepointPath?: string) => {
      const jobId = newId();
      await flink.client.run({ ...flink.endless, jobId, savepointPath });
      await poll(() => find(jobId), allTasksRun);
      return jobId;
    };
    const end = async (id: string) => {
      await flink.client.cancel(id);
      await poll(() => find(id), hasState('CANCELED'));
    };

    it('tells its version and its TaskManagers', async () => {
      expect((await flink.client.readConfig()).version).toMatch(/^2\./);
      expect(await flink.client.listTaskManagers()).not.toEqual([]);
    });

    it('runs a program as the job whose id was asked for', async () => {
      const id = await startEndless();
      expect(await find(id)).toMatchObject({ jid: id, state: 'RUNNING' });
      await end(id);
    });

    it('knows how many slots a job takes', async () => {
      const jobId = newId();
      await flink.client.run({ ...flink.endless, jobId, parallelism: 2 });
      await poll(
        () => flink.client.readSlots(jobId),
        (slots) => slots > 0,
      );
      expect(await flink.client.readSlots(jobId)).toBe(2);
      await end(jobId);
      await expect(flink.client.readSlots(newId())).rejects.toMatchObject({ status: 404 });
    });

    it('refuses the same id a second time, and the job goes on', async () => {
      const id = await startEndless();
      await expect(flink.client.run({ ...flink.endless, jobId: id })).rejects.toMatchObject({
        name: 'FlinkRestError',
      });
      expect(await find(id)).toMatchObject({ state: 'RUNNING' });
      await end(id);
    });

    it('tells why main() failed, and has no job then', async () => {
      const jobId = newId();
      await expect(flink.client.run({ ...flink.broken, jobId })).rejects.toMatchObject({
        name: 'FlinkRestError',
        message: expect.stringContaining('Exception') as string,
      });
      expect(await find(jobId)).toBeUndefined();
    });

    it('cancels twice like once, and a job that it does not know', async () => {
      const id = await startEndless();
      await end(id);
      await flink.client.cancel(id);
      await flink.client.cancel(newId());
      expect(await find(id)).toMatchObject({ state: 'CANCELED' });
    });

    it('keeps the last checkpoint of a cancelled job to start from', async () => {
      const id = await startEndless();
      const checkpoint = await poll(
        () => flink.client.readLatestCheckpoint(id),
        (path) => path !== undefined,
      );
      expect(checkpoint).toContain('chk-');
      await end(id);
      const next = await startEndless(await flink.client.readLatestCheckpoint(id));
      await end(next);
    });

    it('stops with a savepoint to start from', async () => {
      const id = await startEndless();
      const trigger = newId();
      await flink.client.stopWithSavepoint(id, trigger);
      const progress = await savepointEnds(id, trigger);
      expect(progress).toMatchObject({ state: 'completed', path: expect.any(String) as string });
      await poll(() => find(id), hasState('FINISHED'));
      await end(await startEndless(progress.state === 'completed' ? progress.path : undefined));
    });

    it('stops with a savepoint where it is asked to', async () => {
      const [id, trigger] = [await startEndless(), newId()];
      const folder = await mkdtemp(join(tmpdir(), 'sdp-savepoints-'));
      await flink.client.stopWithSavepoint(id, trigger, `file://${folder}`);
      expect(await savepointEnds(id, trigger)).toMatchObject({
        state: 'completed',
        path: expect.stringContaining(folder) as string,
      });
      await rm(folder, { recursive: true });
    });

    it('takes one savepoint for a trigger that is sent twice', async () => {
      const id = await startEndless();
      const trigger = newId();
      await flink.client.stopWithSavepoint(id, trigger);
      await flink.client.stopWithSavepoint(id, trigger);
      expect(await savepointEnds(id, trigger)).toEqual(await savepointEnds(id, trigger));
    });

    it('takes a savepoint and a checkpoint of a job that goes on, each once for its trigger', async () => {
      const id = await startEndless();
      const [savepoint, checkpoint] = [newId(), newId()];
      await flink.client.triggerSavepoint(id, savepoint);
      await flink.client.triggerSavepoint(id, savepoint);
      const saved = await savepointEnds(id, savepoint);
      expect(saved).toMatchObject({
        state: 'completed',
        path: expect.stringContaining('savepoint-') as string,
      });
      await flink.client.triggerCheckpoint(id, checkpoint);
      const checked = await poll(
        () => flink.client.readCheckpoint(id, checkpoint),
        ({ state }) => state !== 'in-progress',
      );
      expect(checked).toMatchObject({ state: 'completed', path: expect.stringContaining('chk-') as string });
      expect(await find(id)).toMatchObject({ state: 'RUNNING' });
      await end(id);
      if (saved.state !== 'completed') return;
      await flink.client.disposeSavepoint(saved.path);
      const next = { ...flink.endless, savepointPath: saved.path };
      await poll(
        async () => {
          const jobId = newId();
          const failure = await flink.client.run({ ...next, jobId }).then(
            () => undefined,
            (error: Error) => error.message,
          );
          await flink.client.cancel(jobId);
          return failure;
        },
        (failure) => failure !== undefined,
      );
    });

    it('answers 404 for a trigger that it does not know', async () => {
      const id = await startEndless();
      await expect(flink.client.readSavepoint(id, newId())).rejects.toMatchObject({ status: 404 });
      await end(id);
    });

    it('takes a stop of a job that it does not know, which fails', async () => {
      const [id, trigger] = [newId(), newId()];
      await flink.client.stopWithSavepoint(id, trigger);
      expect(await savepointEnds(id, trigger)).toMatchObject({
        state: 'failed',
        cause: expect.stringContaining('FlinkJobNotFoundException') as string,
      });
    });

    it('does not start from a savepoint that is not there', async () => {
      const jobId = newId();
      const savepointPath = 'file:/no/such/savepoint';
      await expect(flink.client.run({ ...flink.endless, jobId, savepointPath })).rejects.toMatchObject({
        name: 'FlinkRestError',
      });
      expect((await find(jobId))?.state ?? 'FAILED').toBe('FAILED');
    });
  });
}

async function poll<T>(read: () => Promise<T>, isDone: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read();
    if (isDone(value)) return value;
    await sleep(20);
  }
}

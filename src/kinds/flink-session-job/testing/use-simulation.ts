import { afterAll, beforeAll, beforeEach } from 'vitest';
import { customResourceDefinitionType } from '../../../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../../../apiserver/testing/start-test-server.ts';
import { buildCustomResourceDefinition } from '../../crd.ts';
import type { JobSpec } from '../../flink-job/spec.ts';
import { flinkStateSnapshot } from '../../flink-state-snapshot/kind.ts';
import { flinkSessionJob } from '../kind.ts';
import { openSimulation, type Simulation } from './simulation.ts';

/** A program that runs until it is ended. */
export const program: JobSpec = { entryClass: 't.Main', args: ['runs'], parallelism: 1, state: 'running' };

/** A new simulation for each test, all on one API server. */
export function useSimulation(): {
  readonly job: Simulation;
  /** Another one beside it. */
  open(): Promise<Simulation>;
  /** Creates the job and lets it run. */
  deploy(upgradeMode: JobSpec['upgradeMode'], changes?: Partial<JobSpec>): Promise<void>;
} {
  let server: TestServer;
  let job: Simulation;
  let count = 0;
  const open = () => {
    count += 1;
    return openSimulation(server.client, `simulation-${count}`);
  };
  beforeAll(async () => {
    server = await startTestServer();
    for (const kind of [flinkSessionJob, flinkStateSnapshot]) {
      const definition = buildCustomResourceDefinition(kind);
      await server.client.apply(customResourceDefinitionType, definition, { fieldManager: 'test' });
    }
  });
  afterAll(() => server?.close());
  beforeEach(async () => {
    job = await open();
  });
  return {
    get job() {
      return job;
    },
    open,
    async deploy(upgradeMode, changes = {}) {
      await job.create({ ...program, ...(upgradeMode && { upgradeMode }), ...changes });
      await job.settle();
      job.newLog();
    },
  };
}

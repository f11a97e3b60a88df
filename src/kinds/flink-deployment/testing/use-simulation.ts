import { afterAll, beforeAll, beforeEach } from 'vitest';
import { customResourceDefinitionType } from '../../../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../../../apiserver/testing/start-test-server.ts';
import { buildCustomResourceDefinition } from '../../crd.ts';
import type { JobSpec } from '../../flink-job/spec.ts';
import { flinkStateSnapshot } from '../../flink-state-snapshot/kind.ts';
import { flinkDeployment } from '../kind.ts';
import { type ApplicationSimulation, openApplicationSimulation } from './simulation.ts';

/** A program that runs until it is ended. */
export const program: JobSpec = {
  jarURI: 'local:///job.jar',
  args: ['runs'],
  parallelism: 1,
  state: 'running',
};

/** A new simulation for each test, all on one API server. */
export function useApplicationSimulation(): {
  readonly app: ApplicationSimulation;
  /** Another one beside it. */
  open(): Promise<ApplicationSimulation>;
  /** Creates the application and lets it run. */
  deploy(upgradeMode: JobSpec['upgradeMode'], changes?: Partial<JobSpec>): Promise<void>;
} {
  let server: TestServer;
  let app: ApplicationSimulation;
  let count = 0;
  const open = () => {
    count += 1;
    return openApplicationSimulation(server.client, `application-${count}`);
  };
  beforeAll(async () => {
    server = await startTestServer();
    for (const kind of [flinkDeployment, flinkStateSnapshot]) {
      const definition = buildCustomResourceDefinition(kind);
      await server.client.apply(customResourceDefinitionType, definition, { fieldManager: 'test' });
    }
  });
  afterAll(() => server?.close());
  beforeEach(async () => {
    app = await open();
  });
  return {
    get app() {
      return app;
    },
    open,
    async deploy(upgradeMode, changes = {}) {
      await app.create({ ...program, ...(upgradeMode && { upgradeMode }), ...changes });
      await app.settle();
      app.newLog();
    },
  };
}

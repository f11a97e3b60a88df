import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customResourceDefinitionType } from '../apiclient/core-types.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { newProject } from '../cli/new.ts';
import { kinds } from '../kinds/catalog.ts';
import { buildCustomResourceDefinition } from '../kinds/crd.ts';
import { packageFile } from '../package-file.ts';
import { createTerraformProject, type TerraformProject } from './testing/terraform-project.ts';

/** The published module calls, as written. They are data beside the repository: SDP_ACCEPTANCE, else ../shared/acceptance. */
const acceptance = resolve(process.env['SDP_ACCEPTANCE'] ?? packageFile('..', 'shared', 'acceptance'));
const timeout = 120_000;
const script = `CREATE TEMPORARY TABLE numbers (n INT) WITH ('connector' = 'datagen');
CREATE TEMPORARY TABLE printed (n INT, t STRING) WITH ('connector' = 'print');
INSERT INTO printed SELECT n + \${arg1} + \${arg4}, CONCAT('\${arg2}', '\${arg3}') FROM numbers;
`;

let server: TestServer;
let project: TerraformProject;
let git: string;

beforeAll(async () => {
  server = await startTestServer();
  for (const kind of kinds) {
    const definition = buildCustomResourceDefinition(kind);
    await server.client.apply(customResourceDefinitionType, definition, { fieldManager: 'test' });
  }
  // The common modules as teams use them: a git repository.
  git = await mkdtemp(join(tmpdir(), 'sdp-modules-'));
  await cp(packageFile('terraform-modules'), git, { recursive: true });
  const run = (...args: string[]) =>
    execFileSync('git', ['-C', git, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args]);
  run('init', '-q', '-b', 'master');
  run('add', '-A');
  run('commit', '-q', '-m', 'modules');
}, timeout);

afterAll(async () => {
  await project?.remove();
  await server?.close();
  await rm(git, { recursive: true, force: true });
});

describe.skipIf(!existsSync(acceptance))('the published examples', () => {
  it(
    'work as written in a new project',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'sdp-new-'));
      await newProject({
        scaffold: 'terraform-project',
        folder,
        project: 'published',
        modules: `git::file://${git}`,
        ref: 'master',
      });
      project = await createTerraformProject({ KUBECONFIG: server.kubeconfig }, folder);
      await rm(folder, { recursive: true });
      const settings = readFileSync(join(project.folder, 'environments', 'local.yaml'), 'utf8');
      await project.write({
        'examples.tf': readFileSync(join(acceptance, 'seed', 'seed-examples.tf'), 'utf8'),
        'sql/jobs/flink-sql-job.sql': script,
        // No operator runs here.
        'environments/local.yaml': settings.replace('wait: true', 'wait: false'),
      });
      await project.succeed('init');
      await project.succeed('validate');
      expect(await project.succeed('plan')).toMatch(/Plan: \d+ to add, 0 to change, 0 to destroy/);
      await project.succeed('apply', '-auto-approve');
      expect(await project.succeed('plan', '-detailed-exitcode')).toContain('No changes');
    },
    timeout,
  );
});

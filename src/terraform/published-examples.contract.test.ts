import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customResourceDefinitionType } from '../apiclient/core-types.ts';
import type { Manifest } from '../apiclient/object.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/start-test-server.ts';
import { kinds } from '../kinds/catalog.ts';
import { buildCustomResourceDefinition } from '../kinds/crd.ts';
import { findRefused, isUpstreamThere } from '../kinds/testing/upstream-crds.ts';
import { packageFile } from '../package-file.ts';
import { checkPolicy } from '../policy/check-policy.ts';
import { plannedPolicyObjects } from '../policy/planned-policy-objects.ts';
import { readPolicy } from '../policy/policy-file.ts';
import { headline } from '../policy/policy-report.ts';
import { createProject as createNewProject } from '../scaffold/create-project.ts';
import type { PlanJson } from './plan-json.ts';
import { planTable } from './plan-table.ts';
import { renderPlan } from './render-plan.ts';
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

/** A new project as `sdp new` makes it, whose modules come from the git repository, and which waits for nothing. */
async function createProject(files: Readonly<Record<string, string>>): Promise<TerraformProject> {
  const folder = await mkdtemp(join(tmpdir(), 'sdp-new-'));
  const modules = `git::file://${git}`;
  await createNewProject({
    layers: ['terraform-project'],
    folder,
    version: '0.1.0',
    values: { project: 'published', modules, ref: '?ref=master' },
  });
  const created = await createTerraformProject({ KUBECONFIG: server.kubeconfig }, folder);
  await rm(folder, { recursive: true });
  // No operator runs here.
  const settings = readFileSync(join(created.folder, 'environments', 'local.yaml'), 'utf8');
  await created.write({
    'environments/local.yaml': settings.replace('wait: true', 'wait: false'),
    'sql/jobs/flink-sql-job.sql': script,
    ...files,
  });
  await created.succeed('init');
  return created;
}

/** What the rules of a new project say of its plan, in any environment. */
async function brokenRules(created: TerraformProject): Promise<readonly string[]> {
  await created.succeed('plan', '-out=checked.tfplan');
  const plan = JSON.parse(await created.succeed('show', '-json', 'checked.tfplan')) as PlanJson;
  const { value: rules = [], diagnostics } = await readPolicy(['policy.yaml'], created.folder, kinds);
  expect(diagnostics).toEqual([]);
  const objects = await plannedPolicyObjects(plan, planTable(plan, [], kinds), kinds, []);
  return ['local', 'tst', 'prod'].flatMap((environment) =>
    checkPolicy(rules, objects, { environment, today: '2026-01-01' }).flatMap(
      ({ outcome, findings, note }) =>
        outcome === 'unknown'
          ? `not known: ${note}`
          : findings.map((finding) => `${environment}: ${headline(finding)}`),
    ),
  );
}

async function render(created: TerraformProject): Promise<readonly Manifest[]> {
  await created.succeed('plan', '-out=rendered.tfplan');
  const plan = JSON.parse(await created.succeed('show', '-json', 'rendered.tfplan')) as PlanJson;
  const { value, diagnostics } = await renderPlan(plan, kinds);
  expect(diagnostics).toEqual([]);
  return value ?? [];
}

function refusedByUpstream(manifests: readonly Manifest[]) {
  return manifests.flatMap((manifest) => {
    const kind = kinds.find(({ type }) => type.kind === manifest.kind);
    if (kind === undefined) return [];
    return findRefused(kind, 'spec', manifest['spec']).map(
      (refused) => `${manifest.kind}: ${String(refused)}`,
    );
  });
}

describe.skipIf(!existsSync(acceptance))('the published examples', () => {
  it(
    'work as written in a new project',
    async () => {
      project = await createProject({
        'examples.tf': readFileSync(join(acceptance, 'seed', 'seed-examples.tf'), 'utf8'),
      });
      await project.succeed('validate');
      expect(await project.succeed('plan')).toMatch(/Plan: \d+ to add, 0 to change, 0 to destroy/);
      expect(await brokenRules(project)).toEqual([]);
      await project.succeed('apply', '-auto-approve');
      expect(await project.succeed('plan', '-detailed-exitcode')).toContain('No changes');
      const manifests = await render(project);
      expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toMatchSnapshot();
      expect(refusedByUpstream(manifests)).toEqual([]);
      await project.succeed('destroy', '-auto-approve');
    },
    timeout,
  );

  it(
    'work by the git address of a common module',
    async () => {
      const example = readFileSync(join(acceptance, 'seed', 'composition-example.tf.txt'), 'utf8');
      const filled = example
        .replace(/git::https:\/\/…\/sdp-terraform-modules\.git/, `git::file://${git}`)
        .replace(
          /^\.\.\.$/m,
          'job_type = "java"\njar_uri = "local:///opt/flink/usrlib/job.jar"\nwait = false',
        );
      expect(filled).not.toContain('…');
      const team = await createProject({ 'modules/team-job/main.tf': `${teamJobVariables}${filled}` });
      await team.write({ 'job.tf': teamJob });
      await team.succeed('init');
      await team.succeed('apply', '-auto-approve');
      expect((await team.state()).map(({ address }) => address)).toContain(
        'module.team-job.module.flink-standalone-job.sdp_flink_deployment.this[0]',
      );
      await team.succeed('destroy', '-auto-approve');
      await team.remove();
    },
    timeout,
  );
});

const teamJobVariables = ['enabled', 'job_name', 'parallelism']
  .map((name) => `variable "${name}" {}\n`)
  .join('');
const teamJob = `module "team-job" {
  source      = "./modules/team-job"
  enabled     = true
  job_name    = "team-job"
  parallelism = 2
}
`;

describe.skipIf(!isUpstreamThere)('every module', () => {
  it(
    "renders what the operators' definitions take",
    async () => {
      const all = await createProject({
        'everything.tf': readFileSync(
          join(import.meta.dirname, 'testdata', 'every-module.tf'),
          'utf8',
        ).replaceAll('../../../terraform-modules', `git::file://${git}`),
      });
      const manifests = await render(all);
      expect(new Set(manifests.map(({ kind }) => kind))).toEqual(
        new Set([
          'ConfigMap',
          'FlinkDeployment',
          'FlinkSessionJob',
          'Ingress',
          'KafkaConnect',
          'KafkaConnector',
          'KafkaTopic',
          'KafkaUser',
          'Service',
          'ServiceMonitor',
        ]),
      );
      expect(refusedByUpstream(manifests)).toEqual([]);
      await all.succeed('apply', '-auto-approve');
      expect(await all.succeed('plan', '-detailed-exitcode')).toContain('No changes');
      await all.succeed('destroy', '-auto-approve');
      await all.remove();
    },
    timeout,
  );
});

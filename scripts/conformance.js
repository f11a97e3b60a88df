// `npm run conformance [-- --embedded | --original | --kubeconfig FILE] [TEST…]`: one suite against the embedded
// Kubernetes API and against the original, kube-apiserver. By hand, not part of `npm test`: the first run builds
// kube-apiserver and etcd from their Go modules.
//
// `npm run conformance -- --sql FOLDER`: sdp's reading of SQL against Flink's own parser, on all SQL under a folder.
//
// `npm run conformance -- --parity embedded | kubernetes | FILE`: plans and ends of the same changes by sdp's API and
// operators, by its operators on a kube-apiserver, or by Strimzi's and Flink's as FILE says where they run.
//
// `npm run conformance -- --nexmark CHECKOUT`: Nexmark's queries as jobs of sdp against Flink's SQL client.
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fail } from './go-build.js';
import { installDependencies } from './install-dependencies.js';
import { buildKubernetes } from './kubernetes-original.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    embedded: { type: 'boolean', default: false },
    original: { type: 'boolean', default: false },
    kubeconfig: { type: 'string' },
    sql: { type: 'string' },
    nexmark: { type: 'string' },
    parity: { type: 'string' },
  },
});
const chosen = [
  ...(values.original ? ['original'] : []),
  ...(values.embedded ? ['embedded'] : []),
  ...(values.kubeconfig === undefined ? [] : [resolve(values.kubeconfig)]),
];
if (values.kubeconfig?.includes(',')) fail('--kubeconfig names a file with a comma', 'Give it another name.');
const servers = chosen.length === 0 ? ['original', 'embedded'] : chosen;
installDependencies((message) => console.error(`• ${message}`));
if (values.sql !== undefined) {
  runVitest('sql-corpus', { SDP_SQL_CORPUS: resolve(values.sql) });
} else if (values.parity !== undefined) {
  const { buildAll } = await import('./build.js');
  await buildAll((message) => console.error(`• ${message}`));
  const isNamed = ['embedded', 'kubernetes'].includes(values.parity);
  runVitest('parity', { SDP_PARITY: isNamed ? values.parity : resolve(values.parity) });
} else if (values.nexmark !== undefined) {
  runVitest('nexmark', { SDP_NEXMARK: resolve(values.nexmark) });
} else {
  if (servers.includes('original')) buildKubernetes();
  runVitest('conformance', { SDP_CONFORMANCE: servers.join(',') });
}

function runVitest(project, env) {
  const { status } = spawnSync(
    join(root, 'node_modules', '.bin', 'vitest'),
    ['run', '--project', project, '--update=none', ...positionals],
    { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } },
  );
  process.exitCode = status ?? 1;
}

// The original of the embedded API, a kube-apiserver with its etcd, built once from Go modules: ten minutes of two
// cores and 8 GB of Go's caches.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildGoProgram, findGoProgram, readGoMod } from './go-build.js';

const kubernetes = '1.32.13';
const etcd = '3.5.21';

/** Paths of both programs where they were built before. */
export function findKubernetes() {
  const [store, apiserver] = [findGoProgram('etcd', etcd), findGoProgram('kube-apiserver', kubernetes)];
  return store === undefined || apiserver === undefined ? undefined : { etcd: store, apiserver };
}

/** Paths of both programs. */
export function buildKubernetes() {
  const version = 'k8s.io/component-base/version';
  return {
    etcd: buildGoProgram({
      name: 'etcd',
      title: 'etcd',
      version: etcd,
      module: 'go.etcd.io/etcd/server/v3',
      goMod: 'module etcd-for-sdp\n\ngo 1.23.0\n',
    }),
    apiserver: buildGoProgram({
      name: 'kube-apiserver',
      title: 'kube-apiserver',
      version: kubernetes,
      module: 'k8s.io/kubernetes/cmd/kube-apiserver',
      goMod: kubernetesGoMod,
      ldflags: `-s -w -X ${version}.gitVersion=v${kubernetes} -X ${version}.gitMajor=1 -X ${version}.gitMinor=32`,
    }),
  };
}

/** The modules that live in Kubernetes' own repository are published under versions of their own. */
function kubernetesGoMod(folder) {
  writeFileSync(join(folder, 'go.mod'), 'module kubernetes-for-sdp\n\ngo 1.23.0\n');
  const staged = readFileSync(readGoMod('k8s.io/kubernetes', kubernetes, folder), 'utf8').matchAll(
    /^\s*(k8s\.io\/\S+) => \.\/staging/gm,
  );
  const published = kubernetes.replace(/^1/, '0');
  return [
    'module kubernetes-for-sdp',
    'go 1.23.0',
    'godebug default=go1.23',
    `require k8s.io/kubernetes v${kubernetes}`,
    ...[...staged].map(([, module]) => `replace ${module} => ${module} v${published}`),
    '',
  ].join('\n');
}

/**
 * The embedded Kubernetes API in a process of its own, and beside it the original (etcd and kube-apiserver, where
 * scripts/kubernetes-original.js has built it): the same client and the same work for both, step by step in turns, in
 * several rounds on empty folders. Linux only: memory is read from /proc.
 *
 * npm run bench -- apiserver [rounds] [objects]
 */
const [mode = '', ...args] = process.argv.slice(2);
if (mode === 'serve') {
  const { serve } = await import('./apiserver/serve.ts');
  await serve(args[0] ?? '');
} else {
  const { measure } = await import('./apiserver/measure.ts');
  await measure({ rounds: Number(mode || 5), objects: Number(args[0] ?? 10_000) });
}

/** Paths of both programs, built when they are not in the cache yet. */
export function buildKubernetes(): { readonly etcd: string; readonly apiserver: string };

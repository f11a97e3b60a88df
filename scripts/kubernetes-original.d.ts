interface KubernetesPrograms {
  readonly etcd: string;
  readonly apiserver: string;
}

/** Paths of both programs where they were built before. */
export function findKubernetes(): KubernetesPrograms | undefined;

/** Paths of both programs, built when they are not in the cache yet. */
export function buildKubernetes(): KubernetesPrograms;

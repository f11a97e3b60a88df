import type { Container, Pod, PodSpec } from '../../pods/pod.ts';

/** The container of Flink, by which the operator knows it in a template. */
export const mainContainerName = 'flink-main-container';

/** The parts of a pod template that are carried out. */
interface PodTemplate {
  readonly metadata?: Pick<Pod['metadata'], 'labels' | 'annotations'>;
  readonly spec?: Partial<PodSpec> & { readonly initContainers?: readonly Container[] };
}

export type PodParts = Pick<Pod, 'metadata' | 'spec'>;

/**
 * A pod with what templates add to it, the later ones over the earlier: labels, annotations, ServiceAccount, volumes, and
 * the main container's environment, ports and mounts. What the operator itself sets stays.
 */
export function withTemplates(pod: PodParts, templates: readonly (object | undefined)[]): PodParts {
  return templates.reduce<PodParts>((merged, template) => mergeTemplate(merged, template ?? {}), pod);
}

/** Names of containers in the templates that no process here stands for. */
export function otherContainers(templates: readonly (object | undefined)[]): readonly string[] {
  const names = templates.flatMap((template) => {
    const { containers = [], initContainers = [] } = (template as PodTemplate | undefined)?.spec ?? {};
    return [...containers, ...initContainers].map(({ name }) => name);
  });
  // Its jar is on every classpath here.
  return [...new Set(names)].filter((name) => name !== mainContainerName && name !== 'sdp-runner');
}

/** Names of the environment variables that templates give to Flink. */
export function environmentNames(templates: readonly (object | undefined)[]): readonly string[] {
  return templates.flatMap((template) => {
    const { containers = [] } = (template as PodTemplate | undefined)?.spec ?? {};
    return containers
      .filter(({ name }) => name === mainContainerName)
      .flatMap(({ env = [] }) => env.map(({ name }) => name));
  });
}

function mergeTemplate({ metadata, spec }: PodParts, template: PodTemplate): PodParts {
  const main = template.spec?.containers?.find(({ name }) => name === mainContainerName);
  const used = main?.volumeMounts?.map(({ name }) => name) ?? [];
  const volumes = template.spec?.volumes?.filter(({ name }) => used.includes(name));
  return {
    metadata: {
      ...metadata,
      labels: { ...template.metadata?.labels, ...metadata.labels },
      annotations: { ...template.metadata?.annotations, ...metadata.annotations },
    },
    spec: {
      ...pickDefined(template.spec ?? {}, ['serviceAccountName', 'terminationGracePeriodSeconds']),
      ...spec,
      containers: spec.containers.map((container) =>
        container.name === mainContainerName && main !== undefined
          ? mergeContainer(container, main)
          : container,
      ),
      volumes: mergeBy('name', volumes, spec.volumes),
    },
  };
}

function mergeContainer(container: Container, template: Container): Container {
  return {
    ...container,
    env: mergeBy('name', template.env, container.env),
    ports: mergeBy('containerPort', template.ports, container.ports),
    volumeMounts: mergeBy('name', template.volumeMounts, container.volumeMounts),
  };
}

/** The second over the first, in a fixed order. */
function mergeBy<T, K extends keyof T>(key: K, first: readonly T[] = [], second: readonly T[] = []): T[] {
  return [...new Map([...second, ...first, ...second].map((item) => [item[key], item])).values()];
}

function pickDefined<T extends object, K extends keyof T>(
  object: T,
  keys: readonly K[],
): Partial<Pick<T, K>> {
  const entries = keys.flatMap((key) => (object[key] === undefined ? [] : [[key, object[key]]]));
  return Object.fromEntries(entries) as Partial<Pick<T, K>>;
}

import { keyOf, type ObjectKey } from '../../controller/informer.ts';
import { type IngressObject, ingressSpec } from './ingress.ts';

/** One path of one rule of an Ingress, and where it leads. */
export interface Route {
  readonly ingress: ObjectKey;
  readonly namespace: string;
  /** In lower case, `*.example.com` for any one label before; every host when absent. */
  readonly host?: string;
  /** `<ingress>.<namespace>.localhost`: a host that resolves to this machine, and leads to the Ingress as its own does. */
  readonly alias: string;
  readonly path: string;
  readonly isExact: boolean;
  /** What stands in place of `path` where that is a regular expression, as ingress-nginx reads it. */
  readonly pattern?: RegExp;
  /** What the path becomes, with `$1` for the pattern's groups. */
  readonly rewriteTarget?: string;
  readonly service: string;
  readonly port: number | string;
  /** Where everything goes that no rule is for. */
  readonly isDefault: boolean;
}

export interface Routes {
  readonly routes: readonly Route[];
  /** What of the Ingress cannot be carried out, in sentences. */
  readonly problems: readonly string[];
}

const rewriteAnnotation = 'nginx.ingress.kubernetes.io/rewrite-target';
const regexAnnotation = 'nginx.ingress.kubernetes.io/use-regex';

/** The routes of an Ingress, whatever its class: one controller serves this machine. */
export function buildRoutes(ingress: IngressObject): Routes {
  const parsed = ingressSpec.safeParse(ingress.spec ?? {});
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) =>
        `spec.${path.join('.')}: ${message}. The Ingress has no effect until it is put right.`,
    );
    return { routes: [], problems };
  }
  const { name, namespace = 'default', annotations = {} } = ingress.metadata;
  const rewriteTarget = annotations[rewriteAnnotation];
  const hasPatterns = rewriteTarget !== undefined || annotations[regexAnnotation] === 'true';
  const { rules, defaultBackend } = parsed.data;
  const declared = [
    ...rules.flatMap(({ host, http }) =>
      (http?.paths ?? []).map((path) => ({ ...path, host: host || undefined, isDefault: false })),
    ),
    ...(defaultBackend === undefined
      ? []
      : [
          {
            host: undefined,
            path: '/',
            pathType: 'Prefix' as const,
            backend: defaultBackend,
            isDefault: true,
          },
        ]),
  ];
  const problems: string[] = [];
  const routes = declared.flatMap(({ host, path, pathType, backend, isDefault }): Route[] => {
    if (backend.service === undefined) {
      problems.push(`Path ${path} leads to no Service, and only Services are reached here.`);
      return [];
    }
    const isPattern = hasPatterns && pathType === 'ImplementationSpecific';
    const pattern = isPattern ? parsePattern(path) : undefined;
    if (isPattern && pattern === undefined) {
      problems.push(`Path ${path} is no regular expression, which ${rewriteAnnotation} makes of it.`);
      return [];
    }
    return [
      {
        ingress: keyOf(ingress),
        namespace,
        ...(host !== undefined && { host: host.toLowerCase() }),
        alias: `${name}.${namespace}.localhost`,
        path,
        isExact: pathType === 'Exact',
        ...(pattern !== undefined && { pattern }),
        ...(rewriteTarget !== undefined && { rewriteTarget }),
        service: backend.service.name,
        port: backend.service.port,
        isDefault,
      },
    ];
  });
  return { routes, problems };
}

function parsePattern(path: string): RegExp | undefined {
  try {
    return new RegExp(`^${path}`, 'i');
  } catch {
    return undefined;
  }
}

/**
 * The route of a request: the most exact host first, then the longest path, then an exact path before a prefix, then
 * the Ingress that was there first.
 */
export function findRoute(
  ingresses: readonly IngressObject[],
  host: string,
  path: string,
): Route | undefined {
  return ingresses
    .toSorted(byAge)
    .flatMap((ingress) => buildRoutes(ingress).routes)
    .filter((route) => rankHost(route, host) !== undefined && matchesPath(route, path))
    .toSorted(
      (a, b) =>
        (rankHost(a, host) ?? 0) - (rankHost(b, host) ?? 0) ||
        b.path.length - a.path.length ||
        Number(b.isExact) - Number(a.isExact),
    )[0];
}

function byAge(a: IngressObject, b: IngressObject): number {
  const age = ({ metadata }: IngressObject) => metadata.creationTimestamp ?? '';
  return age(a).localeCompare(age(b)) || keyOf(a).localeCompare(keyOf(b));
}

/** How far a route's host is from the one asked for; `undefined` when it is another. */
function rankHost({ host, alias, isDefault }: Route, asked: string): number | undefined {
  if (host === asked) return 0;
  if (host?.startsWith('*.') && asked.slice(asked.indexOf('.')) === host.slice(1)) return 1;
  if (alias === asked) return 2;
  if (host !== undefined) return undefined;
  return isDefault ? 4 : 3;
}

function matchesPath({ path, isExact, pattern }: Route, asked: string): boolean {
  if (pattern !== undefined) return pattern.test(asked);
  if (isExact) return asked === path;
  const prefix = path.replace(/\/+$/, '');
  return asked === prefix || asked.startsWith(`${prefix}/`);
}

/** The path that the pod is asked for. */
export function rewritePath({ pattern, rewriteTarget }: Route, asked: string): string {
  if (rewriteTarget === undefined) return asked;
  const groups = pattern?.exec(asked) ?? [];
  const rewritten = rewriteTarget.replace(/\$(\d)/g, (_, index: string) => groups[Number(index)] ?? '');
  return rewritten.startsWith('/') ? rewritten : `/${rewritten}`;
}

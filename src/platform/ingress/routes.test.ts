import { describe, expect, it } from 'vitest';
import { buildIngressStatus, findAddresses } from './addresses.ts';
import type { IngressObject } from './ingress.ts';
import { buildRoutes, findRoute, rewritePath } from './routes.ts';

type Path = [path: string, pathType: string, service: string];

function ingress(name: string, spec: object, metadata: object = {}): IngressObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
    spec,
  };
}

const backend = (name: string) => ({ service: { name, port: { number: 8081 } } });
const rule = (host: string | undefined, ...paths: Path[]) => ({
  host,
  http: { paths: paths.map(([path, pathType, name]) => ({ path, pathType, backend: backend(name) })) },
});
const rewrite = { 'nginx.ingress.kubernetes.io/rewrite-target': '/$2' };

const ingresses = [
  ingress('app', {
    rules: [
      rule(
        'app.flink.localhost',
        ['/', 'Prefix', 'root'],
        ['/api', 'Prefix', 'api'],
        ['/api/v1/', 'Prefix', 'v1'],
        ['/api/v1', 'Exact', 'exact'],
        ['/any', 'ImplementationSpecific', 'any'],
      ),
    ],
  }),
  ingress('wild', { rules: [rule('*.Example.com', ['/', 'Prefix', 'wild'])] }),
  ingress('one', { rules: [rule('one.example.com', ['/only', 'Prefix', 'one'])] }),
  ingress(
    'later',
    { rules: [rule('one.example.com', ['/only', 'Prefix', 'later'])] },
    { creationTimestamp: '2026-01-02T00:00:00Z' },
  ),
  ingress(
    'orders',
    { rules: [rule('flink.example.org', ['/team/orders(/|$)(.*)', 'ImplementationSpecific', 'orders'])] },
    { namespace: 'team', annotations: rewrite },
  ),
  ingress('open', { rules: [rule(undefined, ['/open', 'Prefix', 'open'])] }),
  ingress('rest', { defaultBackend: backend('default') }),
];

describe('the route of a request', () => {
  it.each([
    ['app.flink.localhost', '/', 'root'],
    ['app.flink.localhost', '/apis', 'root'],
    ['app.flink.localhost', '/api', 'api'],
    ['app.flink.localhost', '/api/x', 'api'],
    ['app.flink.localhost', '/api/v1', 'v1'],
    ['app.flink.localhost', '/api/v1/jobs', 'v1'],
    ['app.flink.localhost', '/any/where', 'any'],
    ['app.default.localhost', '/api/x', 'api'],
    ['two.example.com', '/', 'wild'],
    ['one.example.com', '/only', 'one'],
    ['one.example.com', '/only/x', 'one'],
    ['one.example.com', '/other', 'wild'],
    ['one.default.localhost', '/only', 'one'],
    ['flink.example.org', '/team/orders', 'orders'],
    ['flink.example.org', '/team/orders/jobs', 'orders'],
    ['orders.team.localhost', '/TEAM/orders/jobs', 'orders'],
    ['flink.example.org', '/team/ordersx', 'default'],
    ['a.b.example.com', '/', 'default'],
    ['example.com', '/', 'default'],
    ['127.0.0.1', '/open/x', 'open'],
    ['127.0.0.1', '/opened', 'default'],
  ])('%s%s leads to %s', (host, path, service) => {
    expect(findRoute(ingresses, host, path)?.service).toBe(service);
  });

  it('prefers an exact path to a prefix of its length', () => {
    const both = ingress('both', {
      rules: [rule('a.b', ['/x', 'Prefix', 'prefix'], ['/x', 'Exact', 'exact'])],
    });
    expect(findRoute([both], 'a.b', '/x')?.service).toBe('exact');
    expect(findRoute([both], 'a.b', '/x/y')?.service).toBe('prefix');
  });

  it('is none where no rule is for it', () => {
    expect(findRoute(ingresses.slice(0, 2), 'example.org', '/')).toBeUndefined();
  });
});

describe('a rewrite target', () => {
  it.each([
    ['/$2', '/team/orders(/|$)(.*)', 'ImplementationSpecific', '/team/orders', '/'],
    ['/$2', '/team/orders(/|$)(.*)', 'ImplementationSpecific', '/team/orders/jobs/1', '/jobs/1'],
    ['/sub/$1', '/x/(.*)', 'ImplementationSpecific', '/x/y', '/sub/y'],
    ['/', '/x', 'Prefix', '/x/y', '/'],
  ])('%s of %s (%s) makes of %s %s', (target, path, pathType, asked, expected) => {
    const [route] = buildRoutes(
      ingress(
        'a',
        { rules: [rule('a.b', [path, pathType, 'a'])] },
        { annotations: { 'nginx.ingress.kubernetes.io/rewrite-target': target } },
      ),
    ).routes;
    expect(route && rewritePath(route, asked)).toBe(expected);
  });
});

describe('what cannot be carried out', () => {
  it.each([
    [
      'a backend of another kind',
      { rules: [{ http: { paths: [{ pathType: 'Prefix', backend: { resource: {} } }] } }] },
      /leads to no Service/,
    ],
    [
      'a path type that is none',
      { rules: [rule('a.b', ['/', 'Regex', 'x'])] },
      /^spec\.rules\.0\.http\.paths\.0\.pathType: /,
    ],
    [
      'a path without its slash',
      { rules: [rule('a.b', ['x', 'Prefix', 'x'])] },
      /^spec\.rules\.0\.http\.paths\.0\.path: /,
    ],
    [
      'an expression that is none',
      { rules: [rule('a.b', ['/(', 'ImplementationSpecific', 'x'])] },
      /is no regular expression/,
    ],
  ])('%s is a problem, not a route', (_what, spec, problem) => {
    const built = buildRoutes(ingress('a', spec, { annotations: rewrite }));
    expect(built.routes).toEqual([]);
    expect(built.problems).toEqual([expect.stringMatching(problem)]);
  });

  it('is nothing of an Ingress without rules', () => {
    expect(buildRoutes({ ...ingress('a', {}), spec: undefined })).toEqual({ routes: [], problems: [] });
  });
});

describe('where an Ingress answers', () => {
  it.each([
    [
      'app',
      ['/', '/api', '/api/v1/', '/api/v1', '/any'].map((path) => `http://app.flink.localhost:7${path}`),
    ],
    ['wild', ['http://wild.default.localhost:7/']],
    ['one', ['http://one.default.localhost:7/only']],
    ['orders', ['http://orders.team.localhost:7/team/orders/']],
    ['rest', ['http://rest.default.localhost:7/']],
  ])('%s: %j', (name, addresses) => {
    const found = ingresses.find(({ metadata }) => metadata.name === name);
    expect(found && findAddresses(found, 7)).toEqual(addresses);
  });

  it('is in its status, once for each host', () => {
    expect(ingresses[0] && buildIngressStatus(ingresses[0], 7)).toEqual({
      loadBalancer: { ingress: [{ hostname: 'app.flink.localhost', ports: [{ port: 7, protocol: 'TCP' }] }] },
    });
  });
});

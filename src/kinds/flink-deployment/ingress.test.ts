import { expect, it } from 'vitest';
import { buildIngress } from './ingress.ts';
import type { FlinkDeploymentSpec } from './spec.ts';

const build = (ingress: FlinkDeploymentSpec['ingress']) =>
  buildIngress({
    apiVersion: 'flink.apache.org/v1beta1',
    kind: 'FlinkDeployment',
    metadata: { name: 'orders', namespace: 'team-a' },
    spec: { ...(ingress && { ingress }) },
  })?.manifest;

it('is there only when it is asked for', () => {
  expect(build(undefined)).toBeUndefined();
});

it.each([
  ['{{name}}.flink.localhost', 'orders.flink.localhost', undefined],
  ['https://flink.example.com/{{namespace}}/{{NAME}}', 'flink.example.com', '/team-a/orders'],
  ['flink.example.com/{{name}}(/|$)(.*)', 'flink.example.com', '/orders(/|$)(.*)'],
])('%s leads to the REST Service of the cluster', (template, host, path) => {
  expect(build({ template, className: 'nginx', annotations: { a: 'b' } })).toMatchObject({
    metadata: { name: 'orders', labels: { component: 'ingress' }, annotations: { a: 'b' } },
    spec: {
      ingressClassName: 'nginx',
      rules: [
        {
          host,
          http: {
            paths: [
              {
                pathType: 'ImplementationSpecific',
                ...(path !== undefined && { path }),
                backend: { service: { name: 'orders-rest', port: { number: 8081 } } },
              },
            ],
          },
        },
      ],
    },
  });
});

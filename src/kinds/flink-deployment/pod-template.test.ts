import { describe, expect, it } from 'vitest';
import type { PodParts } from './pod-template.ts';
import { otherContainers, withTemplates } from './pod-template.ts';

const pod: PodParts = {
  metadata: { name: 'app-jobmanager-0', labels: { app: 'app' }, annotations: { config: 'x' } },
  spec: {
    containers: [
      {
        name: 'flink-main-container',
        image: 'flink:2.2.0',
        args: ['jobmanager'],
        env: [{ name: 'A', value: 'operator' }],
        ports: [{ name: 'rest', containerPort: 8081 }],
        volumeMounts: [{ name: 'config', mountPath: '/opt/flink/conf' }],
      },
    ],
    volumes: [{ name: 'config', configMap: { name: 'config' } }],
  },
};

describe('withTemplates', () => {
  it('changes nothing without any', () => {
    expect(withTemplates(pod, [undefined, undefined])).toEqual({
      ...pod,
      spec: { ...pod.spec, containers: [expect.objectContaining({ ...pod.spec.containers[0] })] },
    });
  });

  it('adds to the main container, and leaves what the operator sets', () => {
    const template = {
      metadata: { labels: { app: 'other', team: 'a' } },
      spec: {
        serviceAccountName: 'own',
        containers: [
          {
            name: 'flink-main-container',
            env: [
              { name: 'A', value: 'user' },
              { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
            ],
            ports: [{ containerPort: 9249 }],
            volumeMounts: [{ name: 'certificates', mountPath: '/certificates' }],
          },
          { name: 'sidecar', image: 'x' },
        ],
        volumes: [
          { name: 'certificates', secret: { secretName: 'c' } },
          { name: 'of-the-sidecar', emptyDir: {} },
        ],
      },
    };
    const merged = withTemplates(pod, [template]);
    expect(merged.metadata.labels).toEqual({ app: 'app', team: 'a' });
    expect(merged.spec.serviceAccountName).toBe('own');
    expect(merged.spec.volumes?.map(({ name }) => name)).toEqual(['config', 'certificates']);
    expect(merged.spec.containers).toEqual([
      {
        ...pod.spec.containers[0],
        env: [
          { name: 'A', value: 'operator' },
          { name: 'B', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
        ],
        ports: [{ name: 'rest', containerPort: 8081 }, { containerPort: 9249 }],
        volumeMounts: [
          { name: 'config', mountPath: '/opt/flink/conf' },
          { name: 'certificates', mountPath: '/certificates' },
        ],
      },
    ]);
    expect(otherContainers([template])).toEqual(['sidecar']);
  });
});

import { expect, it } from 'vitest';
import { describeReplacements, describeStorage } from './replacements.ts';
import type { FlinkDeploymentSpec } from './spec.ts';

it.each<[string, FlinkDeploymentSpec, RegExp[]]>([
  ['nothing', {}, []],
  ['an image that folders stand for', { image: 'mapped:1' }, []],
  ["Flink's own image", { image: 'docker.io/library/flink:2.2.0-java17', flinkVersion: 'v2_2' }, []],
  [
    'an image of a team',
    { image: 'registry.example.com/orders:1.2' },
    [/^Image registry\.example\.com\/orders:1\.2 cannot run/],
  ],
  [
    'a side container',
    { podTemplate: { spec: { containers: [{ name: 'flink-main-container' }, { name: 'proxy' }] } } },
    [/^Containers proxy of the pod template are not run/],
  ],
])('tells what stands for %s', (_what, spec, messages) => {
  const found = describeReplacements(spec, (image) => image === 'mapped:1');
  expect(found).toHaveLength(messages.length);
  messages.forEach((message, index) => expect(found[index]).toMatch(message));
});

it('tells of buckets that folders stand for', () => {
  const flinkConfiguration = { 'state.checkpoints.dir': 's3a://team/flink' };
  expect(describeStorage({ flinkConfiguration })).toMatch(
    /^No S3 endpoint is configured: folders of this machine/,
  );
  expect(
    describeStorage({ flinkConfiguration: { ...flinkConfiguration, 's3.endpoint': 'http://s3' } }),
  ).toBeUndefined();
  const container = { name: 'flink-main-container', env: [{ name: 'AWS_ACCESS_KEY_ID', value: 'x' }] };
  const podTemplate = { spec: { containers: [container] } };
  expect(describeStorage({ flinkConfiguration, podTemplate })).toBeUndefined();
  expect(describeStorage({})).toBeUndefined();
});

import { expect, it } from 'vitest';
import { describeReplacements } from './replacements.ts';
import type { FlinkDeploymentSpec } from './spec.ts';

it.each<[string, FlinkDeploymentSpec, RegExp[]]>([
  ['nothing', {}, []],
  ["Flink's own image", { image: 'docker.io/library/flink:2.2.0-java17', flinkVersion: 'v2_2' }, []],
  [
    'an image of a team',
    { image: 'registry.example.com/orders:1.2' },
    [/^Image registry\.example\.com\/orders:1\.2 cannot run/],
  ],
  [
    'another version',
    { flinkVersion: 'v1_20' },
    [/^flinkVersion v1_20 cannot run without containers: Flink 2\.2\.0/],
  ],
  [
    'a side container',
    { podTemplate: { spec: { containers: [{ name: 'flink-main-container' }, { name: 'proxy' }] } } },
    [/^Containers proxy of the pod template are not run/],
  ],
])('tells what stands for %s', (_what, spec, messages) => {
  const found = describeReplacements(spec);
  expect(found).toHaveLength(messages.length);
  messages.forEach((message, index) => expect(found[index]).toMatch(message));
});

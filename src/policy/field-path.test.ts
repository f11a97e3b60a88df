import { expect, it } from 'vitest';
import { fieldsAt, parseFieldPath, strangeStep } from './field-path.ts';

const object = {
  spec: {
    config: { 'retention.ms': 1, retention: { bytes: 2 }, 'a.b': { 'c.d': 3 } },
    plugins: [{ name: 'x' }, { name: 'y', artifacts: [{ url: 'u' }] }],
    labels: { one: 'p', 'two.three': 'q' },
    nothing: null,
    no: false,
  },
};
const valuesAt = (path: string) =>
  fieldsAt(object, parseFieldPath(path) ?? []).map((field) => [field.path, field.value]);

it.each([
  ['spec.config.retention.ms', [['spec.config.retention.ms', 1]]],
  ['spec.config.retention.bytes', [['spec.config.retention.bytes', 2]]],
  ['spec.config.a.b.c.d', [['spec.config.a.b.c.d', 3]]],
  [
    'spec.plugins[*].name',
    [
      ['spec.plugins[0].name', 'x'],
      ['spec.plugins[1].name', 'y'],
    ],
  ],
  ['spec.plugins[*].artifacts[*].url', [['spec.plugins[1].artifacts[0].url', 'u']]],
  [
    'spec.labels.*',
    [
      ['spec.labels.one', 'p'],
      ['spec.labels.two.three', 'q'],
    ],
  ],
  ['spec.no', [['spec.no', false]]],
  ['spec.nothing', []],
  ['spec.config.other', []],
  ['spec.config.retention.ms.more', []],
  ['spec.constructor', []],
])('finds %s', (path, found) => {
  expect(valuesAt(path)).toEqual(found);
});

it.each(['', 'spec..x', '.spec', 'spec[0', 'spec.a b'])('takes %j for no path', (text) => {
  expect(parseFieldPath(text)).toBeUndefined();
});

it('knows which paths an object can have', () => {
  const schema = {
    properties: {
      spec: {
        properties: {
          partitions: {},
          config: { additionalProperties: {} },
          list: { items: { properties: { name: {} } } },
          open: { 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    },
  };
  const strange = (path: string) => strangeStep(schema, parseFieldPath(path) ?? [])?.step;
  expect(
    ['spec.partitions', 'spec.config.retention.ms', 'spec.list[*].name', 'spec.open.any.thing'].map(strange),
  ).toEqual([undefined, undefined, undefined, undefined]);
  expect(
    ['spec.partition', 'spec.list.name', 'spec.list[*].nam', 'status.x', 'spec.partitions.x'].map(strange),
  ).toEqual(['partition', 'name', 'nam', 'status', 'x']);
});

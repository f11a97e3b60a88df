import { expect, it } from 'vitest';
import type { Manifest } from '../../apiclient/object.ts';
import { kafkaConnectorType } from '../../kinds/kafka-connector/resource-type.ts';
import { createFakeApi } from '../testing/fake-api.ts';
import { findWayBack, readHealthy, recordHealthy } from './healthy-record.ts';

const object = (
  revision: string,
  annotations: Readonly<Record<string, string>> = {},
  size = 1,
): Manifest => ({
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'KafkaConnector',
  metadata: {
    name: 'c',
    namespace: 'default',
    annotations: { 'sdp.internal/project': 'demo', 'sdp.internal/revision': revision, ...annotations },
    managedFields: [
      {
        manager: 'sdp:demo',
        operation: 'Apply',
        apiVersion: 'kafka.strimzi.io/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:class': {}, 'f:config': { 'f:text': {} } } },
      },
      {
        manager: 'kubectl-edit',
        operation: 'Update',
        apiVersion: 'kafka.strimzi.io/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:pause': {}, 'f:config': { 'f:extra': {} } } },
      },
    ],
  },
  spec: { class: 'A', pause: true, config: { text: 'x'.repeat(size), extra: 'y' } },
});

async function record(from: Manifest): Promise<{ text: string | undefined; requests: number }> {
  const api = createFakeApi();
  await recordHealthy(api, kafkaConnectorType, from);
  const [written] = api.objects.values();
  return {
    text: written?.metadata.annotations?.['sdp.internal/healthy'],
    requests: api.requests.length,
  };
}

it('is what the project applied, and nothing that others did', async () => {
  const { text = '' } = await record(object('r1'));
  expect(JSON.parse(text)).toEqual([{ revision: 'r1', spec: { class: 'A', config: { text: 'x' } } }]);
});

it('is not written again', async () => {
  const { text = '' } = await record(object('r1'));
  expect((await record(object('r1', { 'sdp.internal/healthy': text }))).requests).toBe(0);
});

it('keeps the one before, brings what was gone back to to the front, and leaves out what is too large', async () => {
  const first = (await record(object('r1'))).text ?? '';
  const second = (await record(object('r2', { 'sdp.internal/healthy': first }))).text ?? '';
  const revisions = (text: string) =>
    readHealthy(object('any', { 'sdp.internal/healthy': text })).map(({ revision }) => revision);
  expect(revisions(second)).toEqual(['r2', 'r1']);
  const back = (await record(object('r1', { 'sdp.internal/healthy': second }))).text ?? '';
  expect(revisions(back)).toEqual(['r1', 'r2']);
  const large = (await record(object('r3', { 'sdp.internal/healthy': second }, 98_220))).text ?? '';
  expect(revisions(large)).toEqual(['r3']);
  expect((await record(object('r4', { 'sdp.internal/healthy': second }, 100_000))).text).toBe('[]');
  expect((await record(object('r4', {}, 100_000))).requests).toBe(0);
});

it('is none of an object that no project declares', async () => {
  const stray = object('r1');
  delete stray.metadata.annotations;
  expect((await record(stray)).requests).toBe(0);
});

it.each([
  ['the newest other than the live one', 'r2', undefined, 'r1'],
  ['where that is what was never healthy, the newest', 'r3', undefined, 'r2'],
  ['not what was taken back', 'r1', 'r2', undefined],
])('is gone back to: %s', (_, live, rejected, expected) => {
  const records = ['r2', 'r1'].map((revision) => ({ revision, spec: {} }));
  const found = findWayBack(
    object(live, {
      'sdp.internal/healthy': JSON.stringify(records),
      ...(rejected !== undefined && { 'sdp.internal/rejected-revision': rejected }),
    }),
  );
  expect(found?.revision).toBe(expected);
});

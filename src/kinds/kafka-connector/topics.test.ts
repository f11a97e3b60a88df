import { expect, it } from 'vitest';
import { deadLetters } from './direction.ts';
import { findTopics, readTopics } from './topics.ts';

it.each([
  ['FileStreamSink', { topics: 'a, b,a' }, ['a', 'b']],
  ['org.example.AnySinkConnector', { topics: 'a' }, ['a']],
  ['org.example.Any', { topics: 'a' }, []],
  ['FileStreamSource', { topic: 'a' }, []],
  ['MirrorSourceConnector', { topics: 'a' }, []],
  ['FileStreamSink', { 'topics.regex': 'a.*' }, []],
  ['FileStreamSink', { topics: '${env:a:b}' }, []],
  ['FileStreamSink', undefined, []],
])('%s with %j reads topics %j', (className, config, expected) => {
  expect(readTopics({ class: className, config }).map(({ name }) => name)).toEqual(expected);
});

it('a topic is known by its name in Kafka', () => {
  const [mention] = readTopics({ class: 'FileStreamSink', config: { topics: 'Orders' } });
  const topic = { apiVersion: 'v1', kind: 'KafkaTopic', metadata: { name: 'orders' } };
  expect(mention?.nameOf(topic)).toBe('orders');
  expect(mention?.nameOf({ ...topic, spec: { topicName: 'Orders' } } as typeof topic)).toBe('Orders');
  expect(mention?.isClaim('topic Orders of Kafka cluster kafka')).toBe(true);
  expect(mention?.isClaim('topic Orders-2 of Kafka cluster kafka')).toBe(false);
});

it.each([
  ['FileStreamSink', { topics: 'a, b', [deadLetters]: 'dead' }, { reads: ['a', 'b'], writes: ['dead'] }],
  ['FileStreamSink', { 'topics.regex': 'a.*' }, { readPatterns: ['a.*'] }],
  ['FileStreamSink', { topics: '${env:a:b}' }, { reads: [], readPatterns: [] }],
  ['FileStreamSource', { topic: 'a', topics: 'b' }, { reads: [], writes: ['a'] }],
  ['PostgresConnector', { 'topic.prefix': 'shop' }, { writes: [], writePrefixes: ['shop.'] }],
  ['MirrorSourceConnector', { topics: 'a' }, { reads: [], writes: [] }],
])('%s with %j has topics %j', (className, config, expected) => {
  expect(findTopics({ class: className, config: config as Record<string, string> })).toMatchObject(expected);
});

import { expect, it } from 'vitest';
import { namedTopics } from './named-topics.ts';

it.each([
  ['FileStreamSink', { topics: 'a, b', topic: 'c' }, ['a', 'b']],
  ['FileStreamSource', { topic: 'c' }, ['c']],
  ['org.example.Any', { topics: 'a,${env:a:b}' }, ['a']],
  // They are in the cluster that is copied from.
  ['MirrorSource', { topics: 'a' }, []],
])('%s with %j needs the topics %j', (className, config, expected) => {
  expect(namedTopics(className, config).map(({ topic }) => topic)).toEqual(expected);
});

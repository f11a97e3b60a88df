import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { connectorTemplates, findTemplate } from './catalog.ts';
import { checkConnector, infoOf, similarKey } from './check-config.ts';
import { sinkKeys, sourceKeys } from './connect-keys.ts';

const reasons = (config: Record<string, string>, className = 'org.example.Any') =>
  checkConnector({ class: className, config }).map(
    ({ severity, reason, path }) => `${severity} ${reason} ${path?.[1]}`,
  );

/** Keys whose fallback they would refuse. Words for one (`the workers'`) are none. */
function refusedFallbacks(shape: Readonly<Record<string, z.core.$ZodType>>): readonly string[] {
  return Object.entries(shape).flatMap(([key, schema]) => {
    const { fallback = '' } = infoOf(schema);
    if (fallback === '' || fallback.includes(' ')) return [];
    return (schema as z.ZodType).safeParse(fallback).success ? [] : [key];
  });
}

describe('a template', () => {
  it.each([
    ['in full', 'org.apache.kafka.connect.file.FileStreamSinkConnector'],
    ['simple', 'FileStreamSinkConnector'],
    ['without Connector', 'FileStreamSink'],
  ])('is found by the name that is %s', (_, name) => {
    expect(findTemplate(name)?.name).toBe('file-sink');
  });

  it.each(['io.aiven.connect.jdbc.JdbcSinkConnector', 'filestreamsink', ''])('is none of %s', (name) => {
    expect(findTemplate(name)).toBeUndefined();
  });

  it.each(connectorTemplates.map((template) => [template.name, template] as const))(
    '%s says what each key is, and checks no value that is a reference',
    (_, template) => {
      const keys = Object.entries(template.keys.shape);
      for (const [key, schema] of keys) expect(infoOf(schema).description, key).toMatch(/\.$/);
      expect(refusedFallbacks(template.keys.shape)).toEqual([]);
      const config = Object.fromEntries(keys.map(([key]) => [key, '${secrets:a/b:c}']));
      const found = checkConnector({ class: template.className, config });
      expect(found.filter(({ reason }) => reason === 'InvalidValue')).toEqual([]);
    },
  );

  it('repeats no value but names that stand in lists', () => {
    for (const { className, keys } of connectorTemplates) {
      const plain = Object.entries(keys.shape).filter(
        ([, schema]) => !/^(text|list)/.test(infoOf(schema).type),
      );
      const config = Object.fromEntries(plain.map(([key]) => [key, 'hunter2 \u0000']));
      const found = checkConnector({ class: className, config });
      expect(JSON.stringify(found)).not.toContain('hunter2');
    }
  });
});

describe("Connect's own keys", () => {
  it.each([
    ['a number', { 'errors.retry.timeout': '1 min' }, 'error InvalidValue errors.retry.timeout'],
    ['a choice', { 'errors.tolerance': 'some' }, 'error InvalidValue errors.tolerance'],
    ['a class', { 'value.converter': 'a b' }, 'error InvalidValue value.converter'],
    ['a boolean', { 'errors.log.enable': 'yes' }, 'error InvalidValue errors.log.enable'],
    ['a typo', { 'error.tolerance': 'all' }, 'warning NoEffect error.tolerance'],
    ['a typo in capitals', { 'Value.Converter': 'X' }, 'warning NoEffect Value.Converter'],
    ['a transformation without class', { transforms: 'a' }, 'error MissingValue transforms.a.type'],
    [
      'a transformation that nothing names',
      { 'transforms.a.type': 'X' },
      'warning NoEffect transforms.a.type',
    ],
    ['a predicate without class', { predicates: 'a' }, 'error MissingValue predicates.a.type'],
    [
      'dead letters that are read',
      { topics: 'a, b', 'errors.deadletterqueue.topic.name': 'b' },
      'error ConflictingArguments errors.deadletterqueue.topic.name',
    ],
    [
      'dead letters that a pattern reads',
      { 'topics.regex': 'a.*', 'errors.deadletterqueue.topic.name': 'abc' },
      'error ConflictingArguments errors.deadletterqueue.topic.name',
    ],
  ])('%s', (_, config, expected) => {
    expect(reasons(config as Record<string, string>)).toEqual([expected]);
  });

  it.each<[string, Record<string, string>]>([
    ['of anybody', { 'what.ever': 'x', topic: 'a', constructor: 'x' }],
    ['of families', { 'value.converter.schemas.enable': 'false', 'producer.override.linger.ms': '5' }],
    ['with references', { 'errors.retry.timeout': '${env:a:b}', transforms: '${file:/a:b}' }],
    ['for another topic', { 'topics.regex': 'a.*', 'errors.deadletterqueue.topic.name': 'dead' }],
    ["with Java's expressions", { 'topics.regex': '(?i)a++', 'errors.deadletterqueue.topic.name': 'a' }],
  ])('nothing is said of keys %s', (_, config) => {
    expect(reasons(config)).toEqual([]);
  });

  it('have fallbacks that they take', () => {
    expect(refusedFallbacks({ ...sinkKeys.shape, ...sourceKeys.shape })).toEqual([]);
  });

  it('make no check throw, whatever they hold', () => {
    const key = fc.oneof(
      fc.constantFrom(...Object.keys({ ...sinkKeys.shape, ...sourceKeys.shape })),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('org.example.Any', ...connectorTemplates.map(({ className }) => className)),
        fc.dictionary(key, fc.string()),
        (className, config) => {
          expect(Array.isArray(checkConnector({ class: className, config }))).toBe(true);
        },
      ),
    );
  });
});

describe('similarKey', () => {
  it.each([
    ['connection.user', 'connection.username'],
    ['connection.urll', 'connection.url'],
    ['connection.retries', undefined],
  ])('%s: %s', (key, expected) => {
    expect(similarKey(key, ['connection.url', 'connection.username', 'batch.size'])).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import type { AttributePath, Diagnostic } from '../../diagnostics/diagnostic.ts';
import { type Attribute, attribute } from '../framework/schema.ts';
import { toDiagnosticMessage, toPathMessage } from './diagnostic-codec.ts';

const source = attribute('path', 'string', 'required', '');
const attributes: readonly Attribute[] = [
  {
    ...attribute('job', 'string', 'required', ''),
    shape: {
      nesting: 'single',
      attributes: [{ ...attribute('jar_uri', 'string', 'optional', ''), field: 'jarURI' }],
    },
  },
  { ...attribute('flink_configuration', ['map', 'string'], 'optional', ''), field: 'flinkConfiguration' },
  { ...attribute('ddl', 'string', 'optional', ''), shape: { nesting: 'list', attributes: [source] } },
  attribute('args', ['list', 'string'], 'optional', ''),
  attribute('name', 'string', 'required', ''),
];
const name = (attribute_name: string) => ({ attribute_name });

describe('paths', () => {
  it.each<[AttributePath, readonly object[]]>([
    [
      ['job', 'jarURI'],
      [name('job'), name('jar_uri')],
    ],
    [
      ['job', 'jar_uri'],
      [name('job'), name('jar_uri')],
    ],
    [
      ['flinkConfiguration', 'a.b'],
      [name('flink_configuration'), { element_key_string: 'a.b' }],
    ],
    [
      ['ddl', 2, 'path'],
      [name('ddl'), { element_key_int: 2 }, name('path')],
    ],
    [
      ['args', 0],
      [name('args'), { element_key_int: 0 }],
    ],
    [
      ['args', 0, 'deeper'],
      [name('args'), { element_key_int: 0 }],
    ],
    [['job', 'nowhere', 'jarURI'], [name('job')]],
    [['name', 'deeper'], [name('name')]],
    [['nowhere'], []],
  ])('%j', (path, steps) => {
    expect(toPathMessage(attributes, path)).toEqual({ steps });
  });
});

describe('diagnostics', () => {
  const diagnostic: Diagnostic = {
    severity: 'error',
    reason: 'X',
    summary: 'It is wrong',
    detail: 'Change it.',
  };

  it('name the position in another file', () => {
    const message = toDiagnosticMessage(attributes, {
      ...diagnostic,
      source: { file: 'a.sql', line: 3, column: 7 },
    });
    expect(message).toEqual({ severity: 'ERROR', summary: 'It is wrong', detail: 'a.sql:3:7\nChange it.' });
  });

  it('have no path to what may be a secret: Terraform shows the lines that one names', () => {
    const path = ['flinkConfiguration', 's3.secret-key'];
    expect(toDiagnosticMessage(attributes, { ...diagnostic, path })).not.toHaveProperty('attribute');
  });

  it('have no path where the schema has none', () => {
    expect(toDiagnosticMessage(attributes, { ...diagnostic, path: ['nowhere'] })).not.toHaveProperty(
      'attribute',
    );
  });
});

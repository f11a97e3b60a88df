import { expect, it } from 'vitest';
import { toSnakeCase } from './names.ts';

it.each([
  ['tmResource', 'tm_resource'],
  ['jarURI', 'jar_uri'],
  ['jarURIPath', 'jar_uri_path'],
  ['KafkaTopic', 'kafka_topic'],
  ['FlinkSessionJob', 'flink_session_job'],
  ['name', 'name'],
  ['v2Config', 'v2_config'],
])('%s is %s', (field, name) => {
  expect(toSnakeCase(field)).toBe(name);
});

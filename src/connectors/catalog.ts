import type { ConnectorTemplate } from './connector-template.ts';
import { debeziumPostgres } from './debezium-postgres/template.ts';
import { fileSink } from './file-sink/template.ts';
import { fileSource } from './file-source/template.ts';
import { icebergSink } from './iceberg-sink/template.ts';
import { jdbcSink } from './jdbc-sink/template.ts';
import { mirror } from './mirror/template.ts';
import { verticaSink } from './vertica-sink/template.ts';

/** Every connector that sdp knows by heart. */
export const connectorTemplates: readonly ConnectorTemplate[] = [
  verticaSink,
  jdbcSink,
  icebergSink,
  fileSink,
  debeziumPostgres,
  fileSource,
  mirror,
];

/** The template of a class by the names that Connect has for it: in full, simple, and simple without `Connector`. */
export function findTemplate(className: string): ConnectorTemplate | undefined {
  return connectorTemplates.find((template) => namesOf(template).includes(className));
}

function namesOf({ className }: ConnectorTemplate): readonly string[] {
  const simple = className.replace(/^.*\./, '');
  return [className, simple, simple.replace(/Connector$/, '')];
}

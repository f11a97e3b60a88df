import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { conflictingKeys, invalidValue } from '../config-problems.ts';
import { splitList } from '../config-values.ts';
import { type ConnectorConfig, defineTemplate } from '../connector-template.ts';
import { verticaSinkKeys } from './config.ts';

const version = '0.1.0';

/** sdp's own sink, since none is published. Vertica's driver is proprietary: it is named here and bundled nowhere. */
export const verticaSink = defineTemplate({
  name: 'vertica-sink',
  description: 'Records become rows of a Vertica table, in batches.',
  direction: 'sink',
  className: 'internal.sdp.connect.vertica.VerticaSinkConnector',
  version,
  artifacts: [
    { type: 'maven', group: 'internal.sdp', artifact: 'vertica-sink', version },
    { type: 'maven', group: 'com.vertica.jdbc', artifact: 'vertica-jdbc', version: '25.3.0-0' },
  ],
  keys: verticaSinkKeys,
  families: [],
  check: checkVerticaSink,
});

/** The rules of `VerticaSinkConnector#validate`. */
function checkVerticaSink(config: ConnectorConfig): readonly Diagnostic[] {
  const keyFields = new Set(splitList(config['upsert.key.fields']).map((field) => field.toLowerCase()));
  return [
    ...(/[?&;](password|pwd)=/i.test(config['vc.url'] ?? '')
      ? [
          invalidValue(
            'vc.url',
            'holds a password',
            'It would be shown in states and logs. Put it into a Kubernetes Secret and refer to it in vc.password.',
          ),
        ]
      : []),
    ...((config['insert.mode'] ?? 'insert') === 'insert' && config['delete.enabled']?.toLowerCase() === 'true'
      ? [
          conflictingKeys(
            'delete.enabled',
            'config.delete.enabled needs another insert.mode',
            'With insert.mode insert records have no row of their own that could be deleted. Set it to upsert or update.',
          ),
        ]
      : []),
    ...splitList(config['upsert.timestamp.fields'])
      .filter((field) => keyFields.has(field.toLowerCase()))
      .map((field) =>
        conflictingKeys(
          'upsert.timestamp.fields',
          `${field} is a field of the key and of the timestamp`,
          'It is equal in all records of a key, so it says nothing of their age. Take it out of one of them.',
        ),
      ),
  ];
}

import { z } from 'zod';
import { missingKey } from '../config-problems.ts';
import { pattern, text, wholeNumber } from '../config-values.ts';
import { defineTemplate } from '../connector-template.ts';

/** `FileStreamSourceConnector` of Kafka. */
export const fileSource = defineTemplate({
  name: 'file-source',
  description:
    'Lines of a file become records of a topic. Meant for trying things out: the file is one of the worker.',
  direction: 'source',
  className: 'org.apache.kafka.connect.file.FileStreamSourceConnector',
  version: '4.3.1',
  artifacts: [{ type: 'maven', group: 'org.apache.kafka', artifact: 'connect-file', version: '4.3.1' }],
  keys: z.object({
    topic: pattern(
      /^[A-Za-z0-9._-]{1,249}$/,
      'is no name of a topic',
      'Topic that the lines are written to.',
    ),
    file: text('File that is read, on the worker that runs the task.', {
      fallback: 'standard input',
    }).optional(),
    'batch.size': wholeNumber('Records that are read at a time at most.', {
      min: 1,
      fallback: '2000',
    }).optional(),
  }),
  families: [],
  mostTasks: 1,
  topicKeys: ['topic'],
  offsetKeys: { file: 'offsets belong to the file: another one is read from its first line.' },
  check: ({ file = '' }) =>
    file.trim() === ''
      ? [missingKey('file', 'Without it the task reads the standard input of the worker, which has none.')]
      : [],
});

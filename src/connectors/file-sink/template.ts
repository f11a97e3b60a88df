import { z } from 'zod';
import { missingKey } from '../config-problems.ts';
import { text } from '../config-values.ts';
import { defineTemplate } from '../connector-template.ts';

/** `FileStreamSinkConnector` of Kafka. */
export const fileSink = defineTemplate({
  name: 'file-sink',
  description: 'Records become lines of a file. Meant for trying things out: the file is one of the worker.',
  direction: 'sink',
  className: 'org.apache.kafka.connect.file.FileStreamSinkConnector',
  version: '4.3.1',
  artifacts: [{ type: 'maven', group: 'org.apache.kafka', artifact: 'connect-file', version: '4.3.1' }],
  keys: z.object({
    file: text('File that lines are added to, on the worker that runs the task.', {
      fallback: 'standard output',
    }).optional(),
  }),
  families: [],
  check: ({ file = '' }) =>
    file.trim() === '' ? [missingKey('file', 'Without it the lines are lost in the log of a worker.')] : [],
});

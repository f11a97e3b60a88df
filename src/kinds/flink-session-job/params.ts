import type { z } from 'zod';
import { restoreParam } from '../flink-job/restore.ts';
import { jobSources } from '../flink-job/sources.ts';
import { jobSpec } from '../flink-job/spec.ts';
import { flinkSessionJobSpec } from './spec.ts';

export const flinkSessionJobParams = flinkSessionJobSpec.extend({
  job: jobSpec.describe('The job.'),
  ...jobSources,
  restore: restoreParam,
});

export type FlinkSessionJobParams = z.output<typeof flinkSessionJobParams>;

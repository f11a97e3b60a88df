import { type DigestName, digests } from '../../flink-job/testing/job-digests.ts';
import { changeOf, type Verdict } from '../../verdict.ts';
import type { FlinkSessionJobParams } from '../params.ts';
import { type SessionJobDigest, sessionJobVerdicts } from '../verdicts.ts';

export type Changes = Partial<Omit<FlinkSessionJobParams, 'job'>> & {
  job?: Partial<FlinkSessionJobParams['job']> | undefined;
};

export const metadata = { name: 'yearly', namespace: 'team' };
export const cluster = {
  application: false,
  configuration: { 'state.checkpoints.dir': 'file:/cp', 'state.savepoints.dir': 'file:/sp' },
};

export function params({ job, ...rest }: Changes = {}): FlinkSessionJobParams {
  return {
    deploymentName: 'flink',
    job: { parallelism: 1, upgradeMode: 'savepoint', ...job },
    sql: { script: { path: 'a.sql', text: 'INSERT INTO a SELECT 1;' }, ddl: [] },
    ...rest,
  };
}

interface Situation {
  /** Null: there was none. */
  readonly before?: Changes | null;
  readonly digest?: DigestName | undefined;
  readonly metadata?: object;
}

/** What is said of a change of the job, or of its deletion. */
export function judge(after: Changes | undefined, { before = {}, digest, ...more }: Situation = {}) {
  const known = digest && { job: digests[digest], cluster };
  return sessionJobVerdicts.judge(
    changeOf<FlinkSessionJobParams, SessionJobDigest>(
      before === null ? undefined : { metadata, params: params(before) },
      after && {
        metadata: { ...metadata, ...more.metadata },
        params: params({ ...before, ...after, job: { ...before?.job, ...after.job } }),
      },
      known,
      false,
    ),
  );
}

/** `!` marks a verdict that needs a guard. */
export function tell(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.map(({ effect, guard, reason }) => `${effect}${guard === undefined ? '' : '!'}: ${reason}`);
}

export const newSql: Changes = {
  sql: { script: { path: 'a.sql', text: 'INSERT INTO a SELECT 2;' }, ddl: [] },
};

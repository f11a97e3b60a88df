import type { DeclaredMetadata } from '../../kind.ts';
import { byWorst, changeOf, type Effect, type Verdict } from '../../verdict.ts';
import type { TopicDigest } from '../digest.ts';
import type { KafkaTopicParams } from '../params.ts';
import { topicVerdicts } from '../verdicts.ts';

/** Topics as tests declare and change them. */

export type Params = Partial<KafkaTopicParams>;
export type Case = readonly [what: string, before: Params, after: Params, effect: Effect, says: RegExp];

export const there: TopicDigest = { topic: 'there', held: true, rivals: [], unreadable: [], culprits: [] };

export function declared(params: Params, metadata: Partial<DeclaredMetadata> = {}) {
  return {
    metadata: { name: 'orders', namespace: 'team', ...metadata },
    params: { cluster: 'kafka', ...params },
  };
}

/** Verdicts of a change, the worst first. */
export function update(
  before: Params,
  after: Params,
  digest: TopicDigest | undefined = there,
): readonly Verdict[] {
  return byWorst(topicVerdicts.judge(changeOf(declared(before), declared(after), digest)));
}

export const config = (keys: Record<string, string>): Params => ({ config: keys });

import { annotationAfter, annotationBefore } from '../annotation-after.ts';
import {
  arrow,
  type FieldChange,
  type FieldRules,
  type FieldVerdict,
  isParam,
  judgeFields,
  listNames,
} from '../judge-fields.ts';
import type { Change, Judging, Verdict } from '../verdict.ts';
import { topicFinalizer } from './decide.ts';
import { managedAnnotation, pauseAnnotation, readTopicDigest, type TopicDigest } from './digest.ts';
import type { KafkaTopicParams } from './params.ts';
import { clusterLabel } from './resource-type.ts';
import { findConfigProblems, findRemoteProblems, findUnknownKeys, judgeConfigKey } from './topic-config.ts';

type TopicChange = Change<KafkaTopicParams, TopicDigest>;

export const topicVerdicts: Judging<KafkaTopicParams, TopicDigest> = {
  guards: ['forceDestroy'],
  digest: readTopicDigest,
  judge(change) {
    if (change.after === undefined) return judgeDeletion(change);
    if (change.before === undefined) return judgeCreation(change);
    if (change.replaced) return [...judgeDeletion(change), ...judgeCreation(change)];
    return judgeUpdate(change);
  },
};

function judgeCreation(change: TopicChange): readonly Verdict[] {
  const { after } = change;
  const config = after?.params.config ?? {};
  const name = after?.params.topicName ?? after?.metadata.name;
  const left = leftAlone(change);
  if (left !== undefined) return [{ effect: 'ignored', reason: `Nothing is done in Kafka: ${left}` }];
  const problems = findConfigProblems(config);
  if (problems.length > 0) {
    return [
      {
        effect: 'refused',
        reason: `Topic ${name} is not created: the broker refuses its configuration, since ${problems.join('; ')}.`,
        path: ['config'],
      },
    ];
  }
  return [
    {
      effect: 'create',
      reason:
        `Topic ${name} is created in Kafka. One of that name that is there already is taken over: its configuration becomes ` +
        'exactly the declared one, and all other keys are set back.',
    },
    ...unknownKeys(config),
    ...tooFewReplicas(change),
  ];
}

/** Why the operator does nothing with it once the change is made; a sentence. */
function leftAlone(change: TopicChange): string | undefined {
  const { digest } = change;
  // Another object, where it is replaced.
  const live = change.replaced ? undefined : digest;
  if (annotationAfter(change, managedAnnotation, live?.managed) === 'false') {
    return `the operator leaves the topic alone as long as annotation ${managedAnnotation} is "false".`;
  }
  if (annotationAfter(change, pauseAnnotation, live?.paused) === 'true') {
    return `the operator leaves the topic alone as long as annotation ${pauseAnnotation} is "true".`;
  }
  return undefined;
}

/** Why it can do nothing with the live resource, whatever is declared; a sentence. */
function heldUp({ after, digest }: TopicChange): string | undefined {
  if (digest === undefined) return undefined;
  if (
    digest.renamedFrom !== undefined &&
    (after?.params.topicName ?? after?.metadata.name) !== digest.renamedFrom
  ) {
    return `the resource has topic ${digest.renamedFrom}, and the operator does nothing with it until topic_name says so again.`;
  }
  if (digest.manager !== undefined) {
    return `the topic is that of KafkaTopic ${digest.manager}, and the operator refuses this one (ResourceConflict). Remove one of the two.`;
  }
  const unreadable = digest.unreadable.filter((key) => after?.params.config?.[key] === undefined);
  if (unreadable.length > 0) {
    return `the live resource has objects as values of ${listNames(unreadable)}, and the operator carries out nothing until they are gone.`;
  }
  return undefined;
}

function judgeUpdate(change: TopicChange): readonly Verdict[] {
  const { digest } = change;
  const inert = leftAlone(change) ?? heldUp(change);
  if (inert !== undefined) return orNothing(judgeAll(change, 'ignored', inert));
  if (digest?.topic === 'none') {
    const why = digest.refusal === undefined ? '' : ` (${digest.refusal})`;
    const what = `there is no topic in Kafka yet${why}: the operator tries to create it with what is declared then.`;
    return orNothing(judgeAll(change, 'in-place', what));
  }
  const refused = refusedConfig(change);
  const verdicts = judgeFields(change, topicRules).filter(({ path }) => !refused || path?.[0] !== 'config');
  const touches = (...fields: string[]) =>
    change.changes.some(({ path }) => fields.includes(path.split('.')[0] ?? ''));
  return orNothing([
    ...verdicts,
    ...(refused ?? (touches('config') ? unknownKeys(change.after?.params.config ?? {}) : [])),
    ...(touches('config', 'replicas') && !refused ? tooFewReplicas(change) : []),
    ...(change.changes.some(isParam) ? poisoned(digest) : []),
  ]);
}

/** One thing for all params, whatever their rules say. */
function judgeAll(change: TopicChange, effect: 'ignored' | 'in-place', what: string): readonly Verdict[] {
  return judgeFields(change, topicRules, ({ subject, ...verdict }, field) => ({
    ...(isParam(field) ? { effect, what } : verdict),
    ...(subject !== undefined && { subject }),
  }));
}

function orNothing(verdicts: readonly Verdict[]): readonly Verdict[] {
  return verdicts.length === 0 ? [{ effect: 'in-place', reason: 'The topic goes on as it is.' }] : verdicts;
}

/** A configuration of which the broker takes nothing, where it is changed. */
function refusedConfig({ before, after, changes }: TopicChange): readonly Verdict[] | undefined {
  const [was, is] = [before?.params.config ?? {}, after?.params.config ?? {}];
  const problems = [...findConfigProblems(is), ...findRemoteProblems(was, is)];
  if (problems.length === 0 || !changes.some(({ path }) => path.startsWith('config.'))) return undefined;
  const more = changes.some((field) => isParam(field) && !field.path.startsWith('config.'));
  return [
    {
      effect: 'refused',
      reason:
        `config: the broker takes all of it or nothing, and refuses it, since ${problems.join('; ')}. ` +
        `The topic keeps the configuration that it has.${more ? ' Partitions and replicas are looked at apart from it.' : ''}`,
      path: ['config'],
    },
  ];
}

/** Recorded: one object as value, and every topic of the same batch is dropped, their statuses as they were. */
function poisoned(digest: TopicDigest | undefined): readonly Verdict[] {
  if (digest === undefined || digest.culprits.length === 0) return [];
  return [
    {
      effect: 'ignored',
      reason:
        `KafkaTopic ${listNames(digest.culprits)} has an object as value. Strimzi drops every KafkaTopic that it looks at together with that one, ` +
        'without a word in their statuses, so this change may not be carried out until the value is corrected.',
    },
  ];
}

function unknownKeys(config: NonNullable<KafkaTopicParams['config']>): readonly Verdict[] {
  const unknown = findUnknownKeys(config);
  if (unknown.length === 0) return [];
  return [
    {
      effect: 'refused',
      reason: `config: Kafka 4.3 has no ${listNames(unknown)}, and a broker that does not know a key refuses all of config.`,
      path: ['config'],
    },
  ];
}

function tooFewReplicas({ after }: TopicChange): readonly Verdict[] {
  const { replicas, config = {} } = after?.params ?? {};
  const least = Number(config['min.insync.replicas'] ?? 1);
  if (replicas === undefined || !(least > replicas)) return [];
  return [
    {
      effect: 'in-place',
      reason: `min.insync.replicas ${least} is above the ${replicas} replicas of the topic: producers with acks=all are refused every record.`,
      path: ['config'],
    },
  ];
}

/** What a change of each field does, where the operator heeds the resource. */
export const topicRules: FieldRules<KafkaTopicParams, TopicDigest> = {
  partitions: judgePartitions,
  replicas: judgeReplicas,
  topicName: (field) => ({
    effect: 'refused',
    what: 'the operator refuses it ("Changing spec.topicName is not supported"), and everything else until the old name is back.',
    subject: arrow(field, 'default'),
  }),
  cluster: (field) => ({
    effect: 'ignored',
    what: 'the operator of the one cluster no longer heeds the resource, whose topic stays there; a deletion hangs.',
    subject: arrow(field, 'default'),
  }),
  'config.*': ({ key, before, after }, change) =>
    judgeConfigKey(
      key,
      before as string | undefined,
      after as string | undefined,
      change.before?.params.config ?? {},
      change.after?.params.config ?? {},
    ),
  'metadata.name': written,
  'metadata.namespace': written,
  'metadata.labels.*': written,
  'metadata.annotations.*': written,
  [`metadata.annotations.${managedAnnotation}`]: judgeManaged,
  [`metadata.annotations.${pauseAnnotation}`]: judgePaused,
};

function written(): FieldVerdict {
  return { effect: 'in-place', what: 'the topic goes on as it is.' };
}

/** A refused field keeps nothing else from being done: recorded so. */
function tellRest(changes: TopicChange['changes'], refused: string): string {
  const more = changes.some((field) => isParam(field) && field.path !== refused);
  return more ? ' The rest of the change is applied all the same.' : '';
}

function judgePartitions(field: FieldChange, { changes, digest }: TopicChange): FieldVerdict {
  const [from, to] = [field.before, field.after] as [number | undefined, number | undefined];
  const subject = arrow(field, 'default');
  const rest = tellRest(changes, 'partitions');
  if (to === undefined || to === null) {
    return { effect: 'in-place', what: 'the topic keeps the partitions that it has.', subject };
  }
  const refusal = 'the operator refuses it ("Decreasing partitions not supported")';
  if (from === undefined || from === null) {
    return {
      effect: 'in-place',
      what: `the topic gets as many; if it has more, ${refusal}. Records with a key go to other partitions where the number changes.`,
      subject,
    };
  }
  if (to < from) return { effect: 'refused', what: `${refusal}; the topic keeps ${from}.${rest}`, subject };
  if (digest?.refusal?.includes('Decreasing partitions') === true) {
    return {
      effect: 'in-place',
      what: `the topic has more than ${from}. It is ready again with as many as it has, and grows with more; with fewer ${refusal}.`,
      subject,
    };
  }
  return {
    effect: 'in-place',
    what: 'the topic grows. Records with a key go to other partitions from then on, so their order by key is lost over the change.',
    subject,
  };
}

function judgeReplicas(field: FieldChange, { changes, digest }: TopicChange): FieldVerdict {
  const [before, after] = [field.before, field.after] as [number | undefined, number | undefined];
  const subject = arrow(field, 'default');
  const rest = tellRest(changes, 'replicas');
  if (after === undefined || after === null) {
    return { effect: 'in-place', what: 'the topic keeps the replicas that it has.', subject };
  }
  const refusal =
    'the operator refuses it without Cruise Control ("Replication factor change not supported")';
  if (before === undefined || before === null) {
    return { effect: 'in-place', what: `if the topic has another number, ${refusal}.`, subject };
  }
  if (digest?.refusal?.includes('Replication factor change') === true) {
    return {
      effect: 'in-place',
      what: `the topic does not have ${before}. It is ready again with the number that it has; with another ${refusal}.`,
      subject,
    };
  }
  return { effect: 'refused', what: `${refusal}; the topic keeps ${before}.${rest}`, subject };
}

const catchUp =
  'the operator enforces what is declared: partitions, and exactly the declared configuration, so limits that came down meanwhile take records along.';

function judgeManaged({ before, after }: FieldChange): FieldVerdict {
  if (after === 'false') {
    return {
      effect: 'in-place',
      what: 'from then on the operator leaves the topic alone: changes have no effect, and deleting the resource leaves the topic.',
    };
  }
  if (before === 'false') return { effect: 'in-place', what: catchUp };
  return { effect: 'in-place', what: 'only "false" has a meaning; the topic stays managed.' };
}

function judgePaused({ before, after }: FieldChange): FieldVerdict {
  if (after === 'true') {
    return {
      effect: 'in-place',
      what: 'from then on the operator ignores changes; deleting the resource deletes the topic all the same.',
    };
  }
  if (before === 'true') return { effect: 'in-place', what: catchUp };
  return { effect: 'in-place', what: 'only "true" has a meaning; the operator goes on.' };
}

/** The topic goes with its resource. How a deletion ends that something holds up was recorded. */
function judgeDeletion(change: TopicChange): readonly Verdict[] {
  const { before, after, changes, digest } = change;
  const name = digest?.renamedFrom ?? before?.params.topicName ?? before?.metadata.name ?? '';
  const why = after === undefined ? '' : describeReplacement(changes);
  const stop = (reason: string): readonly Verdict[] => [{ effect: 'stop', reason: `${why}${reason}` }];
  if (annotationBefore(change, managedAnnotation, digest?.managed) === 'false') {
    return stop(`Topic ${name} stays in Kafka, since annotation ${managedAnnotation} is "false".`);
  }
  if (digest?.topic === 'none') {
    if (digest.manager !== undefined && !digest.held) {
      return stop(`Topic ${name} stays: it is that of KafkaTopic ${digest.manager}.`);
    }
    if (before?.params.topicName === '') {
      return [
        {
          effect: 'refused',
          reason: `${why}Strimzi cannot delete a resource with an empty topic_name: remove its finalizer ${topicFinalizer} by hand. There is no topic, so nothing is lost.`,
        },
      ];
    }
    return stop(`There is no topic ${name} in Kafka that the resource stands for, so nothing is lost.`);
  }
  return [
    {
      effect: 'data-lost',
      reason: [`${why}Topic ${name} is deleted with all its records.`, ...aboutDeletion(change, name)].join(
        ' ',
      ),
      guard: 'forceDestroy',
    },
  ];
}

function aboutDeletion(change: TopicChange, name: string): readonly string[] {
  const { before, digest } = change;
  if (digest === undefined) return [];
  const { renamedFrom, manager, rivals, refusal = '' } = digest;
  return [
    ...(annotationBefore(change, pauseAnnotation, digest.paused) === 'true'
      ? [`That annotation ${pauseAnnotation} is "true" does not keep it.`]
      : []),
    ...(renamedFrom === undefined
      ? []
      : [`On Strimzi the deletion hangs until topic_name is ${renamedFrom} again.`]),
    ...(before?.params.cluster === ''
      ? [`The resource has lost its label ${clusterLabel}: on Strimzi the deletion hangs until it is back.`]
      : []),
    ...(manager === undefined
      ? rivals.length === 0
        ? []
        : [`KafkaTopic ${listNames(rivals)} then makes it anew, and empty.`]
      : [
          `KafkaTopic ${manager} has the topic, but after a restart of the operator this resource has a finalizer too, and its deletion takes the topic of ${manager} along.`,
        ]),
    ...(refusal.includes('TimeoutException') ? ['No broker answers: the deletion waits for one.'] : []),
    ...(refusal.includes('TopicDeletionDisabled')
      ? [
          `The brokers have delete.topic.enable=false: the deletion hangs until they allow it, and ${name} goes then.`,
        ]
      : []),
  ];
}

function describeReplacement(changes: TopicChange['changes']): string {
  const found = changes.find(({ path }) =>
    ['topicName', 'cluster', 'metadata.name', 'metadata.namespace'].includes(path),
  );
  if (found === undefined) return 'The resource is replaced. ';
  const { path, before, after } = found;
  const name = path.replace('metadata.', '').replace('topicName', 'topic_name');
  return `${arrow({ name, before, after }, 'default')}: a topic cannot be moved or renamed. `;
}

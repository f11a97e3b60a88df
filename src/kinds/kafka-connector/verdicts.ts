import { findTemplate } from '../../connectors/catalog.ts';
import { isReference, splitList } from '../../connectors/config-values.ts';
import { annotationAfter } from '../annotation-after.ts';
import {
  arrow,
  type FieldChange,
  type FieldRules,
  type FieldVerdict,
  isParam,
  judgeFields,
  listNames,
  showValue,
} from '../judge-fields.ts';
import type { Change, Judging, Verdict } from '../verdict.ts';
import { reservedKeys } from './config.ts';
import { offsetsAnnotation, pauseAnnotation, restartAnnotation, restartTaskAnnotation } from './decide.ts';
import { type ConnectorDigest, readConnectorDigest } from './digest.ts';
import { directionOf } from './direction.ts';
import type { KafkaConnectorParams } from './params.ts';

type ConnectorChange = Change<KafkaConnectorParams, ConnectorDigest>;
type Outcome = Pick<FieldVerdict, 'effect' | 'what'>;

export const connectorVerdicts: Judging<KafkaConnectorParams, ConnectorDigest> = {
  guards: [],
  digest: readConnectorDigest,
  judge(change) {
    if (change.after === undefined) return judgeDeletion(change);
    if (change.before === undefined) return judgeCreation(change);
    return change.replaced ? judgeReplacement(change) : judgeUpdate(change);
  },
};

function judgeCreation({ after, digest }: ConnectorChange): readonly Verdict[] {
  const { cluster = '', state = 'running', config = {} } = after?.params ?? {};
  const name = after?.metadata.name ?? '';
  if (after?.metadata.annotations?.[pauseAnnotation] === 'true') {
    return [{ effect: 'ignored', reason: `Nothing is done in Connect: ${pausedWhy}` }];
  }
  const dropped = Object.keys(config).filter((key) => Object.hasOwn(reservedKeys, key));
  const missing = digest?.clusters !== undefined && digest.clusters[cluster] === undefined;
  return [
    {
      effect: 'create',
      reason:
        `Connector ${name} is created on Connect cluster ${cluster}${state === 'running' ? '' : `, ${state} from the start`}. ` +
        `Where an earlier connector of that name left offsets, it goes on from them.${missing ? ` There is no KafkaConnect ${cluster} in the namespace now.` : ''}`,
    },
    ...(dropped.length === 0
      ? []
      : [
          {
            effect: 'ignored' as const,
            reason: `config.${listNames(dropped)}: ${droppedWhy}`,
            path: ['config'],
          },
        ]),
  ];
}

const pausedWhy = `the operator leaves the connector as it is as long as annotation ${pauseAnnotation} is "true".`;
const droppedWhy = 'Strimzi drops it from config without a word.';

function judgeUpdate(change: ConnectorChange): readonly Verdict[] {
  const { before, after, digest } = change;
  const inert = whyInert(change);
  const resting = isResting(before?.params.state) && isResting(after?.params.state);
  const verdicts = judgeFields(change, connectorRules, (verdict, field) => {
    if (!isParam(field)) return verdict;
    if (inert !== undefined) return { effect: 'ignored', what: inert };
    if (digest?.clusters !== undefined && digest.clusters[after?.params.cluster ?? ''] === undefined) {
      const what = `there is no KafkaConnect ${after?.params.cluster} in the namespace now; it counts once there is.`;
      return { effect: 'in-place', what };
    }
    return resting && verdict.effect === 'restart'
      ? { effect: 'in-place', what: `the connector is ${after?.params.state}; it counts when it runs again.` }
      : verdict;
  });
  return verdicts.length > 0 ? verdicts : [{ effect: 'in-place', reason: 'The connector goes on as it is.' }];
}

/** Why the operator carries out nothing; a sentence. */
function whyInert(change: ConnectorChange): string | undefined {
  const { after, digest } = change;
  if (annotationAfter(change, pauseAnnotation, digest?.paused) === 'true') return pausedWhy;
  const unreadable = (digest?.unreadable ?? []).filter((key) => after?.params.config?.[key] === undefined);
  if (unreadable.length === 0) return undefined;
  return `the live resource has lists or objects as values of ${listNames(unreadable)}. They never reach Connect, nor does anything else until they are gone, and the resource does not say so.`;
}

function isResting(state: KafkaConnectorParams['state']): boolean {
  return state === 'paused' || state === 'stopped';
}

const restarts: Outcome = {
  effect: 'restart',
  what: 'Connect starts its tasks again with it; they go on at their offsets.',
};

/** What a change of each field does, where the operator heeds the resource and the connector runs. */
export const connectorRules: FieldRules<KafkaConnectorParams, ConnectorDigest> = {
  class: judgeClass,
  version: () => restarts,
  tasksMax: (field) => ({
    effect: 'restart',
    what: 'the work is split anew; tasks start again and go on at their offsets.',
    subject: arrow(field, '1'),
  }),
  'config.*': judgeKey,
  state: judgeState,
  'autoRestart.enabled': () => onFailure,
  'autoRestart.maxRestarts': () => onFailure,
  cluster: (_field, change) => judgeMove(change),
  'metadata.name': unheeded,
  'metadata.namespace': unheeded,
  'metadata.labels.*': unheeded,
  'metadata.annotations.*': unheeded,
  [`metadata.annotations.${pauseAnnotation}`]: judgePaused,
  [`metadata.annotations.${restartAnnotation}`]: judgeRequest,
  [`metadata.annotations.${restartTaskAnnotation}`]: judgeRequest,
  [`metadata.annotations.${offsetsAnnotation}`]: judgeOffsets,
};

const onFailure: Outcome = { effect: 'in-place', what: 'it counts when a task fails the next time.' };

function unheeded(): FieldVerdict {
  return { effect: 'in-place', what: 'the connector goes on as it is.' };
}

function judgeClass(field: FieldChange, change: ConnectorChange): FieldVerdict {
  const subject = arrow(field);
  const [old, young] = [showValue(field.before), showValue(field.after)];
  const template = findTemplate(young);
  if ((template !== undefined && template === findTemplate(old)) || simpleName(old) === simpleName(young)) {
    return { ...restarts, what: `it is the same plugin by another name. ${restarts.what}`, subject };
  }
  const [was, is] = [directionOf(old, change.before?.params.config ?? {}), directionIn(change)];
  if (was === 'sink' && is === 'sink') {
    return {
      effect: 'restart',
      what: `tasks of the new class go on at the offsets of group connect-${change.after?.metadata.name}.`,
      subject,
    };
  }
  if (was === undefined && is === undefined) {
    return {
      effect: 'restart',
      what: 'tasks of the new class start with the offsets of the old one, which they may not understand.',
      subject,
    };
  }
  return {
    effect: 'reprocessed',
    what: 'offsets of the old class mean nothing to the new one, which begins anew.',
    subject,
  };
}

function simpleName(className: string): string {
  return className.replace(/^.*\./, '').replace(/Connector$/, '');
}

function directionIn({ before, after, digest }: ConnectorChange): 'source' | 'sink' | undefined {
  const { class: className = '', config = {} } = after?.params ?? before?.params ?? {};
  const known = directionOf(className, config);
  // What Connect said is of the class that it has.
  return known ?? (className === before?.params.class ? digest?.type : undefined);
}

function judgeKey({ key, before, after }: FieldChange, change: ConnectorChange): FieldVerdict {
  if (Object.hasOwn(reservedKeys, key))
    return { effect: 'ignored', what: `${droppedWhy} It is ${reservedKeys[key]}.` };
  const { class: className = '', config = {} } = change.after?.params ?? {};
  const { offsetKeys = {} } = findTemplate(className) ?? {};
  if (Object.hasOwn(offsetKeys, key)) return { effect: 'reprocessed', what: offsetKeys[key] ?? '' };
  const direction = directionIn(change);
  if (direction === 'sink') {
    if (key === 'topics') return judgeTopics(showValue(before, ''), showValue(after, ''));
    if (key === 'topics.regex') return { effect: 'restart', what: newTopics };
    if (key === 'consumer.override.group.id') return startAnew(config, 'it reads as another consumer group');
  }
  if (direction === 'source' && key === 'offsets.storage.topic') {
    return {
      effect: 'restart',
      what: "offsets that the new topic lacks are taken from the workers' own, where Connect writes them as well.",
    };
  }
  return restarts;
}

const newTopics =
  'Tasks start again at their offsets; a topic that is new to the group is read from its start.';

function judgeTopics(before: string, after: string): FieldVerdict {
  // None at all: topics.regex says which.
  if ([before, after].some((list) => list === '' || isReference(list))) {
    return { effect: 'restart', what: newTopics };
  }
  const [was, is] = [splitList(before), splitList(after)];
  const added = is.filter((topic) => !was.includes(topic));
  const dropped = was.filter((topic) => !is.includes(topic));
  const sentences = [
    ...(added.length > 0
      ? [`${listNames(added)} is read too, from its start unless the group knows it.`]
      : []),
    ...(dropped.length > 0 ? [`${listNames(dropped)} is no longer read.`] : []),
  ];
  return { effect: 'restart', what: ['tasks start again at their offsets.', ...sentences].join(' ') };
}

/** A sink whose group has no offsets. Connect's consumers begin with the earliest record unless told otherwise. */
function startAnew(config: Readonly<Record<string, string>>, why: string): Outcome {
  const reset = config['consumer.override.auto.offset.reset'] ?? 'earliest';
  if (reset !== 'latest') {
    return {
      effect: 'reprocessed',
      what: `${why}: where that has no offsets, all records of its topics are read again.`,
    };
  }
  return {
    effect: 'state-lost',
    what: `${why}: where that has no offsets, it begins with what comes then (auto.offset.reset latest), and what came since the old group's offsets is skipped for good.`,
  };
}

function judgeState(
  { before, after }: FieldChange,
  { digest, before: declared }: ConnectorChange,
): FieldVerdict {
  const [from, to] = [before ?? 'running', after ?? 'running'] as string[];
  const subject = `state ${from} → ${to}`;
  if (from === to) return { effect: 'in-place', what: 'it means the same.', subject };
  const failed = digest?.state === 'FAILED';
  if (to === 'paused' && failed) {
    return {
      effect: 'refused',
      what: 'a connector that has failed itself cannot be paused ("cannot be paused since it is in failed state"). Stop it, or restart it first.',
      subject,
    };
  }
  if (to === 'running' && failed) {
    return {
      effect: 'ignored',
      what: `the connector has failed, and a state does not start it again: annotation ${restartAnnotation} does.`,
      subject,
    };
  }
  if (to === 'running') return { effect: 'restart', what: 'it goes on at its offsets.', subject };
  if (to === 'paused' && from === 'stopped') {
    return { effect: 'in-place', what: 'its tasks are made, and do nothing.', subject };
  }
  const leaves = to === 'stopped' ? leftBy(declared?.params) : '';
  const what =
    to === 'stopped' ? 'its tasks end; offsets stay.' : 'its tasks stay and do nothing; offsets stay.';
  return { effect: 'stop', what: `${what}${leaves}`, subject };
}

function leftBy(params: KafkaConnectorParams | undefined): string {
  const sentence = findTemplate(params?.class ?? '')?.leaves?.(params?.config ?? {});
  return sentence === undefined ? '' : ` ${sentence}`;
}

function judgePaused({ before, after }: FieldChange): FieldVerdict {
  if (after === 'true') {
    return {
      effect: 'in-place',
      what: 'the connector runs on, and from then on the operator ignores changes.',
    };
  }
  if (before === 'true') {
    return {
      effect: 'restart',
      what: 'the operator brings about what has been declared meanwhile; tasks start again if it differs.',
    };
  }
  return { effect: 'in-place', what: 'only "true" has a meaning; the operator goes on.' };
}

/** Annotations that ask for something once; the operator takes them off, so that the next plan puts them on again. */
function judgeRequest({ after }: FieldChange): FieldVerdict {
  if (after === undefined || after === null) return unheeded();
  return {
    effect: 'restart',
    what: 'the operator restarts it once and takes the annotation off; the next plan would put it on again.',
  };
}

function judgeOffsets({ after }: FieldChange): FieldVerdict {
  if (after === undefined || after === null || after === 'none' || after === 'list') return unheeded();
  if (after === 'reset' || after === 'alter') {
    return {
      effect: 'reprocessed',
      what: `the offsets of the connector are changed (${showValue(after)}), if it is stopped.`,
    };
  }
  return {
    effect: 'refused',
    what: `the operator knows no ${showValue(after)}, and does nothing with the connector until it is gone.`,
  };
}

/** On another Connect cluster, or by another name: whose offsets it has then. */
function judgeReplacement(change: ConnectorChange): readonly Verdict[] {
  const { before, after, changes } = change;
  const [was, is] = [before?.metadata, after?.metadata];
  const moved = changes.some(({ path }) => path === 'cluster' || path === 'metadata.namespace');
  const renamed = was?.name !== is?.name;
  if (!moved && !renamed) {
    return [
      {
        effect: 'restart',
        reason: `Connector ${is?.name} is deleted and made anew by the same name: it goes on at its offsets.`,
      },
    ];
  }
  const { effect, what } = moved && !renamed ? judgeMove(change) : judgeName(change);
  const from = `${was?.namespace}/${was?.name} on ${before?.params.cluster}`;
  const to = `${is?.namespace}/${is?.name} on ${after?.params.cluster}`;
  return [{ effect, reason: `Connector ${from} → ${to}: ${what}`, path: [moved ? 'cluster' : 'name'] }];
}

function judgeName(change: ConnectorChange): Outcome {
  const { before, after } = change;
  const config = after?.params.config ?? {};
  if (directionIn(change) !== 'sink') {
    return {
      effect: 'reprocessed',
      what: 'Connect keeps the offsets of a source by its name, so it begins anew.',
    };
  }
  const group = config['consumer.override.group.id'];
  if (group !== undefined && group === before?.params.config?.['consumer.override.group.id']) {
    return {
      effect: 'restart',
      what: `a sink's offsets are those of its consumer group, which stays ${group}: it goes on there.`,
    };
  }
  return startAnew(config, `it reads as consumer group ${group ?? `connect-${after?.metadata.name}`}`);
}

function judgeMove(change: ConnectorChange): Outcome {
  const { before, after, digest } = change;
  if (directionIn(change) !== 'sink') {
    return {
      effect: 'reprocessed',
      what: 'offsets of a source are in the topic of its Connect cluster, so on another one it begins anew.',
    };
  }
  const [was, is] = [before, after].map((declared) => digest?.clusters?.[declared?.params.cluster ?? '']);
  const group = after?.params.config?.['consumer.override.group.id'] ?? `connect-${after?.metadata.name}`;
  if (was !== undefined && was === is) {
    return {
      effect: 'restart',
      what: `both Connect clusters are on ${is}, where the offsets of a sink are those of its consumer group ${group}: it goes on there.`,
    };
  }
  const { effect, what } = startAnew(
    after?.params.config ?? {},
    `offsets of a sink are those of its consumer group ${group} in the Kafka of the Connect cluster`,
  );
  return { effect, what };
}

/** There is no finalizer: the resource goes at once, and Connect is told then or by the next full reconciliation. */
function judgeDeletion({ before, digest }: ConnectorChange): readonly Verdict[] {
  const { cluster = '', config = {} } = before?.params ?? {};
  const name = before?.metadata.name ?? '';
  if (digest?.clusters !== undefined && digest.clusters[cluster] === undefined) {
    return [
      {
        effect: 'stop',
        reason: `There is no KafkaConnect ${cluster} in the namespace, so connector ${name} does not run.`,
      },
    ];
  }
  const group = config['consumer.override.group.id'] ?? `connect-${name}`;
  const isSink = directionOf(before?.params.class ?? '', config) === 'sink' || digest?.type === 'sink';
  const offsets = isSink
    ? `Kafka keeps the offsets of its consumer group ${group} for a while (7 days by default)`
    : 'Connect keeps its offsets under its name';
  return [
    {
      effect: 'stop',
      reason: `Connector ${name} is taken off Connect cluster ${cluster}. ${offsets}: one that is made by that name again goes on there.${leftBy(before?.params)}`,
    },
  ];
}

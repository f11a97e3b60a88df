import type { KubernetesObject } from '../../apiclient/object.ts';
import type { Acl } from '../../engines/kafka/user-client.ts';
import { annotationAfter } from '../annotation-after.ts';
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
import { compareAcls, toAcls } from './acls.ts';
import type { KafkaUserParams } from './params.ts';

/** What has to be known of a live KafkaUser. */
export interface UserDigest {
  /** Value of `strimzi.io/pause-reconciliation`. */
  readonly paused?: string;
}

type UserChange = Change<KafkaUserParams, UserDigest>;

const pauseAnnotation = 'strimzi.io/pause-reconciliation';

export const userVerdicts: Judging<KafkaUserParams, UserDigest> = {
  guards: [],
  async digest({ metadata }: KubernetesObject) {
    const paused = metadata.annotations?.[pauseAnnotation];
    return paused === undefined ? {} : { paused };
  },
  judge(change) {
    if (change.after === undefined) return [judgeDeletion(change)];
    if (change.before === undefined) return [judgeCreation(change)];
    return change.replaced ? [judgeDeletion(change), judgeCreation(change)] : judgeUpdate(change);
  },
};

function judgeCreation({ after }: UserChange): Verdict {
  const name = after?.metadata.name;
  if (after?.metadata.annotations?.[pauseAnnotation] === 'true') {
    return { effect: 'ignored', reason: `User ${name} is not created: ${pausedWhy}` };
  }
  return {
    effect: 'create',
    reason: `User ${name} is created on Kafka cluster ${after?.params.cluster}. Rules and quotas that Kafka has for the name already become exactly the declared ones.`,
  };
}

const pausedWhy = `the operator leaves the user as it is as long as annotation ${pauseAnnotation} is "true".`;

function judgeUpdate(change: UserChange): readonly Verdict[] {
  const inert = annotationAfter(change, pauseAnnotation, change.digest?.paused) === 'true';
  const verdicts = judgeFields(change, userRules, (verdict, field) =>
    inert && isParam(field) ? { effect: 'ignored', what: pausedWhy } : verdict,
  );
  return verdicts.length > 0 ? verdicts : [{ effect: 'in-place', reason: 'The user stays as it is.' }];
}

/** What a change of each field does, where the operator heeds the resource. */
export const userRules: FieldRules<KafkaUserParams, UserDigest> = {
  'authentication.type': judgeType,
  'authentication.password.valueFrom.secretKeyRef.name': judgePassword,
  'authentication.password.valueFrom.secretKeyRef.key': judgePassword,
  'authentication.password.valueFrom.secretKeyRef.optional': () => ({
    effect: 'in-place',
    what: 'the operator does not heed it.',
  }),
  'authentication.validityDays': judgeCertificate,
  'authentication.renewalDays': judgeCertificate,
  'authorization.type': judgeRules,
  'authorization.acls.*.type': judgeRules,
  'authorization.acls.*.resource.type': judgeRules,
  'authorization.acls.*.resource.name': judgeRules,
  'authorization.acls.*.resource.patternType': judgeRules,
  'authorization.acls.*.operations.*': judgeRules,
  'authorization.acls.*.host': judgeRules,
  'quotas.producerByteRate': judgeQuota,
  'quotas.consumerByteRate': judgeQuota,
  'quotas.requestPercentage': judgeQuota,
  'quotas.controllerMutationRate': judgeQuota,
  cluster: (field) => ({
    effect: 'ignored',
    what: 'the operator of the one cluster no longer heeds the resource.',
    subject: arrow(field),
  }),
  'metadata.name': unheeded,
  'metadata.namespace': unheeded,
  'metadata.labels.*': unheeded,
  'metadata.annotations.*': unheeded,
  [`metadata.annotations.${pauseAnnotation}`]: judgePaused,
};

function unheeded(): FieldVerdict {
  return { effect: 'in-place', what: 'the user stays as it is.' };
}

function judgeType(field: FieldChange, { after }: UserChange): FieldVerdict {
  const { before, after: type } = field;
  const subject = arrow(field);
  if (before === undefined || before === null) {
    return {
      effect: 'in-place',
      what: `the operator makes credentials and puts them into Secret ${after?.metadata.name}.`,
      subject,
    };
  }
  if (type === undefined || type === null) {
    return {
      effect: 'stop',
      what: 'nobody can log in by the name any more. Rules and quotas stay.',
      subject,
    };
  }
  const local =
    type === 'scram-sha-512' ? '' : ' The local platform, whose listeners have no TLS, refuses it.';
  return {
    effect: 'stop',
    what: `credentials of the old kind no longer work: clients are locked out until they have the new ones.${local}`,
    subject,
  };
}

function judgePassword({ before, after }: FieldChange, change: UserChange): FieldVerdict {
  const { authentication } = change.after?.params ?? {};
  if (authentication?.type !== 'scram-sha-512') {
    return { effect: 'in-place', what: 'only users of type scram-sha-512 have a password.' };
  }
  if (authentication.password === undefined && before !== undefined && after === undefined) {
    return {
      effect: 'in-place',
      what: `the operator keeps the password that Secret ${change.after?.metadata.name} has.`,
    };
  }
  return {
    effect: 'stop',
    what: 'if it is another password, clients that log in with the old one are refused until they read the new one; connections that are open stay.',
  };
}

function judgeCertificate(_field: FieldChange, { after }: UserChange): FieldVerdict {
  return {
    effect: 'in-place',
    what:
      after?.params.authentication?.type === 'tls'
        ? 'it counts when the certificate is renewed.'
        : 'it has no effect: only users of type tls have a certificate of the operator.',
  };
}

function judgeRules(_field: FieldChange, { before, after }: UserChange): FieldVerdict {
  const [was, is] = [before, after].map((declared) => toAcls(declared?.params.authorization?.acls ?? []));
  const { add, remove } = compareAcls(is ?? [], was ?? []);
  const allow = (acls: readonly Acl[], type: 'allow' | 'deny') =>
    acls.filter((acl) => acl.type === type).map(describeRule);
  const lost = [...allow(remove, 'allow'), ...allow(add, 'deny')];
  const won = [...allow(add, 'allow'), ...allow(remove, 'deny')];
  const sentences = [
    ...(lost.length > 0 ? [`clients are refused from then on: ${listNames(lost)}.`] : []),
    ...(won.length > 0 ? [`clients may from then on: ${listNames(won)}.`] : []),
  ];
  return {
    effect: 'in-place',
    what: sentences.length === 0 ? 'the rules mean the same.' : sentences.join(' '),
    subject: 'authorization',
  };
}

/** `Read topic orders`, `Write topic team-* from 10.0.0.1` */
function describeRule({ operation, resourceType, resourceName, patternType, host }: Acl): string {
  const name = patternType === 'prefix' ? `${resourceName}*` : resourceName;
  return `${operation} ${resourceType} ${name}${host === '*' ? '' : ` from ${host}`}`;
}

function judgeQuota(field: FieldChange): FieldVerdict {
  const subject = arrow(field);
  const [from, to] = [field.before, field.after].map((value) =>
    typeof value === 'number' ? value : Number.POSITIVE_INFINITY,
  ) as [number, number];
  if (to >= from) return { effect: 'in-place', what: 'clients may use more.', subject };
  return { effect: 'in-place', what: 'brokers slow clients down that use more.', subject };
}

function judgePaused({ before, after }: FieldChange): FieldVerdict {
  if (after === 'true') {
    return {
      effect: 'in-place',
      what: 'from then on the operator ignores changes; deleting the resource deletes the user all the same.',
    };
  }
  if (before === 'true')
    return { effect: 'in-place', what: 'the operator brings about what has been declared meanwhile.' };
  return { effect: 'in-place', what: 'only "true" has a meaning; the operator goes on.' };
}

function judgeDeletion({ before, after, changes }: UserChange): Verdict {
  const { name } = before?.metadata ?? {};
  const moved = changes.find(({ path }) => path === 'cluster' || path.startsWith('metadata.name'));
  const why =
    after === undefined || moved === undefined
      ? ''
      : `${arrow({ ...moved, name: moved.path.replace('metadata.', '') })}: `;
  return {
    effect: 'stop',
    reason: `${why}User ${name} is deleted from Kafka cluster ${before?.params.cluster} with its password, rules and quotas, and Secret ${name} with it: clients that log in by it lose access.`,
  };
}

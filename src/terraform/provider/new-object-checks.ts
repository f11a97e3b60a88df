import type { KubernetesObject, ObjectReference, ResourceType } from '../../apiclient/object.ts';
import type { AttributePath, Diagnostic, ObjectName } from '../../diagnostics/diagnostic.ts';
import { findSimilar } from '../../diagnostics/similar-name.ts';
import type { Mention, Need } from '../../kinds/kind.ts';
import { toSnakeCase } from '../framework/names.ts';
import { describeObject } from './api-diagnostics.ts';
import { declarationKey } from './declarations.ts';
import { reportFailure } from './failure-report.ts';
import { existsAlready } from './kind-apply.ts';
import { ownershipOf } from './ownership.ts';
import type { Session } from './session.ts';

/** An object that is planned to be created. */
export interface NewObject {
  readonly type: ResourceType;
  readonly name: ObjectName;
  readonly reference: ObjectReference;
  readonly needs: readonly Need[];
  readonly mentions: readonly Mention[];
}

/**
 * What the API tells of an object before it is created: that it is there and another's, and that what it needs is not.
 * Only words depend on it, so that a plan without an API, or one that is made again while applying, has the same values.
 */
export async function checkNewObject(object: NewObject, session: Session): Promise<readonly Diagnostic[]> {
  const { surroundings, settings, signal } = session;
  if (settings.project === undefined || surroundings.expired || signal.aborted) return [];
  const sight = await surroundings.find(object.type, object.reference);
  if (!sight.seen) return notChecked(sight.failure, object, session);
  const taken = sight.object === undefined ? [] : checkFree(settings.project, sight.object);
  const needs = await Promise.all(object.needs.map((need) => checkNeed(object, need, session)));
  const mentions = await Promise.all(
    object.mentions.map((mention) => checkMention(object, mention, session)),
  );
  return [...taken, ...needs.flat(), ...mentions.flat()];
}

function checkFree(project: string, existing: KubernetesObject): readonly Diagnostic[] {
  // What is being deleted is waited for.
  if (existing.metadata.deletionTimestamp !== undefined) return [];
  const ownership = ownershipOf(project, existing);
  if (ownership.owned === 'here') return [];
  // No error: Terraform makes such a plan before it destroys, too.
  const { detail, ...problem } = existsAlready(existing, ownership.by);
  return [{ ...problem, severity: 'warning', detail: `The apply will be refused. ${detail}` }];
}

/** One warning for each missing object, however many need it: the first that does waits for what else is planned. */
async function checkNeed(
  object: NewObject,
  { type, name, path }: Need,
  session: Session,
): Promise<readonly Diagnostic[]> {
  const { surroundings, declared, missed } = session;
  const { namespace } = object.reference;
  const needed: ObjectName = { kind: type.kind, name, ...(namespace !== undefined && { namespace }) };
  const key = declarationKey(type.group, needed);
  if (declared.has(key) || missed.has(key)) return [];
  const sight = await surroundings.find(type, { namespace, name });
  if (!sight.seen) return notChecked(sight.failure, { ...object, type, name: needed }, session);
  if (sight.object !== undefined || missed.has(key)) return [];
  missed.add(key);
  await surroundings.quiet();
  if (declared.has(key) || surroundings.expired) return [];
  const similar = findSimilar(name, await surroundings.names(type, namespace), (other) => other);
  return [neededIsMissing(object.name, needed, path, similar)];
}

/**
 * What may also be made by hand, by a program or in another namespace, so only where some of its kind are declared here
 * does its absence mean anything.
 */
async function checkMention(
  object: NewObject,
  { type, name, path, nameOf, isClaim }: Mention,
  session: Session,
): Promise<readonly Diagnostic[]> {
  const { surroundings, declared, missed } = session;
  const { namespace } = object.reference;
  const key = `${type.plural}.${type.group} ${name}`;
  // Claims are declared as `<namespace>: <what>`.
  const isDeclared = () => [...declared.keys()].some((claim) => isClaim(claim.replace(/^[^:]*: /, '')));
  if (missed.has(key) || isDeclared()) return [];
  const there = (await surroundings.objects(type, namespace)).map(nameOf);
  if (there.includes(name) || missed.has(key)) return [];
  missed.add(key);
  await surroundings.quiet();
  const planned = [...declared.keys()].some((other) => other.startsWith(`${type.group}/${type.kind} `));
  if (isDeclared() || surroundings.expired || (there.length === 0 && !planned)) return [];
  return [
    mentionedIsMissing(
      object.name,
      type.kind,
      name,
      path,
      findSimilar(name, there, (other) => other),
    ),
  ];
}

function mentionedIsMissing(
  object: ObjectName,
  kind: string,
  name: string,
  path: AttributePath,
  similar: string | undefined,
): Diagnostic {
  return {
    severity: 'warning',
    reason: 'NotDeclared',
    summary: `No ${kind} declares ${name}`,
    detail:
      `${describeObject(object)} names it, and neither this project nor its namespace has it. ` +
      (similar === undefined ? '' : `Did you mean ${similar}? `) +
      'If something else makes it, there is nothing to do.',
    path,
  };
}

function neededIsMissing(
  object: ObjectName,
  needed: ObjectName,
  path: AttributePath,
  similar: string | undefined,
): Diagnostic {
  const attribute = path.map((step) => toSnakeCase(String(step))).join('.');
  return {
    severity: 'warning',
    reason: 'NeedsMissing',
    summary: `${describeObject(needed)} does not exist`,
    detail:
      `${describeObject(object)} names it in ${attribute} and waits until it is there. ` +
      (similar === undefined ? '' : `Did you mean ${similar}? `) +
      'If another project creates it, or another resource of this one does so later, there is nothing to do; ' +
      `else correct ${attribute}.`,
    object: needed,
    path,
  };
}

/** Told by the first that could not look. */
export async function notChecked(
  failure: unknown,
  { type, name }: Pick<NewObject, 'type' | 'name'>,
  session: Session,
): Promise<readonly Diagnostic[]> {
  if (failure === undefined) return [];
  const [cause] = await reportFailure(failure, 'look for', name, type, session);
  return [
    {
      severity: 'warning',
      reason: 'NotChecked',
      summary: 'The plan is not checked against the cluster',
      detail:
        `${cause?.summary}: ${cause?.detail}\n` +
        'The plan is right for a cluster that has none of its new objects. Whether it has, and has what they need, shows when it is applied.',
    },
  ];
}

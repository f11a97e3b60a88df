import type { ApiObject } from '../json.ts';
import { badRequest, expired, resourceVersionTooLarge, StatusError } from '../status.ts';
import type { Page, Snapshot, Storage } from '../storage/storage.ts';
import type { ObjectFilter } from '../watch/selectors.ts';
import { present, type Resource, storageName } from './resource.ts';

export interface ListQuery {
  readonly namespace: string | undefined;
  readonly filter: ObjectFilter | undefined;
  readonly limit: number | undefined;
  readonly continueToken: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly resourceVersionMatch: string | undefined;
}

export interface ListedObjects {
  readonly revision: number;
  readonly objects: readonly ApiObject[];
  readonly continueToken?: string;
  /** How many objects follow the page; known only of lists without selectors. */
  readonly remaining?: number;
}

interface Position {
  readonly revision: number;
  readonly namespace: string;
  readonly name: string;
}

/** A list, or one page of it; all pages of a list are of the same revision. */
export function listObjects(storage: Storage, resource: Resource, query: ListQuery): ListedObjects {
  const position = query.continueToken === undefined ? undefined : parseToken(query.continueToken);
  const { limit } = query;
  if (position !== undefined && query.resourceVersion !== undefined && query.resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const snapshot = readPage(storage, resource, query.namespace, {
    atRevision: position?.revision ?? exactRevision(query, storage.revision()),
    after: position,
    // One more than asked for tells whether there are more. Objects that a selector leaves out do not count.
    limit: limit === undefined || query.filter !== undefined ? undefined : limit + 1,
  });
  const chosen = query.filter === undefined ? snapshot.objects : snapshot.objects.filter(query.filter);
  const { revision } = snapshot;
  const page = limit === undefined ? chosen : chosen.slice(0, limit);
  const objects = page.map((object) => present(resource, object));
  const last = page.at(-1);
  if (last === undefined || page.length === chosen.length) return { revision, objects };
  const { namespace = '', name } = last.metadata;
  return {
    revision,
    objects,
    continueToken: printToken({ revision, namespace, name }),
    ...(query.filter === undefined ? { remaining: snapshot.total - page.length } : {}),
  };
}

function readPage(storage: Storage, resource: Resource, namespace: string | undefined, page: Page): Snapshot {
  try {
    return storage.list(storageName(resource.type), namespace, page);
  } catch (error) {
    if (page.after !== undefined && error instanceof StatusError && error.status.reason === 'Expired') {
      throw expired(
        'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.',
      );
    }
    throw error;
  }
}

/** Lists are always as new as can be, so "not older than" holds by itself. */
function exactRevision(query: ListQuery, current: number): number | undefined {
  const { resourceVersion, resourceVersionMatch } = query;
  if (resourceVersion === undefined || resourceVersion === '') {
    return undefined;
  }
  const revision = parseResourceVersion(resourceVersion);
  if (revision > current) throw resourceVersionTooLarge(revision, current);
  return resourceVersionMatch === 'Exact' ? revision : undefined;
}

/** Throws `BadRequest` for anything but a whole number. */
export function parseResourceVersion(text: string): number {
  if (!/^\d{1,15}$/u.test(text)) {
    const shown = JSON.stringify(text);
    throw badRequest(
      `resourceVersion: Invalid value: ${shown}: strconv.ParseUint: parsing ${shown}: invalid syntax`,
    );
  }
  return Number(text);
}

function printToken(position: Position): string {
  const content = JSON.stringify([position.revision, position.namespace, position.name]);
  return Buffer.from(content, 'utf8').toString('base64url');
}

function parseToken(token: string): Position {
  try {
    const content: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (Array.isArray(content) && content.length === 3) {
      const [revision, namespace, name]: unknown[] = content;
      if (Number.isSafeInteger(revision) && typeof namespace === 'string' && typeof name === 'string') {
        return { revision: revision as number, namespace, name };
      }
    }
  } catch {
    // Falls through: whatever is wrong with the token, the answer is the same.
  }
  throw badRequest('invalid continue token: continue key is not valid');
}

import type { KubernetesObject } from '../../apiclient/object.ts';
import { readDynamic, toDynamic } from '../framework/dynamic.ts';
import type { PrivateState } from '../framework/resource.ts';
import { Dynamic, type ObjectValue } from '../framework/value.ts';
import { concludeRead, observationOf } from './kind-read.ts';
import { manifestOf } from './manifest-plan.ts';
import { ownerAnnotation, projectAnnotation, revisionAnnotation } from './ownership.ts';

/** State from the live object: the live values at the paths that the user wrote, after an import all that is no server's. */
export function readManifest(
  project: string,
  state: ObjectValue,
  privateState: PrivateState,
  object: KubernetesObject,
): { readonly state: ObjectValue; readonly private: PrivateState } {
  const before = observationOf(privateState);
  const written = state['manifest'];
  const manifest =
    before.adopt === true || !(written instanceof Dynamic)
      ? toDynamic(declaredPart(object))
      : readDynamic(written, toDynamic(readWritten(manifestOf(state), object)));
  return concludeRead(project, state, { ...state, manifest }, before, object, true, privateState);
}

/** The part of a live object that somebody declared: neither status nor what the server and sdp add. */
export function declaredPart(object: KubernetesObject): Readonly<Record<string, unknown>> {
  const { status: _status, metadata, ...rest } = object as KubernetesObject & { status?: unknown };
  const { name, namespace, labels, annotations } = metadata;
  const own = Object.entries(annotations ?? {}).filter(([key]) => !machineAnnotations.has(key));
  return {
    ...rest,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(labels !== undefined && { labels }),
      ...(own.length > 0 && { annotations: Object.fromEntries(own) }),
    },
  };
}

const machineAnnotations = new Set([
  projectAnnotation,
  ownerAnnotation,
  revisionAnnotation,
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
]);

/**
 * The live values where `written` sets something. Items of a list are told apart by their names where all have one
 * (as the API server does for containers and ports), else by position. Where the live value only differs in form
 * (1000m for 1), the written one stays.
 */
export function readWritten(written: unknown, live: unknown): unknown {
  if (live === undefined || live === null) return isEmpty(written) ? written : undefined;
  if (Array.isArray(written) && Array.isArray(live)) return readItems(written, live);
  if (isRecord(written) && isRecord(live)) {
    return Object.fromEntries(
      Object.entries(written).flatMap(([key, item]) => {
        const found = readWritten(item, live[key]);
        return found === undefined ? [] : [[key, found]];
      }),
    );
  }
  return sameMeaning(written, live) ? written : live;
}

function readItems(written: readonly unknown[], live: readonly unknown[]): unknown {
  const key = ['name', 'key', 'containerPort', 'port', 'mountPath'].find(
    (field) => hasDistinct(written, field) && hasDistinct(live, field),
  );
  if (key !== undefined) {
    const byName = new Map(live.map((item) => [(item as Record<string, unknown>)[key], item]));
    return written.flatMap((item) => {
      const found = byName.get((item as Record<string, unknown>)[key]);
      return found === undefined ? [] : [readWritten(item, found)];
    });
  }
  return written.length === live.length ? written.map((item, index) => readWritten(item, live[index])) : live;
}

function hasDistinct(items: readonly unknown[], field: string): boolean {
  const values = items.map((item) => (isRecord(item) ? item[field] : undefined));
  return values.every((value) => value !== undefined) && new Set(values).size === values.length;
}

function sameMeaning(written: unknown, live: unknown): boolean {
  if (typeof written === 'object' || typeof live === 'object') return false;
  const [writtenText, liveText] = [toText(written), toText(live)];
  if (writtenText === liveText) return true;
  const [a, b] = [parseQuantity(writtenText), parseQuantity(liveText)];
  return a !== undefined && a === b;
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Kubernetes' quantities: `500m`, `1Gi`, `1e3`. */
function parseQuantity(text: string): number | undefined {
  const match = /^([+-]?\d+(?:\.\d+)?)(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi|)$/.exec(text);
  if (match === null) return undefined;
  // Milli-units are whole numbers, so that 0.1 and 100m are equal.
  return Math.round(Number(match[1]) * (units[match[2] ?? ''] ?? 1) * 1000);
}

const units: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).every(isEmpty);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

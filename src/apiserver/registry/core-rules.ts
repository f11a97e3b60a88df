import {
  type ApiObject,
  equalJson,
  isJsonObject,
  type JsonObject,
  listAt,
  objectAt,
  stringAt,
} from '../json.ts';
import { invalidValue, requiredValue } from '../schema/validate.ts';
import { badRequest, type FieldProblem } from '../status.ts';
import type { ResourceRules } from './resource.ts';
import { checkLabel, checkLabel1035 } from './validate-metadata.ts';

const NAMESPACE_FINALIZER = 'kubernetes';

function forbiddenField(field: string, detail: string): FieldProblem {
  return { field, reason: 'FieldValueForbidden', message: `Forbidden: ${detail}` };
}

/** `immutable: true` freezes the data and cannot be taken back. */
function checkImmutable(
  next: ApiObject,
  live: ApiObject | undefined,
  fields: readonly string[],
): FieldProblem[] {
  if (live?.['immutable'] !== true) return [];
  const frozen = 'field is immutable when `immutable` is set';
  const problems = next['immutable'] === true ? [] : [forbiddenField('immutable', frozen)];
  for (const field of fields) {
    if (!equalJson(next[field] ?? {}, live[field] ?? {})) problems.push(forbiddenField(field, frozen));
  }
  return problems;
}

const MAX_KEY_LENGTH = 253;
const KEY_TEXT =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

function checkStringMap(object: ApiObject, field: string): FieldProblem[] {
  const value = object[field];
  if (value === undefined || value === null) return [];
  if (!isJsonObject(value)) return [invalidValue(field, value, 'must be a map of strings')];
  return Object.entries(value).flatMap(([key, item]) => {
    const problems: FieldProblem[] = [];
    const at = `${field}[${key}]`;
    if (key.length > MAX_KEY_LENGTH) {
      problems.push(invalidValue(at, key, `must be no more than ${MAX_KEY_LENGTH} characters`));
    }
    if (!/^[-._a-zA-Z0-9]+$/u.test(key)) problems.push(invalidValue(at, key, KEY_TEXT));
    else if (key === '.' || key.startsWith('..')) {
      const why = key === '.' || key === '..' ? `must not be '${key}'` : "must not start with '..'";
      problems.push(invalidValue(at, key, why));
    }
    if (typeof item !== 'string') {
      problems.push(invalidValue(`${field}[${key}]`, item, 'must be a string'));
    }
    return problems;
  });
}

function setDefault(target: JsonObject, field: string, value: unknown): void {
  if (target[field] === undefined || target[field] === null) target[field] = value;
}

function checkOnce(next: ApiObject): FieldProblem[] {
  const binary = objectAt(next, 'binaryData') ?? {};
  return Object.keys(objectAt(next, 'data') ?? {})
    .filter((key) => Object.hasOwn(binary, key))
    .map((key) => invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'));
}

export const CONFIG_MAP_RULES: ResourceRules = {
  validate: (next, live) => [
    ...checkStringMap(next, 'data'),
    ...checkStringMap(next, 'binaryData'),
    ...checkOnce(next),
    ...checkImmutable(next, live, ['data', 'binaryData']),
  ],
};

export const SECRET_RULES: ResourceRules = {
  prepare(next) {
    const plain = objectAt(next, 'stringData');
    if (plain !== undefined) {
      const encoded = Object.entries(plain).map(([key, value]) => [
        key,
        Buffer.from(String(value), 'utf8').toString('base64'),
      ]);
      next['data'] = { ...objectAt(next, 'data'), ...Object.fromEntries(encoded) };
    }
    delete next['stringData'];
    setDefault(next, 'type', 'Opaque');
    for (const value of Object.values(objectAt(next, 'data') ?? {})) {
      if (typeof value === 'string' && !/^[A-Za-z0-9+/\s]*={0,2}\s*$/u.test(value)) {
        const at = /[^A-Za-z0-9+/\s]/u.exec(value.replace(/={0,2}\s*$/u, ''))?.index ?? value.length;
        throw badRequest(
          `Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte ${at}`,
        );
      }
    }
  },
  validate(next, live) {
    const problems = [...checkStringMap(next, 'data'), ...checkImmutable(next, live, ['data'])];
    if (live !== undefined && !equalJson(next['type'], live['type'])) {
      problems.push(invalidValue('type', next['type'], 'field is immutable'));
    }
    return problems;
  },
};

export const NAMESPACE_RULES: ResourceRules = {
  validateName: (name) => (name.includes('.') ? 'must not contain dots' : checkLabel(name)),
  prepare(next, live) {
    next.metadata.labels = {
      ...next.metadata.labels,
      'kubernetes.io/metadata.name': next.metadata.name,
    };
    if (live !== undefined) {
      next['spec'] = live['spec'];
      return;
    }
    next['spec'] = { finalizers: [NAMESPACE_FINALIZER] };
    next['status'] = { phase: 'Active' };
  },
  holdsDeletion: (object) => listAt(object, 'spec', 'finalizers').length > 0,
  prepareDeletion(object) {
    object['status'] = { ...objectAt(object, 'status'), phase: 'Terminating' };
  },
};

export const SERVICE_RULES: ResourceRules = {
  validateName: checkLabel1035,
  prepare(next, live) {
    const spec = objectAt(next, 'spec');
    if (spec !== undefined) {
      setDefault(spec, 'type', 'ClusterIP');
      setDefault(spec, 'sessionAffinity', 'None');
      for (const port of listAt(spec, 'ports')) {
        if (!isJsonObject(port)) continue;
        setDefault(port, 'protocol', 'TCP');
        setDefault(port, 'targetPort', port['port']);
      }
    }
    if (live === undefined) next['status'] = { loadBalancer: {} };
  },
  validate(next) {
    const ports = listAt(next, 'spec', 'ports');
    return ports.flatMap((port, index) => {
      const number = isJsonObject(port) ? port['port'] : undefined;
      const isPort = typeof number === 'number' && Number.isInteger(number) && number > 0 && number < 65_536;
      return isPort
        ? []
        : [invalidValue(`spec.ports[${index}].port`, number ?? 0, 'must be between 1 and 65535, inclusive')];
    });
  },
};

const POD_GRACE_SECONDS = 30;
const FINISHED_PHASES = new Set(['Succeeded', 'Failed']);

export const POD_RULES: ResourceRules = {
  prepare(next, live) {
    const spec = objectAt(next, 'spec');
    if (spec !== undefined) {
      setDefault(spec, 'restartPolicy', 'Always');
      setDefault(spec, 'terminationGracePeriodSeconds', POD_GRACE_SECONDS);
      setDefault(spec, 'dnsPolicy', 'ClusterFirst');
      for (const container of [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')]) {
        if (!isJsonObject(container)) continue;
        setDefault(container, 'resources', {});
        for (const port of listAt(container, 'ports')) {
          if (isJsonObject(port)) setDefault(port, 'protocol', 'TCP');
        }
      }
    }
    if (live === undefined) next['status'] = { phase: 'Pending', qosClass: 'BestEffort' };
  },
  validate(next, live) {
    const containers = listAt(next, 'spec', 'containers');
    const problems = containers.length === 0 ? [requiredValue('spec.containers')] : [];
    const names = new Set<string>();
    containers.forEach((container, index) => {
      const name = stringAt(container, 'name') ?? '';
      const field = `spec.containers[${index}].name`;
      if (name === '') problems.push(requiredValue(field));
      else if (names.has(name)) {
        problems.push({ field, reason: 'FieldValueDuplicate', message: `Duplicate value: "${name}"` });
      } else {
        const why = checkLabel(name);
        if (why !== undefined) problems.push(invalidValue(field, name, why));
      }
      names.add(name);
    });
    if (live !== undefined && !equalJson(fixedPodSpec(next), fixedPodSpec(live))) {
      problems.push(
        forbiddenField(
          'spec',
          'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
        ),
      );
    }
    return problems;
  },
  // A pod that no node runs has nothing to end; the kubelet deletes the others again with 0 when they have ended.
  gracePeriodSeconds(live, requested) {
    const node = stringAt(live, 'spec', 'nodeName') ?? '';
    if (node === '' || FINISHED_PHASES.has(stringAt(live, 'status', 'phase') ?? '')) return 0;
    const declared = objectAt(live, 'spec')?.['terminationGracePeriodSeconds'];
    return requested ?? (typeof declared === 'number' ? declared : POD_GRACE_SECONDS);
  },
};

/** The part of a pod's spec that never changes; `nodeName` is set by a Binding, once. */
function fixedPodSpec(pod: ApiObject): JsonObject {
  const {
    tolerations: _tolerations,
    activeDeadlineSeconds: _deadline,
    ...spec
  } = objectAt(pod, 'spec') ?? {};
  const withoutImages = (field: string): unknown[] =>
    listAt(spec, field).map((container) => {
      if (!isJsonObject(container)) return container;
      const { image: _image, ...rest } = container;
      return rest;
    });
  return {
    ...spec,
    containers: withoutImages('containers'),
    initContainers: withoutImages('initContainers'),
  };
}

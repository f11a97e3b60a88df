import type { ApiClient } from '../apiclient/client.ts';
import { configMapType, secretType } from '../apiclient/core-types.ts';
import type { KubernetesObject } from '../apiclient/object.ts';
import { type Diagnosed, type Diagnostic, failed, ok } from '../diagnostics/diagnostic.ts';
import type { EnvVar, Pod } from './pod.ts';

type WithData = KubernetesObject & { data?: Record<string, string> };

/**
 * The environment that a pod's container declares: plain values, keys of Secrets and ConfigMaps, and fields of the pod. A
 * value that cannot be had is named without what it would hold.
 */
export async function resolveEnvironment(
  client: ApiClient,
  pod: Pod,
): Promise<Diagnosed<Record<string, string>>> {
  const entries = await Promise.all(
    (pod.spec.containers[0]?.env ?? []).map(async (variable) => ({
      variable,
      value: await resolveVariable(client, pod, variable),
    })),
  );
  const missing = entries.filter(({ variable, value }) => value === undefined && !isOptional(variable));
  if (missing.length > 0) return failed(...missing.map(({ variable }) => describeMissing(variable)));
  return ok(
    Object.fromEntries(
      entries.flatMap(({ variable: { name }, value }) => (value === undefined ? [] : [[name, value]])),
    ),
  );
}

async function resolveVariable(
  client: ApiClient,
  { metadata }: Pod,
  { value, valueFrom }: EnvVar,
): Promise<string | undefined> {
  const { namespace = 'default' } = metadata;
  if (valueFrom === undefined) return value ?? '';
  const { secretKeyRef, configMapKeyRef, fieldRef } = valueFrom;
  if (secretKeyRef !== undefined) {
    const secret = await client.get<WithData>(secretType, { namespace, name: secretKeyRef.name });
    const encoded = secret?.data?.[secretKeyRef.key];
    return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
  }
  if (configMapKeyRef !== undefined) {
    const map = await client.get<WithData>(configMapType, { namespace, name: configMapKeyRef.name });
    return map?.data?.[configMapKeyRef.key];
  }
  return fieldRef === undefined ? undefined : readField(metadata, fieldRef.fieldPath);
}

function readField(metadata: Pod['metadata'], path: string): string | undefined {
  switch (path) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace;
    case 'metadata.uid':
      return metadata.uid;
    case 'status.podIP':
    case 'status.hostIP':
      return '127.0.0.1';
    default:
      return undefined;
  }
}

function isOptional({ valueFrom }: EnvVar): boolean {
  return valueFrom?.secretKeyRef?.optional === true || valueFrom?.configMapKeyRef?.optional === true;
}

function describeMissing({ name, valueFrom }: EnvVar): Diagnostic {
  const { secretKeyRef: secret, configMapKeyRef: map, fieldRef } = valueFrom ?? {};
  const source =
    secret !== undefined
      ? `key ${secret.key} of Secret ${secret.name}, which is not there`
      : map !== undefined
        ? `key ${map.key} of ConfigMap ${map.name}, which is not there`
        : `field ${fieldRef?.fieldPath ?? ''}, which a pod on this machine does not have`;
  return {
    severity: 'error',
    reason: 'CreateContainerConfigError',
    summary: `The environment variable ${name} has no value`,
    detail: `It comes from ${source}. Create it, or mark the reference as optional; the process starts then.`,
  };
}

/** The little of this process's environment that a program needs to run; nothing secret. */
export function inheritedEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'JAVA_HOME'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

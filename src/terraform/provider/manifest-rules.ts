import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { unknown } from '../framework/value.ts';

/** Metadata that is the server's. */
const serverMetadata = [
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
];

/** What is wrong with a manifest that some values of may still be unknown. */
export function checkManifest(manifest: unknown): readonly Diagnostic[] {
  if (!isRecord(manifest)) return [];
  const { apiVersion, kind, metadata } = manifest;
  if (typeof kind === 'string' && kind.endsWith('List') && 'items' in manifest) return [list(kind)];
  const found = [
    required(
      'apiVersion',
      apiVersion,
      /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?v\d[a-z0-9]*$/,
      '"v1" or "apps/v1"',
    ),
    required('kind', kind, /^[A-Z][A-Za-z0-9]*$/, '"ConfigMap"'),
    metadata === undefined || isRecord(metadata)
      ? required('metadata.name', metadata?.['name'], /^[^/%]+$/, '"my-object"')
      : undefined,
    ...(isRecord(metadata) ? checkMetadata(metadata) : []),
    'status' in manifest ? notYours('status', 'The controller of the kind writes it.') : undefined,
    checkSecret(manifest),
  ];
  return found.filter((item) => item !== undefined);
}

function checkMetadata(metadata: Readonly<Record<string, unknown>>): readonly (Diagnostic | undefined)[] {
  const { namespace } = metadata;
  return [
    namespace === undefined
      ? undefined
      : required('metadata.namespace', namespace, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, '"default"'),
    ...serverMetadata
      .filter((field) => field in metadata)
      .map((field) => notYours(`metadata.${field}`, 'The API server writes it.')),
  ];
}

function required(field: string, value: unknown, rule: RegExp, example: string): Diagnostic | undefined {
  if (value === unknown || (typeof value === 'string' && rule.test(value))) return undefined;
  const missing = value === undefined || value === null;
  return {
    severity: 'error',
    reason: missing ? 'MissingValue' : 'InvalidValue',
    summary: missing ? `The manifest has no ${field}` : `${JSON.stringify(value)} is no ${field}`,
    detail: `Set manifest.${field}, as in ${example}.`,
    path: ['manifest', ...field.split('.')],
  };
}

/** Terraform keeps what it applies, in states and plans, for everybody who may read those. */
function checkSecret(manifest: Readonly<Record<string, unknown>>): Diagnostic | undefined {
  const { apiVersion, kind } = manifest;
  const field = ['data', 'stringData'].find((name) => name in manifest);
  if (apiVersion !== 'v1' || kind !== 'Secret' || field === undefined) return undefined;
  return {
    severity: 'error',
    reason: 'SecretInState',
    summary: `A Secret's ${field} would stand in Terraform's state and plans`,
    detail:
      'Whoever may read the state could read it. Write the Secret without Terraform, by `sdp secret set` or by an ' +
      'operator for external secrets, and refer to it by its name.',
    path: ['manifest', field],
  };
}

function notYours(field: string, why: string): Diagnostic {
  return {
    severity: 'error',
    reason: 'InvalidValue',
    summary: `The manifest sets ${field}`,
    detail: `${why} Remove it from the manifest.`,
    path: ['manifest', ...field.split('.')],
  };
}

function list(kind: string): Diagnostic {
  return {
    severity: 'error',
    reason: 'InvalidValue',
    summary: `The manifest is a ${kind} of objects`,
    detail: 'One sdp_manifest is one object. Write one for each item, with for_each over the items.',
    path: ['manifest', 'kind'],
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

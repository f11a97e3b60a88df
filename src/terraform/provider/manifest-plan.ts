import { z } from 'zod';
import type { Manifest, ResourceType } from '../../apiclient/object.ts';
import { apiVersionOf } from '../../apiclient/object.ts';
import { type Diagnosed, type Diagnostic, failed, hasErrors, ok } from '../../diagnostics/diagnostic.ts';
import type { BuiltManifest } from '../../kinds/kind.ts';
import { toParams } from '../framework/params.ts';
import type { PlanRequest, PlanResult } from '../framework/resource.ts';
import { type Attribute, attribute } from '../framework/schema.ts';
import { attributesFromZod } from '../framework/schema-from-zod.ts';
import { validateParams } from '../framework/validate.ts';
import { hasUnknown, type ObjectValue, sameValue, textAt, unknown, type Value } from '../framework/value.ts';
import { observationOf } from './kind-read.ts';
import { operationParams } from './kind-schema.ts';
import { checkManifest } from './manifest-rules.ts';
import type { PlanSettings } from './object-offer.ts';
import { groupOf, wellKnownType } from './resource-types.ts';
import { revisionOf } from './revision.ts';

const manifestParams = z.object({
  manifest: z
    .record(z.string(), z.unknown())
    .describe(
      'The object as Kubernetes takes it: apiVersion, kind, metadata.name and the rest, without status.',
    ),
  ...operationParams.shape,
});

export const manifestAttributes: readonly Attribute[] = [
  ...attributesFromZod(manifestParams),
  attribute('id', 'string', 'computed', 'What import takes: `apiVersion/kind/namespace/name`.'),
  attribute('revision', 'string', 'computed', 'Hash of the manifest.'),
];

/** What tells one object from another; undefined what is not known yet, namespace null what has none. */
export interface ManifestIdentity {
  readonly apiVersion: string | undefined;
  readonly kind: string | undefined;
  readonly namespace: string | null | undefined;
  readonly name: string | undefined;
}

/** The manifest as plain JSON, with the `unknown` symbol where nothing is known yet. */
export function manifestOf(attributes: ObjectValue): Readonly<Record<string, unknown>> {
  const { manifest } = toParams(manifestAttributes, { manifest: attributes['manifest'] ?? null });
  return isRecord(manifest) ? manifest : {};
}

export function identityIn(manifest: Readonly<Record<string, unknown>>): ManifestIdentity {
  const metadata = isRecord(manifest['metadata']) ? manifest['metadata'] : {};
  const namespace = metadata['namespace'] ?? null;
  return {
    apiVersion: text(manifest['apiVersion']),
    kind: text(manifest['kind']),
    name: manifest['metadata'] === unknown ? undefined : text(metadata['name']),
    namespace:
      manifest['metadata'] === unknown || namespace === unknown ? undefined : (text(namespace) ?? null),
  };
}

export function validateManifest(config: ObjectValue): readonly Diagnostic[] {
  const params = toParams(manifestAttributes, config);
  const invalid = validateParams(manifestParams, params);
  return invalid.length > 0 ? invalid : checkManifest(params['manifest']);
}

/** A pure function: the scope of kinds that are not well known is what an earlier apply learned, else unknown. */
export function planManifest(
  { prior, config, private: privateState }: PlanRequest,
  settings: PlanSettings,
): PlanResult {
  const manifest = manifestOf(config);
  const whole = config['manifest'] !== unknown && !hasUnknown(config['manifest']);
  const id = plannedId(manifest, config, observationOf(privateState).type, settings);
  const before = prior === null ? undefined : textAt(prior, 'id');
  const replaced = before !== undefined && !(typeof id === 'string' && sameObject(before, id));
  const plan = (revision: Value, diagnostics: readonly Diagnostic[] = []): PlanResult => ({
    planned: { ...config, id, revision },
    private: { ...privateState, version: settings.version },
    replacedBy: replaced ? [['manifest'], ['id']] : [],
    diagnostics,
  });

  if (!whole) return plan(unknown, validateManifest(config));
  const settled =
    prior !== null && prior['revision'] !== null && sameValue(config['manifest'], prior['manifest']);
  if (settled && !replaced) return plan(prior['revision'] ?? null);
  const built = buildManifest(config);
  if (built.value === undefined) return plan(unknown, built.diagnostics);
  return plan(revisionOf(built.value), built.diagnostics);
}

export function buildManifest(attributes: ObjectValue): Diagnosed<BuiltManifest> {
  const invalid = validateManifest(attributes);
  if (hasErrors(invalid)) return failed(...invalid);
  return ok({ manifest: manifestOf(attributes) as unknown as Manifest, companions: [] }, invalid);
}

function plannedId(
  manifest: Readonly<Record<string, unknown>>,
  config: ObjectValue,
  seen: ResourceType | undefined,
  settings: PlanSettings,
): Value {
  const { apiVersion, kind, name, namespace } = identityIn(manifest);
  if (config['manifest'] === unknown || apiVersion === undefined || kind === undefined) return unknown;
  if (name === undefined || namespace === undefined) return unknown;
  const learned = seen?.kind === kind && seen.group === groupOf(apiVersion) ? seen : undefined;
  const namespaced = (wellKnownType({ apiVersion, kind }) ?? learned)?.namespaced;
  if (namespaced === false) return idOf(apiVersion, kind, undefined, name);
  if (namespace !== null) return namespaced === true ? idOf(apiVersion, kind, namespace, name) : unknown;
  if (namespaced === undefined || settings.namespace === undefined) return unknown;
  return idOf(apiVersion, kind, settings.namespace, name);
}

export function idOf(apiVersion: string, kind: string, namespace: string | undefined, name: string): string {
  return [apiVersion, kind, ...(namespace === undefined ? [] : [namespace]), name].join('/');
}

export function idOfType(type: ResourceType, namespace: string | undefined, name: string): string {
  return idOf(apiVersionOf(type), type.kind, namespace, name);
}

/** What an id says; undefined when it is none. Core kinds have no group: `v1/ConfigMap/ns/name`. */
export function parseId(
  id: string,
): { apiVersion: string; kind: string; namespace: string | undefined; name: string } | undefined {
  const parts = id.split('/');
  const core = /^v\d/.test(parts[0] ?? '');
  const apiVersion = core ? parts[0] : parts.slice(0, 2).join('/');
  const [kind, ...rest] = parts.slice(core ? 1 : 2);
  const [name, namespace] = rest.toReversed();
  if (apiVersion === undefined || kind === undefined || name === undefined || rest.length > 2)
    return undefined;
  if ([...parts].includes('') || !/\/?v\d[a-z0-9]*$/.test(apiVersion)) return undefined;
  return { apiVersion, kind, namespace, name };
}

/** Another version of a group's API serves the same object. */
function sameObject(a: string, b: string): boolean {
  const [left, right] = [parseId(a), parseId(b)];
  if (left === undefined || right === undefined) return a === b;
  return (
    groupOf(left.apiVersion) === groupOf(right.apiVersion) &&
    left.kind === right.kind &&
    left.namespace === right.namespace &&
    left.name === right.name
  );
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

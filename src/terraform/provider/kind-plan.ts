import type { z } from 'zod';
import { type Diagnosed, type Diagnostic, failed, hasErrors, ok } from '../../diagnostics/diagnostic.ts';
import type { BuiltManifest, DeclaredKind, DeclaredMetadata } from '../../kinds/kind.ts';
import { toParams } from '../framework/params.ts';
import type { PlanRequest, PlanResult } from '../framework/resource.ts';
import { validateParams } from '../framework/validate.ts';
import { hasUnknown, type ObjectValue, sameValue, unknown, type Value } from '../framework/value.ts';
import { type KindSchema, metadataParams, operationParams } from './kind-schema.ts';
import type { PlanSettings } from './object-resource.ts';
import { revisionOf } from './revision.ts';

/** Problems of a configuration, as far as its values are known. */
export function validateConfig(
  { params, metadata, operation }: KindSchema,
  declared: DeclaredKind,
  config: ObjectValue,
): readonly Diagnostic[] {
  return [
    ...validateParams(metadataParams, toParams(metadata, config)),
    ...validateParams(declared.params, toParams(params, config)),
    ...validateParams(operationParams, toParams(operation, config)),
  ];
}

/**
 * The plan of a change: what the configuration says, with the computed attributes. A pure function. The manifest is
 * built only when something changed, since building a SQL job loads a parser.
 */
export async function planChange(
  schema: KindSchema,
  declared: DeclaredKind,
  { prior, config, private: privateState }: PlanRequest,
  settings: PlanSettings,
): Promise<PlanResult> {
  const namespace: Value = config['namespace'] ?? settings.namespace ?? unknown;
  const wanted: ObjectValue = { ...config, namespace, id: idOf(config['name'] ?? null, namespace) };
  const plan = (revision: Value, diagnostics: readonly Diagnostic[] = []): PlanResult => ({
    planned: { ...wanted, revision },
    private: { ...privateState, version: settings.version },
    replacedBy: prior === null ? [] : replacements(schema, declared, prior, wanted),
    diagnostics,
  });

  if (hasUnknown({ ...wanted, revision: null })) return plan(unknown);
  const settled =
    prior !== null && prior['revision'] !== null && privateState['version'] === settings.version;
  if (settled && sameValue({ ...wanted, revision: prior['revision'] ?? null }, prior)) {
    return plan(prior['revision'] ?? null);
  }
  const built = await buildObject(schema, declared, wanted);
  if (built.value === undefined) return plan(unknown, built.diagnostics);
  return plan(revisionOf(built.value), built.diagnostics);
}

/** The manifest and companions that wholly known attributes stand for. */
export async function buildObject(
  schema: KindSchema,
  declared: DeclaredKind,
  attributes: ObjectValue,
): Promise<Diagnosed<BuiltManifest>> {
  const invalid = validateConfig(schema, declared, attributes);
  if (hasErrors(invalid)) return failed(...invalid);
  const params = declared.params.parse(toParams(schema.params, attributes));
  const built = await declared.buildManifest(metadataOf(schema, attributes), params);
  if (built.value === undefined || hasErrors(built.diagnostics)) return failed(...built.diagnostics);
  return ok(built.value, built.diagnostics);
}

function metadataOf(schema: KindSchema, attributes: ObjectValue): DeclaredMetadata {
  const { name, namespace, labels, annotations } = toParams(schema.metadata, attributes) as z.output<
    typeof metadataParams
  >;
  return {
    name,
    namespace: namespace ?? 'default',
    ...(labels !== undefined && { labels }),
    ...(annotations !== undefined && { annotations }),
  };
}

function idOf(name: Value, namespace: Value): Value {
  return typeof name === 'string' && typeof namespace === 'string' ? `${namespace}/${name}` : unknown;
}

function replacements(schema: KindSchema, declared: DeclaredKind, prior: ObjectValue, wanted: ObjectValue) {
  const before = toParams(schema.schema.attributes, prior);
  const after = toParams(schema.schema.attributes, wanted);
  return [['name'], ['namespace'], ...declared.replacedBy].filter(
    (path) => !sameValue(valueAt(before, path) as Value, valueAt(after, path) as Value),
  );
}

function valueAt(params: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, step) => (at === unknown ? at : (at as Record<string | number, unknown> | undefined)?.[step]),
    params,
  );
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../apiclient/object.ts';
import { pruneUnknownFields } from '../apiserver/schema/prune.ts';
import type { StructuralSchema } from '../apiserver/schema/structural-schema.ts';
import { validateSchema } from '../apiserver/schema/validate.ts';
import { kinds } from './catalog.ts';
import { buildCustomResourceDefinition } from './crd.ts';
import type { KindDefinition } from './kind.ts';
import { arbitraryParams } from './testing/arbitrary-params.ts';
import { findRefused, isUpstreamThere } from './testing/upstream-crds.ts';

const metadata = { name: 'x', namespace: 'team' };

/** What an API server with our CRD answers for what was written. */
function store(kind: KindDefinition, manifest: KubernetesObject): KubernetesObject {
  const { spec } = buildCustomResourceDefinition(kind) as unknown as {
    spec: { versions: { schema: { openAPIV3Schema: StructuralSchema } }[] };
  };
  const schema = spec.versions[0]?.schema.openAPIV3Schema ?? {};
  const stored = JSON.parse(JSON.stringify(manifest)) as KubernetesObject;
  expect(validateSchema(stored, schema, '')).toEqual([]);
  expect(pruneUnknownFields(stored as never, schema)).toEqual([]);
  return stored;
}

const declaredKinds = kinds.flatMap((kind) =>
  kind.declared === undefined ? [] : [[kind.type.kind, kind, kind.declared] as const],
);

describe('any params', () => {
  it.each(declaredKinds)(
    'of %s are read back from what was stored, and mean the same',
    async (_, kind, declared) => {
      await fc.assert(
        fc.asyncProperty(arbitraryParams(kind), async (random) => {
          const params = declared.params.parse(random);
          const built = await declared.buildManifest(metadata, params);
          expect(built.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
          if (built.value === undefined) throw new Error('no manifest');
          const stored = store(kind, built.value.manifest);
          expect(isUpstreamThere ? findRefused(kind, 'spec', built.value.manifest.spec) : []).toEqual([]);

          const read = declared.readParams(stored, params);
          expect(read).toEqual(params);
          const again = await declared.buildManifest(metadata, read);
          expect(JSON.stringify(again.value)).toBe(JSON.stringify(built.value));
        }),
        { numRuns: 100 },
      );
    },
  );
});

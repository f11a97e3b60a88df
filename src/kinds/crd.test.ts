import { describe, expect, it } from 'vitest';
import { kinds } from './catalog.ts';
import { buildCustomResourceDefinition } from './crd.ts';

describe('buildCustomResourceDefinition', () => {
  it.each(kinds.map((kind) => [kind.type.kind, kind] as const))(
    '%s is described by its schemas',
    (_, kind) => {
      expect(buildCustomResourceDefinition(kind)).toMatchSnapshot();
    },
  );
});

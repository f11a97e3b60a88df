import type { z } from 'zod';

type Schema = z.core.$ZodType;

interface Definition {
  readonly type: string;
  readonly innerType?: Schema;
  readonly element?: Schema;
  readonly valueType?: Schema;
  readonly shape?: Readonly<Record<string, Schema>>;
}

/** The paths of all leaves of a schema; `*` stands for the keys of a record and the index of a list: `config.*`. */
export function paramPaths(schema: Schema, path = ''): readonly string[] {
  const def = schema._zod.def as unknown as Definition;
  const below = (key: string) => (path === '' ? key : `${path}.${key}`);
  if (def.innerType !== undefined) return paramPaths(def.innerType, path);
  switch (def.type) {
    case 'object': {
      const fields = Object.entries(def.shape ?? {});
      // An object without fields means something by being there.
      return fields.length === 0 ? [path] : fields.flatMap(([key, part]) => paramPaths(part, below(key)));
    }
    case 'array':
      return paramPaths(def.element ?? schema, below('*'));
    case 'record':
      return paramPaths(def.valueType ?? schema, below('*'));
    default:
      return [path];
  }
}

import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { z } from 'zod';
import {
  type Diagnosed,
  type Diagnostic,
  failed,
  hasErrors,
  ok,
  type SourcePosition,
} from '../diagnostics/diagnostic.ts';
import { findSimilar } from '../diagnostics/similar-name.ts';
import { toStructuralSchema } from '../kinds/crd.ts';
import type { KindDefinition } from '../kinds/kind.ts';
import { effects } from '../kinds/verdict.ts';
import { parseFieldPath, strangeStep } from './field-path.ts';
import { parseLimit } from './quantity.ts';
import { invalid, readYaml } from './yaml-file.ts';

const name = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, {
  error: 'is no name of a rule: write lower-case letters, digits and "-"',
});
const path = z.string().refine((text) => parseFieldPath(text) !== undefined, {
  error: 'is no path of a field: write steps with dots between them, such as spec.job.parallelism',
});
const scalar = z.union([z.string(), z.number(), z.boolean()], { error: 'is no text, number or boolean' });
const limit = z
  .union([z.number(), z.string()], { error: 'is neither a number nor an amount with a unit' })
  .refine((written) => parseLimit(written) !== undefined, {
    error:
      'is no amount: write 3 or 0.5, memory as 512Mi or 2Gi, a duration as 500ms, 30s, 10min, 12h or 7d ("m" alone could be any of them)',
  });

const placeholders = ['project', 'environment', 'namespace'] as const;
export type Placeholder = (typeof placeholders)[number];
const placeholder = /\{([a-z_]+)\}/g;

const expression = z.string().superRefine((text, context) => {
  for (const [written, named = ''] of text.matchAll(placeholder)) {
    if (!(placeholders as readonly string[]).includes(named))
      context.addIssue({
        code: 'custom',
        message: `${written} stands for nothing: there are ${placeholders.map((item) => `{${item}}`).join(', ')}`,
      });
  }
  try {
    new RegExp(text.replaceAll(placeholder, 'x'));
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
});

const tests = ['present', 'min', 'max', 'oneOf', 'matches'] as const;

const condition = z
  .strictObject({
    path,
    /** Whether there has to be a value, or must be none. */
    present: z.boolean().optional(),
    min: limit.optional(),
    max: limit.optional(),
    oneOf: z.array(scalar).min(1).optional(),
    /** A regular expression (JavaScript) for the whole value. */
    matches: expression.optional(),
    /** What holds where the field is absent. */
    default: scalar.optional(),
    /** Whether the field may be absent. */
    optional: z.boolean().optional(),
  })
  .superRefine((value, context) => {
    if (tests.every((test) => value[test] === undefined))
      context.addIssue({ code: 'custom', message: `says nothing of the field: give it ${tests.join(', ')}` });
    const measures = [value.min, value.max].flatMap((item) =>
      item === undefined ? [] : (parseLimit(item)?.measure ?? []),
    );
    if (new Set(measures).size > 1)
      context.addIssue({ code: 'custom', message: 'min and max are amounts of different things' });
  });

export type Condition = z.output<typeof condition>;

const conditions = z.preprocess(
  (value) => (Array.isArray(value) || value === undefined ? value : [value]),
  z.array(condition).min(1),
);

const actions = ['create', 'update', 'replace', 'destroy', 'forget', 'import'] as const;

const ruleSchema = z
  .strictObject({
    name,
    description: z.string().min(1),
    /** What who breaks it can do. */
    advice: z.string().optional(),
    severity: z.enum(['error', 'warning']).default('error'),
    /** Where it holds; everywhere when absent. */
    environments: z.array(z.string()).min(1).optional(),
    /** Kinds of objects that it is about; all when absent. */
    kinds: z.array(z.string()).min(1).optional(),
    /** Only objects of which all of this is so. */
    where: conditions.optional(),
    /** All of this has to be so, of every object that is there after the change. */
    require: conditions.optional(),
    /** The fields of all objects together. */
    sum: z
      .strictObject({ path, max: limit, default: z.union([z.number(), z.string()]).optional() })
      .optional(),
    /** Changes that must not be made: each action and each verdict that is named. */
    forbid: z
      .strictObject({
        actions: z.array(z.enum(actions)).min(1).optional(),
        verdicts: z
          .array(z.enum([...effects, 'unknown']))
          .min(1)
          .optional(),
      })
      .refine(({ actions: named, verdicts }) => named !== undefined || verdicts !== undefined, {
        error: 'names neither actions nor verdicts',
      })
      .optional(),
    exceptions: z
      .array(
        z.strictObject({
          /** `orders`, or with its kind: `KafkaTopic/orders`. */
          object: z.string().min(1),
          /** Only in the project of this name. */
          project: z.string().optional(),
          reason: z.string().min(1),
          /** The last day on which it holds. */
          until: z.iso.date({ error: 'is no day: write it as 2026-12-31' }).optional(),
        }),
      )
      .optional(),
  })
  .refine(
    (rule) => [rule.require, rule.sum, rule.forbid].filter((check) => check !== undefined).length === 1,
    { error: 'needs one of require, sum and forbid, and only one' },
  );

const policySchema = z.strictObject({
  /** Files whose rules hold as well, from this one's folder. */
  include: z.array(z.string()).optional(),
  /** Each is read by itself: the mistakes of one hide none of another. */
  rules: z.array(z.unknown()).default([]),
});

export type Rule = z.output<typeof ruleSchema> & {
  /** Where it is written. */
  readonly source: SourcePosition;
};

/**
 * Reads the rules of policy files and of those that they include, each file once. All mistakes of all files are told
 * at once. Files are named from `folder` on.
 */
export async function readPolicy(
  files: readonly string[],
  folder: string,
  kinds: readonly KindDefinition[],
): Promise<Diagnosed<readonly Rule[]>> {
  const rules: Rule[] = [];
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  const read = async (file: string, from?: SourcePosition): Promise<void> => {
    const absolute = resolve(folder, file);
    if (seen.has(absolute)) return;
    seen.add(absolute);
    const shown = relative(folder, absolute);
    const text = await readFile(absolute, 'utf8').catch((error: NodeJS.ErrnoException) => error);
    if (typeof text !== 'string') {
      diagnostics.push(unreadable(shown, text, from));
      return;
    }
    const { value, diagnostics: found } = readYaml(shown, text, policySchema);
    diagnostics.push(...found);
    if (value === undefined) return;
    for (const [index, item] of (value.content.include ?? []).entries())
      await read(resolve(dirname(absolute), item), value.place(['include', index]));
    for (const [index, written] of value.content.rules.entries()) {
      const source = value.place(['rules', index]);
      const { value: rule, diagnostics: mistakes } = value.read(written, ['rules', index], ruleSchema);
      diagnostics.push(...mistakes);
      if (rule === undefined) continue;
      const same = rules.find((other) => other.name === rule.name);
      if (same !== undefined)
        diagnostics.push(
          invalid(
            `There is a rule ${rule.name} already: ${same.source.file}:${same.source.line}`,
            value.place(['rules', index, 'name']),
          ),
        );
      rules.push({ ...rule, source });
      diagnostics.push(
        ...strangeParts(rule, kinds).map(({ at, what }) =>
          invalid(what, value.place(['rules', index, ...at])),
        ),
      );
    }
  };
  for (const file of files) await read(file);
  return hasErrors(diagnostics) ? failed(...diagnostics) : ok(rules, diagnostics);
}

function unreadable(file: string, error: Error, from: SourcePosition | undefined): Diagnostic {
  return {
    severity: 'error',
    reason: 'PolicyUnreadable',
    summary: `${file} cannot be read`,
    detail: `${error.message}. Correct its name, or write the file: docs/policy.md has an example.`,
    ...(from !== undefined && { source: from }),
  };
}

interface StrangePart {
  readonly at: readonly PropertyKey[];
  readonly what: string;
}

/** Kinds and fields that look like mistakes: a rule about what does not exist would hold nobody to anything. */
function strangeParts(
  rule: z.output<typeof ruleSchema>,
  kinds: readonly KindDefinition[],
): readonly StrangePart[] {
  const known = new Map(kinds.map((kind) => [kind.type.kind, kind]));
  const typos = (rule.kinds ?? []).flatMap((kind, index): readonly StrangePart[] => {
    const similar = known.has(kind) ? undefined : findSimilar(kind, known.keys(), (item) => item);
    if (similar === undefined) return [];
    return [{ at: ['kinds', index], what: `No kind is called ${kind}: did you mean ${similar}?` }];
  });
  const paths = [
    ...(['where', 'require'] as const).flatMap((part) =>
      (rule[part] ?? []).map((item, index) => ({ at: [part, index, 'path'], path: item.path })),
    ),
    ...(rule.sum === undefined ? [] : [{ at: ['sum', 'path'], path: rule.sum.path }]),
  ];
  const strange = paths.flatMap(({ at, path: text }) =>
    (rule.kinds ?? []).flatMap((kind): readonly StrangePart[] => {
      const definition = known.get(kind);
      const found = definition && strangeStep(objectSchema(definition), parseFieldPath(text) ?? []);
      if (found === undefined) return [];
      const similar = findSimilar(found.step, found.known, (item) => item);
      const hint = similar === undefined ? '' : `: did you mean ${similar}?`;
      return [{ at, what: `${kind} has no field ${text}, for there is no ${found.step}${hint}` }];
    }),
  );
  return [...typos, ...strange];
}

function objectSchema({ spec }: KindDefinition) {
  const texts = { additionalProperties: {} };
  return {
    properties: {
      apiVersion: {},
      kind: {},
      metadata: { properties: { name: {}, namespace: {}, labels: texts, annotations: texts } },
      spec: toStructuralSchema(spec),
    },
  };
}

import { isIgnoredKey } from './changes.ts';
import type { JobSpec } from './spec.ts';

/**
 * What the operator does about a changed field, as `@SpecDiff` says in operator 1.15.0.
 *
 * `upgrade`: what runs is stopped and started anew. `scale`: so too, unless a standalone cluster is reactive. `later`:
 * nothing; the next start goes by it. `at-once`: nothing restarts, and the operator goes by it from then on. `creation`: no
 * part of the object; another one of its name is made by it.
 */
export type FieldRule =
  | 'upgrade'
  | 'scale'
  | 'later'
  | 'at-once'
  | 'restart-nonce'
  | 'redeploy-nonce'
  | 'state'
  | 'creation'
  | 'replace';

/** The rule of a field, or of the fields in it; a rule of an object is one for all that is in it. */
export type FieldRules = {
  readonly [field: string]: FieldRule | FieldRules | ((key: string) => FieldRule);
};

export const jobFieldRules = {
  jarURI: 'upgrade',
  entryClass: 'upgrade',
  args: 'upgrade',
  parallelism: 'scale',
  state: 'state',
  upgradeMode: 'later',
  initialSavepointPath: 'later',
  savepointRedeployNonce: 'redeploy-nonce',
  allowNonRestoredState: 'later',
} satisfies Record<keyof JobSpec, FieldRule>;

export function configurationRule(key: string): FieldRule {
  if (key.startsWith('kubernetes.operator')) return 'at-once';
  return isIgnoredKey(key) ? 'later' : 'upgrade';
}

/** The rule for a change at a dotted path. Undefined where nobody has thought of it. */
export function ruleOf(rules: FieldRules, path: string): FieldRule | undefined {
  const [field = '', ...rest] = path.split('.');
  const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
  if (rule === undefined || typeof rule === 'string') return rule;
  if (rest.length === 0) return 'upgrade';
  return typeof rule === 'function' ? rule(rest.join('.')) : ruleOf(rule, rest.join('.'));
}

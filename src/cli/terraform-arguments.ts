/** Arguments of terraform and tofu, which take one dash or two, and values after `=` or as the next word. */
export interface Flag {
  readonly name: string;
  readonly value?: string;
  /** As it was written. */
  readonly words: readonly string[];
}

export interface Arguments {
  readonly flags: readonly Flag[];
  /** What follows the flags: the plan file of an apply. */
  readonly rest: readonly string[];
}

/** Flags whose value may be the next word. */
const withValue: ReadonlySet<string> = new Set([
  'backup',
  'chdir',
  'data',
  'exclude',
  'exclude-file',
  'generate-config-out',
  'json-into',
  'lock-timeout',
  'out',
  'parallelism',
  'replace',
  'state',
  'state-out',
  'target',
  'target-file',
  'var',
  'var-file',
]);

/** Reads arguments as Go's flag package does: flags end at the first word that is none. */
export function parseArguments(args: readonly string[]): Arguments {
  const flags: Flag[] = [];
  let at = 0;
  for (; at < args.length; at += 1) {
    const word = args[at] ?? '';
    const [, name, value] = /^--?([A-Za-z][\w-]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (name === undefined) break;
    const next = args[at + 1];
    if (value !== undefined) flags.push({ name, value, words: [word] });
    else if (withValue.has(name) && next !== undefined) {
      flags.push({ name, value: next, words: [word, next] });
      at += 1;
    } else flags.push({ name, words: [word] });
  }
  return { flags, rest: args.slice(at) };
}

/** Whether a flag is there and not `=false`. */
export function isSet({ flags }: Arguments, name: string): boolean {
  const found = flags.findLast((flag) => flag.name === name);
  return found !== undefined && found.value !== 'false' && found.value !== '0';
}

export function valueOf({ flags }: Arguments, name: string): string | undefined {
  return flags.findLast((flag) => flag.name === name)?.value;
}

/** The words of all flags but some. */
export function without({ flags }: Arguments, ...names: readonly string[]): readonly string[] {
  return flags.filter(({ name }) => !names.includes(name)).flatMap(({ words }) => words);
}

/** Only of an apply: a plan does not know them. */
const ofApply = ['auto-approve', 'backup', 'state-out'];
/** Also of the apply of a saved plan, which takes nothing that a plan is made with. */
const ofBoth = ['lock', 'lock-timeout', 'state', 'compact-warnings', 'no-color', 'json-into'];

/** The arguments of an apply, for the plan that is made first and for the apply of that plan. */
export function splitApply(args: Arguments): {
  readonly plan: readonly string[];
  readonly apply: readonly string[];
} {
  const kept = args.flags.filter(
    ({ name }) => ofBoth.includes(name) || ['backup', 'state-out', 'json'].includes(name),
  );
  return {
    plan: without(args, ...ofApply, 'json', 'json-into', 'parallelism'),
    apply: kept.flatMap(({ words }) => words),
  };
}

const fewest = 30;
const most = 512;

/**
 * How many changes are made at once, where the user does not say: all of them, since most are rollouts, which only wait.
 * The API answers in milliseconds, so that Terraform's ten would be the limit.
 */
export function parallelism(args: Arguments, changes: number): string {
  return `-parallelism=${valueOf(args, 'parallelism') ?? Math.min(most, Math.max(fewest, changes))}`;
}

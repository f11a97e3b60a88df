import type { AttributePath } from '../../diagnostics/diagnostic.ts';
import type { SpecChange } from '../reconciled-spec.ts';

/** Fields whose values are short and never secret. */
const shown =
  /^(job\.(parallelism|state|upgradeMode|savepointRedeployNonce|allowNonRestoredState|entryClass)|restartNonce|deploymentName|flinkVersion|image|mode|(jobManager|taskManager)\.(replicas|resource\.\w+))$/;

const named: Readonly<Record<string, string>> = {
  'sql.script': 'SQL',
  'sql.ddl': 'SQL',
  'sql.parameters': 'parameters of the SQL',
  'python.archiveURI': 'Python archive',
  'python.archiveSha256': 'Python archive',
  'python.module': 'Python module',
  'python.requirements': 'Python requirements',
  'python.parameters': 'parameters of the Python module',
  'job.parallelism': 'parallelism',
  'job.state': 'state',
  'job.upgradeMode': 'upgrade_mode',
  'job.args': 'args',
};

const most = 3;

/** What changes, in the words of whoever declares it: `SQL and parallelism (1 to 2)`. */
export function describeCause(changes: readonly SpecChange[]): string {
  const words = [...new Set(changes.map(describe))];
  const told = words.length > most ? words.slice(0, most - 1) : words;
  const rest = words.length - told.length;
  return joinWords(rest > 0 ? [...told, `${rest} more`] : told);
}

/** `a`, `a and b`, `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function describe({ path, before, after }: SpecChange): string {
  // The archive of functions is called as that of a job.
  const steps = path.replace(/^sql\.python\./, 'python.').split('.');
  const key = /^(?:flinkConfiguration|logConfiguration)\.(.+)$/.exec(path)?.[1];
  if (key !== undefined) return key;
  const head = steps.slice(0, 2).join('.');
  if (path === 'job.jarURI') return describeJar(before, after);
  const name = named[head] ?? toSnakeCase(steps.slice(0, depthOf(steps)).join('.'));
  return shown.test(path) ? `${name} (${show(before)} to ${show(after)})` : name;
}

/** Files by their names, which are never secret as an address may be, and mostly have the version. */
function describeJar(before: unknown, after: unknown): string {
  const [from, to] = [before, after].map((uri) =>
    typeof uri === 'string' ? /([^/?#]*)(?:[?#].*)?$/.exec(uri)?.[1] : undefined,
  );
  return from === to ? 'job.jar_uri' : `job.jar_uri (${show(from)} to ${show(to)})`;
}

/** Deep inside a template nobody looks for the field. */
function depthOf([root, second]: readonly string[]): number {
  if (root === 'podTemplate' || root === 'ingress') return 1;
  return root === 'sql' || root === 'python' || second === 'podTemplate' ? 2 : 3;
}

function show(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `job.jarURI` as it is written in a module: `job.jar_uri`. */
function toSnakeCase(path: string): string {
  return path
    .replace(/([a-z\d])([A-Z]+)/g, (_, before: string, upper: string) => `${before}_${upper}`)
    .toLowerCase();
}

export function isMetadata({ path }: SpecChange): boolean {
  return path.startsWith('metadata.');
}

/** The param that a verdict is about. */
export function pathOf([change]: readonly SpecChange[]): { path?: AttributePath } {
  if (change === undefined || isMetadata(change)) return {};
  const [root = '', second = ''] = change.path.split('.');
  if (root === 'flinkConfiguration') return { path: [root, change.path.slice(root.length + 1)] };
  return {
    path:
      ['job', 'sql', 'python', 'jobManager', 'taskManager'].includes(root) && second !== ''
        ? [root, second]
        : [root],
  };
}

/** The first letter of a sentence, unless it begins with a name. */
export function capitalized(text: string): string {
  return /^SQL|[._]|=/.test(text.split(' ')[0] ?? '') ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * The paths of fields that a JSON text names twice in one object, as kube-apiserver's strict decoder prints them:
 * `spec.list[0].name`. The text is one that `JSON.parse` takes: what is no string is told apart by its first character.
 */
export function findDuplicateFields(json: string): string[] {
  const duplicates: string[] = [];
  const open: Level[] = [];
  let pending: string | undefined;
  for (const [token, , colon] of json.matchAll(TOKENS)) {
    const level = open.at(-1);
    if (token === '{' || token === '[') {
      open.push({ path: pathOf(level), names: token === '{' ? new Set() : undefined, name: '', index: 0 });
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (token === ',') {
      if (level !== undefined) level.index += 1;
    } else if (colon !== undefined && level?.names !== undefined) {
      pending = JSON.parse(token.slice(0, -colon.length)) as string;
      level.name = pending;
      if (level.names.has(pending)) duplicates.push(pathOf(level));
      level.names.add(pending);
    }
  }
  return duplicates;
}

interface Level {
  readonly path: string;
  /** Absent in a list. */
  readonly names: Set<string> | undefined;
  name: string;
  index: number;
}

const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\],]/gu;

function pathOf(level: Level | undefined): string {
  if (level === undefined) return '';
  if (level.names === undefined) return `${level.path}[${level.index}]`;
  return level.path === '' ? level.name : `${level.path}.${level.name}`;
}

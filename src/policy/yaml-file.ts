import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import {
  type Diagnosed,
  type Diagnostic,
  failed,
  ok,
  type SourcePosition,
} from '../diagnostics/diagnostic.ts';

export interface YamlFile<T> {
  readonly content: T;
  /** Where something of the file stands: the key of what is at the path, or of what is nearest above it. */
  place(path: readonly PropertyKey[]): SourcePosition;
  /** A part of the content by a schema of its own. */
  read<P>(part: unknown, path: readonly PropertyKey[], schema: z.ZodType<P>): Diagnosed<P>;
}

/** The content of a YAML file, and all that is wrong with it, each with its line. `file`: as messages name it. */
export function readYaml<T>(file: string, text: string, schema: z.ZodType<T>): Diagnosed<YamlFile<T>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): SourcePosition => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  if (document.errors.length > 0)
    return failed(...document.errors.map(({ message, pos }) => invalid(message, at(pos[0]))));
  const place = (path: readonly PropertyKey[]) => at(offsetOf(document, path));
  const read: YamlFile<T>['read'] = (part, path, of) => {
    const parsed = of.safeParse(part, { error: inWords });
    if (parsed.success) return ok(parsed.data);
    const found = parsed.error.issues.flatMap((issue) => {
      const where = [...path, ...issue.path];
      return issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => invalid(`${key} is no field of ${pathText(where)}`, place([...where, key])))
        : invalid(`${pathText(where)}: ${issue.message}`, place(where));
    });
    return failed(...found);
  };
  const { value, diagnostics } = read(document.toJS() ?? {}, [], schema);
  return value === undefined ? failed(...diagnostics) : ok({ content: value, place, read });
}

/** For those of zod's messages that speak of its types. */
const inWords: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type')
    return issue.input === undefined ? 'is missing' : `has to be of type ${issue.expected}`;
  if (issue.code === 'invalid_value') return `is none of ${issue.values.map(String).join(', ')}`;
  return issue.code === 'too_small' ? 'is empty' : undefined;
};

export function invalid(what: string, source: SourcePosition): Diagnostic {
  return {
    severity: 'error',
    reason: 'PolicyInvalid',
    summary: what.replace(/\.$/, ''),
    detail: 'Nothing is checked as long as the file has mistakes. docs/policy.md has all fields.',
    source,
  };
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
  return text === '' ? 'the file' : text;
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      // A single item may stand for a list of one.
      if (pair === undefined && typeof step === 'number') continue;
      if (pair === undefined || !isScalar(pair.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      const item: unknown = node.items[step];
      if (!isNode(item)) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return offset;
}

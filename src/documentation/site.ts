import { posix } from 'node:path';
import type { Command } from 'commander';
import { readTarget } from './check-links.ts';
import { buildCommandPages, type Page } from './command-pages.ts';
import { type Document, readDocument } from './document.ts';
import { buildTrapPage } from './trap-page.ts';

export interface Section {
  readonly title: string;
  /** Whether its pages are shown when it is chosen only. */
  readonly collapsed: boolean;
  readonly pages: readonly Document[];
}

/** The order of the site. Names with a `*` stand for all pages of a folder; each page is in the first section that names it. */
const contents: readonly (readonly [title: string, pages: readonly string[], collapsed?: boolean])[] = [
  ['Begin', ['index', 'overview', 'concepts', 'tutorial']],
  [
    'How to',
    [
      'tasks',
      'terraform',
      'rollouts',
      'sql',
      'connectors',
      'policy',
      'delivery',
      'ci-templates',
      'local-platform',
      'kubernetes',
      'flink-images',
      'migration',
    ],
  ],
  ['Operate', ['operations', 'security', 'release', 'benchmarks']],
  ['Reference', ['verdicts', 'reference/traps', 'reference/commands', 'vertica-sink']],
  ['Commands', ['reference/commands/*'], true],
  ['Modules', ['modules/*'], true],
  ['Provider', ['provider/*'], true],
  ['Connectors', ['connectors/*'], true],
  [
    'Behind it',
    [
      'architecture',
      'alternatives',
      'flink-operator',
      'strimzi-topic-operator',
      'strimzi-connect-operator',
      'parity',
      'conformance',
      'changelog',
    ],
  ],
];

/** All pages of the site: the documents, with the links between them, and what is made of the sources. */
export function buildSite(documents: readonly Document[], program: Command): readonly Section[] {
  const paths = new Map(documents.map(({ file }) => [file, sitePath(file)]));
  const verdicts = documents.find(({ file }) => file === 'docs/verdicts.md');
  const pages: readonly Page[] = [
    ...documents.map((document) => ({ path: sitePath(document.file), text: toPage(document, paths) })),
    ...buildCommandPages(program),
    ...(verdicts === undefined ? [] : [buildTrapPage({ ...verdicts, text: toPage(verdicts, paths) })]),
  ];
  const left = new Map(pages.map(({ path, text }) => [path, readDocument(path, text)]));
  const sections = contents.map(([title, names, collapsed = false]) => ({
    title,
    collapsed,
    pages: names.flatMap((name) => take(left, name)),
  }));
  if (left.size > 0)
    throw new Error(
      `No section of the site has ${[...left.keys()].join(', ')}: name them in src/documentation/site.ts.`,
    );
  return sections;
}

function take(left: Map<string, Document>, name: string): readonly Document[] {
  const found = [...left.values()].filter(({ file }) =>
    name.endsWith('*') ? file.startsWith(name.slice(0, -1)) : file === `${name}.md`,
  );
  if (found.length === 0)
    throw new Error(`src/documentation/site.ts names ${name}, and there is no such page.`);
  for (const { file } of found) left.delete(file);
  return found;
}

const ofTheRoot: Readonly<Record<string, string>> = {
  'README.md': 'overview.md',
  'ci-templates/README.md': 'ci-templates.md',
};

/** Where the site has a document of the repository. */
function sitePath(file: string): string {
  return (
    ofTheRoot[file] ??
    file
      .replace(/^docs\//, '')
      .replace(/^terraform-modules\/(.*)\/README\.md$/, 'modules/$1.md')
      .replace(/^[A-Z]+\.md$/, (name) => name.toLowerCase())
  );
}

/** Links lead to other pages. Those to what the site does not have, such as sources, become their text. */
function toPage({ file, text }: Document, paths: ReadonlyMap<string, string>): string {
  const from = posix.dirname(sitePath(file));
  const link = /\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)/g;
  return outsideFences(text, (part) =>
    withoutTags(part).replace(link, (whole, label: string, target: string) => {
      if (/^(?:[a-z]+:|#)/.test(target)) return whole;
      const { path, anchor } = readTarget(file, target);
      const page = paths.get(path) ?? paths.get(`${path}/README.md`);
      if (page === undefined) return label;
      return `[${label}](${posix.relative(from, page)}${anchor === '' ? '' : `#${anchor}`})`;
    }),
  );
}

function outsideFences(text: string, change: (part: string) => string): string {
  return text
    .split(/^( *```[^]*?^ *```$)/m)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join('');
}

/** A `<name>` in text stands for a name: the site would take it for an element. */
function withoutTags(text: string): string {
  return text.replace(/(`+)[^]*?\1|<(?!br>)/g, (piece) => (piece === '<' ? '&lt;' : piece));
}

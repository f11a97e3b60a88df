import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** SQL that somebody else wrote: a file, a block of a Markdown page, or the query of one of Flink's planner tests. */
export interface CorpusScript {
  /** `joins/01_regular_joins.md:12`, relative to the corpus. */
  readonly place: string;
  readonly text: string;
}

/** All `.sql` files, SQL blocks of Markdown pages and queries of planner tests' XML files under a folder. */
export function readCorpus(folder: string): readonly CorpusScript[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.toSorted().flatMap((file): readonly CorpusScript[] => {
    const place = relative(folder, file);
    if (file.endsWith('.sql')) return [{ place: `${place}:1`, text: readFileSync(file, 'utf8') }];
    // Translations repeat the statements of the original.
    if (!/\.(?:md|xml)$/.test(file) || file.endsWith('.zh.md')) return [];
    return sqlBlocks(readFileSync(file, 'utf8')).map(({ line, text }) => ({
      place: `${place}:${line}`,
      text,
    }));
  });
}

/** ` ```sql ` of Markdown, Jekyll's highlight, which Flink's older documentation has, and the planner tests' resources. */
const blocks = [
  /^[ \t]*```[ \t]*sql[^\n]*\n([\s\S]*?)^[ \t]*```/gim,
  /\{% highlight sql[^%]*%\}\n?([\s\S]*?)\{% endhighlight %\}/gi,
  /<Resource name="sql">\s*<!\[CDATA\[([\s\S]*?)\]\]>/g,
];

function sqlBlocks(page: string): readonly { readonly line: number; readonly text: string }[] {
  return blocks.flatMap((block) =>
    [...page.matchAll(block)].map(({ index, 0: whole, 1: text = '' }) => ({
      line: page.slice(0, index + whole.indexOf(text)).split('\n').length,
      text,
    })),
  );
}

import { posix } from 'node:path';
import type { Document, Finding } from './document.ts';

/**
 * Links to what is not there, and to headings that no document has. Addresses of the web are not asked.
 *
 * @param paths all that links may name besides the documents, from the root
 */
export function checkLinks(documents: readonly Document[], paths: ReadonlySet<string>): readonly Finding[] {
  const byFile = new Map(documents.map((document) => [document.file, document]));
  return documents.flatMap(({ file, links }) =>
    links.flatMap(({ text, line }) => {
      if (/^[a-z]+:/.test(text)) return [];
      const { path, anchor } = readTarget(file, text);
      if (!byFile.has(path) && !paths.has(path))
        return [{ file, line, problem: `${text}: there is no ${path}` }];
      if (anchor === '' || byFile.get(path)?.anchors.has(anchor) === true) return [];
      return [{ file, line, problem: `${text}: ${path} has no heading ${anchor}` }];
    }),
  );
}

/** What a relative link of a file names, from the root. */
export function readTarget(file: string, link: string): { readonly path: string; readonly anchor: string } {
  const [relative = '', anchor = ''] = decodeURI(link).split('#');
  const path = relative === '' ? file : posix.join(posix.dirname(file), relative);
  return { path: path.replace(/\/$/, ''), anchor };
}

import type { Document, Finding } from './document.ts';

/** Where a path begins that can only be one of this repository. */
const folders =
  /^(?:src|scripts|test|bench|docs|bin|deploy|docker|examples|scaffolds|runner|ci-templates|connect-plugins|terraform-modules)\//;
const sourceFile = /^\w[\w./-]*\.(?:ts|js|java)$/;
/** What builds make. */
const built = /\/target(?:\/|$)/;

/**
 * Files and folders that text and commands name as those of this repository, and that it does not have. A source file may be named by
 * the end of its path.
 */
export function checkPaths(documents: readonly Document[], paths: ReadonlySet<string>): readonly Finding[] {
  const ends = new Set(
    [...paths].flatMap((path) => path.split('/').map((_, index, parts) => parts.slice(index).join('/'))),
  );
  return documents.flatMap(({ file, spans, fences }) => {
    const commands = fences.filter(({ language }) => language === 'sh').flatMap(({ lines }) => lines);
    const words = commands.flatMap(({ text, line }) =>
      text.split(/[\s'"]+/).map((word) => ({ text: word, line })),
    );
    return [...spans, ...words].flatMap(({ text, line }) => {
      const path = text.replace(/\/$/, '');
      const isThere = paths.has(path) || (sourceFile.test(path) && ends.has(path));
      const isOurs = (folders.test(text) && /^[\w./-]+$/.test(text)) || sourceFile.test(text);
      return isOurs && !isThere && !built.test(text) ? [{ file, line, problem: `there is no ${text}` }] : [];
    });
  });
}

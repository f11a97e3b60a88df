/** A text as it is: nothing of it is markup, a link, a mention, a cell's end, or a command to GitLab (`/merge` at a line's start). */
export function escapeMarkdown(text: string, lineEnd = '<br>'): string {
  return text
    .replaceAll(/[\\`*_[\]|~#!$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .trim()
    .replaceAll(/^([ \t]*)\//gm, '$1&#47;')
    .replaceAll(/\r?\n/g, lineEnd);
}

/** Code in a line, and in a cell of a table. */
export function code(text: string): string {
  return `<code>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('|', '&#124;').replaceAll('\n', ' ')}</code>`;
}

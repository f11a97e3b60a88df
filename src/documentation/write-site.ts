import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createProgram } from '../cli/program.ts';
import { packageFile } from '../package-file.ts';
import { checkLinks } from './check-links.ts';
import { readDocuments } from './repository.ts';
import { buildSite } from './site.ts';

/** Writes the pages that VitePress makes the site of, and what it shows beside them. */
const folder = packageFile('dist', 'site-pages');
const sections = buildSite(readDocuments(), createProgram());
const pages = sections.flatMap((section) => section.pages);
const findings = checkLinks(pages, new Set());
for (const { file, line, problem } of findings) console.error(`Error: ${file}:${line}: ${problem}`);
if (findings.length > 0) process.exit(1);

rmSync(folder, { recursive: true, force: true });
for (const { file, text } of pages) {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
const sidebar = sections.map(({ title, collapsed, pages: items }) => ({
  text: title,
  ...(collapsed && { collapsed }),
  items: items.map((page) => ({ text: page.title, link: `/${page.file.replace(/\.md$/, '')}` })),
}));
writeFileSync(join(folder, 'sidebar.json'), JSON.stringify(sidebar));

import { readFileSync } from 'node:fs';
import { slug } from 'github-slugger';

// scripts/docs-site.js writes the pages, from the repository's documents and sources.
const pages = new URL('../../dist/site-pages/', import.meta.url);

export default {
  title: 'sdp',
  description:
    'Deploys streaming data platforms: Kafka topics, connectors and Flink jobs as Terraform modules',
  srcDir: '../dist/site-pages',
  outDir: '../dist/site',
  cacheDir: '../dist/site-cache',
  // The same anchors as where the documents are read in the repository.
  markdown: { anchor: { slugify: slug } },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Tutorial', link: '/tutorial' },
      { text: 'Commands', link: '/reference/commands' },
      { text: 'Verdicts', link: '/verdicts' },
    ],
    sidebar: JSON.parse(readFileSync(new URL('sidebar.json', pages), 'utf8')),
  },
};

import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';

/** A Markdown file, as far as its statements can be checked. */
export interface Document {
  /** From the root of the repository, with `/`. */
  readonly file: string;
  readonly text: string;
  /** The first heading. */
  readonly title: string;
  /** Of its headings, as GitLab and GitHub make them. */
  readonly anchors: ReadonlySet<string>;
  readonly links: readonly Piece[];
  /** Code within text. */
  readonly spans: readonly Piece[];
  readonly fences: readonly Fence[];
}

export interface Piece {
  readonly text: string;
  /** Counted from 1. In a paragraph it is the paragraph's. */
  readonly line: number;
}

export interface Fence {
  /** Empty where none is named. */
  readonly language: string;
  readonly lines: readonly Piece[];
}

/** Something that a document says and that is not so. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly problem: string;
}

const markdown = new MarkdownIt({ html: true });

export function readDocument(file: string, text: string): Document {
  const slugger = new GithubSlugger();
  const anchors = new Set<string>();
  const links: Piece[] = [];
  const spans: Piece[] = [];
  const fences: Fence[] = [];
  let title = '';
  let line = 1;
  let isHeading = false;
  for (const token of markdown.parse(text, {})) {
    if (token.map !== null) line = token.map[0] + 1;
    if (token.type === 'heading_open') isHeading = true;
    if (token.type === 'fence') {
      const lines = token.content
        .split('\n')
        .map((content, index) => ({ text: content, line: line + 1 + index }));
      fences.push({ language: token.info.trim().split(/\s/)[0] ?? '', lines });
    }
    for (const child of token.children ?? []) {
      if (child.type === 'link_open') links.push({ text: String(child.attrGet('href')), line });
      if (child.type === 'code_inline') spans.push({ text: child.content, line });
    }
    if (token.type !== 'inline' || !isHeading) continue;
    isHeading = false;
    const heading = (token.children ?? []).map(({ content }) => content).join('');
    if (title === '') title = heading;
    anchors.add(slugger.slug(heading));
  }
  return { file, text, title, anchors, links, spans, fences };
}

import { pathOf } from './paths.ts';
import type { Artifact } from './store.ts';

const json = 'application/vnd.pypi.simple.v1+json';
const html = 'application/vnd.pypi.simple.v1+html';

/** Whether the client takes the index as JSON rather than as HTML (PEP 691), by its `Accept`. */
export function wantsJson(accept = ''): boolean {
  const qualities = new Map(
    accept.split(',').map((entry) => {
      const [type = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
      return [type, Number(quality)] as const;
    }),
  );
  const quality = (...types: readonly string[]) => Math.max(...types.map((type) => qualities.get(type) ?? 0));
  return (
    quality(json, 'application/vnd.pypi.simple.latest+json', 'application/json') >
    quality(html, 'application/vnd.pypi.simple.latest+html', 'text/html')
  );
}

export interface Page {
  readonly type: string;
  readonly body: string;
}

/** `/simple/`: the projects. */
export function buildProjectList(artifacts: readonly Artifact[], asJson: boolean): Page {
  const names = [...new Set(artifacts.map(({ name }) => name))];
  if (asJson) return jsonPage({ projects: names.map((name) => ({ name })) });
  return htmlPage(
    'Projects',
    names.map((name) => `<a href="${name}/">${name}</a>`),
  );
}

/** `/simple/<project>/`: the files of all versions, with their hashes (PEP 503, 691 and 700). */
export function buildProject(name: string, artifacts: readonly Artifact[], asJson: boolean): Page {
  const files = artifacts.flatMap((artifact) =>
    artifact.files.map((file) => ({ ...file, url: `../..${pathOf({ ...artifact, file: file.file })}` })),
  );
  if (asJson) {
    return jsonPage({
      name,
      versions: artifacts.map(({ version }) => version),
      files: files.map(({ file, url, sha256, size, published, requiresPython }) => ({
        filename: file,
        url,
        hashes: { sha256 },
        size,
        'upload-time': published,
        ...(requiresPython !== undefined && { 'requires-python': requiresPython }),
      })),
    });
  }
  const links = files.map(({ file, url, sha256, requiresPython }) => {
    const requires = requiresPython === undefined ? '' : ` data-requires-python="${escape(requiresPython)}"`;
    return `<a href="${url}#sha256=${sha256}"${requires}>${escape(file)}</a>`;
  });
  return htmlPage(`Links for ${name}`, links);
}

function jsonPage(content: object): Page {
  return { type: json, body: JSON.stringify({ meta: { 'api-version': '1.1' }, ...content }) };
}

function htmlPage(title: string, links: readonly string[]): Page {
  return {
    type: 'text/html; charset=utf-8',
    body: `<!DOCTYPE html>
<html><head><meta name="pypi:repository-version" content="1.1"><title>${title}</title></head>
<body>
${links.map((link) => `${link}<br>\n`).join('')}</body></html>
`,
  };
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

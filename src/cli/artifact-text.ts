import { findSimilar } from '../diagnostics/similar-name.ts';
import type { ArtifactAnswer } from '../platform/registry/api.ts';
import { pathOf } from '../platform/registry/paths.ts';
import type { StoredFile } from '../platform/registry/store.ts';
import { formatAgo, formatBytes } from './amounts.ts';
import { problem } from './problem.ts';
import { formatTable } from './terminal-output.ts';

/** The file that jobs name: a jar rather than its POM, an sdist rather than its wheel. */
export function mainFile({ files }: ArtifactAnswer): StoredFile | undefined {
  const rank = ({ file }: StoredFile) =>
    [/\.tar\.gz$/, /\.(whl|zip)$/, /\.jar$/].findIndex((pattern) => pattern.test(file)) + 1 || 9;
  const plain = files.toSorted(
    (left, right) => rank(left) - rank(right) || left.file.length - right.file.length,
  );
  return plain[0];
}

export function formatArtifacts(artifacts: readonly ArtifactAnswer[], now: number): string {
  return formatTable(
    ['NAME', 'VERSION', 'TYPE', 'SIZE', 'SHA-256', 'PUBLISHED', 'USED BY'],
    artifacts.map((artifact) => [
      artifact.name,
      artifact.version,
      artifact.type,
      formatBytes(artifact.files.reduce((sum, { size }) => sum + size, 0)),
      mainFile(artifact)?.sha256.slice(0, 12) ?? '',
      formatAgo(Date.parse(artifact.files[0]?.published ?? ''), now),
      artifact.usedBy.join(', ') || '-',
    ]),
  );
}

/** All of one version, with the addresses by which modules name its files. */
export function describeArtifact(artifact: ArtifactAnswer, now: number): readonly string[] {
  const { type, name, version, files, usedBy } = artifact;
  const by = [...new Set(files.map(({ publishedBy }) => publishedBy))].join(', ');
  return [
    `${name} ${version} (${type})`,
    `  published ${formatAgo(Date.parse(files[0]?.published ?? ''), now)}, by the token ${by}`,
    `  used by   ${usedBy.join(', ') || 'no job'}`,
    ...files.flatMap((file) => [
      `  ${addressOf(artifact, file)}`,
      `    ${formatBytes(file.size)}, sha256 ${file.sha256}${file.requiresPython === undefined ? '' : `, Python ${file.requiresPython}`}`,
    ]),
  ];
}

/** `http://maven/internal/shop/totals/1.1.0/totals-1.1.0.jar` */
export function addressOf({ type, name, version }: ArtifactAnswer, { file }: StoredFile): string {
  const path = pathOf({ type, name, version, file });
  return `http://${type}${path.replace(/^\/maven/, '')}`;
}

/** The versions of what a user names: by its whole name, or by what stands behind the group of a Maven artifact. */
export function chooseArtifact(
  name: string,
  artifacts: readonly ArtifactAnswer[],
): readonly ArtifactAnswer[] {
  const exact = artifacts.filter((artifact) => artifact.name === name);
  const wanted = name.toLowerCase().replace(/[-_.]+/g, '-');
  const found =
    exact.length > 0
      ? exact
      : artifacts.filter(
          (artifact) =>
            artifact.name.split(':').at(-1) === name ||
            (artifact.type === 'pypi' && artifact.name === wanted),
        );
  const names = [...new Set(found.map((artifact) => artifact.name))];
  if (names.length === 1) return found;
  const all = [...new Set(artifacts.map((artifact) => artifact.name))];
  if (names.length > 1) {
    throw problem(
      'AmbiguousName',
      `${names.length} artifacts are called ${name}`,
      `Name one of them in full: ${names.join(', ')}.`,
    );
  }
  const similar = findSimilar(name, all, (other) => other.split(':').at(-1) ?? other);
  throw problem(
    'ArtifactNotFound',
    `There is no artifact ${name}`,
    [
      ...(similar === undefined ? [] : [`Did you mean ${similar}?`]),
      all.length === 0
        ? 'Nothing is published. "twine upload" and "mvn deploy" do.'
        : `There are: ${all.join(', ')}.`,
    ].join(' '),
  );
}

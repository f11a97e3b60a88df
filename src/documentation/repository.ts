import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { packageFile } from '../package-file.ts';
import { type Document, readDocument } from './document.ts';

const written = [
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'docs/**/*.md',
  'deploy/**/*.md',
  'ci-templates/**/*.md',
  'terraform-modules/**/README.md',
];

/** The documents of the repository. */
export function readDocuments(): readonly Document[] {
  return globSync(written, { cwd: packageFile() })
    .sort()
    .map((file) => readDocument(file, readFileSync(packageFile(file), 'utf8')));
}

/** All that the repository has, from its root: files, and folders without a slash at their end. */
export function listPaths(): ReadonlySet<string> {
  const files = globSync('**', {
    cwd: packageFile(),
    dot: true,
    ignore: [
      '**/node_modules/**',
      '**/target/**',
      '**/.terraform/**',
      '**/.sdp/**',
      '.git/**',
      'dist/**',
      'release/**',
    ],
  });
  return new Set(
    files.flatMap((file) => {
      const parts = file.split('/');
      return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    }),
  );
}

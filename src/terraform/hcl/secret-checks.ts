import { join } from 'node:path';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { secretLiterals } from '../../diagnostics/secret-literals.ts';
import { SourceFile } from '../../sql/position.ts';
import type { SqlFile } from '../../sql/sql-file.ts';
import type { ProjectFiles } from './project-files.ts';

/** Where a project's own words are, besides its SQL. */
const patterns = [
  ['*.{tf,tfvars}', 'hcl'],
  ['environments/*.{yaml,yml}', 'yaml'],
] as const;

/** Secrets that stand in a project's files, each with its place and without its value. */
export function findSecretLiterals(
  folder: string,
  read: ProjectFiles,
  sql: readonly SqlFile[],
): readonly Diagnostic[] {
  const others = patterns.flatMap(([pattern, language]) =>
    read.find(folder, pattern).map((path) => ({ path, text: read.text(join(folder, path)) ?? '', language })),
  );
  return [...others, ...sql.map((file) => ({ ...file, language: 'sql' as const }))].flatMap(
    ({ path, text, language }) => {
      const literals = secretLiterals(text, language);
      const source = literals.length === 0 ? undefined : new SourceFile(path, text);
      return literals.flatMap(({ key, start }): Diagnostic[] =>
        source === undefined
          ? []
          : [
              {
                severity: 'warning',
                reason: 'LiteralSecret',
                summary: `${key} looks like a secret in plain text`,
                detail: `Whoever reads the repository, a plan or the state has it. ${language === 'sql' ? inSql : elsewhere}`,
                source: source.positionOf(start),
              },
            ],
      );
    },
  );
}

const inSql =
  'Put it into a Kubernetes Secret (sdp secret set NAME KEY) and write a reference, which the job resolves when it starts: ${secret:NAME/KEY}.';
const elsewhere =
  'Put it into a Kubernetes Secret (sdp secret set NAME KEY) and name that: a connector takes $${secrets:NAMESPACE/NAME:KEY}, SQL takes ${secret:NAME/KEY}, a pod template a secretKeyRef.';

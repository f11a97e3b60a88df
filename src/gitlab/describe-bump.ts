import type { CiEnvironment } from './environment.ts';

/** The words of a merge request that brings a version of an artifact into a project. */
export interface BumpWords {
  readonly artifact: string;
  readonly version: string;
  /** Those before; none: the artifact is new. */
  readonly versions: readonly string[];
  readonly sha256?: string;
}

/** Title and description, with links to where the artifact was made as GitLab's variables name it. */
export function describeBump(
  { artifact, version, versions, sha256 }: BumpWords,
  environment: CiEnvironment,
): { readonly title: string; readonly description: string } {
  const {
    CI_PROJECT_URL: project,
    CI_PROJECT_PATH: path,
    CI_COMMIT_SHA: commit,
    CI_PIPELINE_URL: pipeline,
  } = environment;
  const before = versions.filter((other) => other !== version);
  const origin = [
    ...(project && commit ? [`commit [${commit.slice(0, 8)}](${project}/-/commit/${commit})`] : []),
    ...(pipeline ? [`[pipeline](${pipeline})`] : []),
  ];
  return {
    title: `Deploy ${artifact} ${version}`,
    description: [
      '| | |',
      '|---|---|',
      `| Artifact | \`${artifact}\` |`,
      `| Version | ${before.length === 0 ? '' : `${before.map((text) => `\`${text}\``).join(', ')} → `}\`${version}\` |`,
      ...(sha256 === undefined ? [] : [`| SHA-256 | \`${sha256}\` |`]),
      ...(origin.length === 0
        ? []
        : [`| Made by | ${path && project ? `[${path}](${project}), ` : ''}${origin.join(', ')} |`]),
      '',
      'The branch is made anew for the next version: commits of others on it are lost then.',
    ].join('\n'),
  };
}

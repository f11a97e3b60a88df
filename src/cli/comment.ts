import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { CommentOutcome, CommentPlace } from '../gitlab/write-comments.ts';
import { problem } from './problem.ts';
import { printJson, printLine } from './terminal-output.ts';

interface CommentOptions {
  dryRun?: boolean;
  json?: boolean;
}

export function registerComment(program: Command): void {
  program
    .command('comment [files...]')
    .description('Write plans into a GitLab merge request: one comment for each, which follows the plan.')
    .option('--dry-run', 'print the comments; GitLab is not asked')
    .option('--json', 'what became of each comment, as JSON')
    .addHelpText(
      'after',
      `
FILES are reports as "sdp plan --markdown" writes them (default: plan.md). A comment is found again by the first line of its report, and
changed in place. A plan without changes has none: the one of an earlier push is deleted. The comment of a later pipeline of
the same merge request is left alone.

For jobs of merge request pipelines. SDP_GITLAB_TOKEN: a project or group access token with scope api.

Examples:
  $ sdp plan --markdown > plan.md && sdp comment
  $ sdp comment reports/*/plan.md
  $ sdp comment plan.md --dry-run`,
    )
    .action(async (files: string[], { dryRun, json }: CommentOptions) => {
      const { readReport, writeNote } = await import('../gitlab/plan-comment.ts');
      const names = files.length === 0 ? ['plan.md'] : files;
      const reports = await Promise.all(names.map(async (file) => readReport(file, await readText(file))));
      const twice = reports.find(({ marker }, at) =>
        reports.some((other, i) => i < at && other.marker === marker),
      );
      if (twice !== undefined) {
        throw problem(
          'ReportTwice',
          `Two reports are of ${twice.name || 'the same plan'}`,
          `${reports
            .filter(({ marker }) => marker === twice.marker)
            .map(({ file }) => file)
            .join(
              ', ',
            )} have the same first line, ${twice.marker}: each would write over the comment of the other. Name the project in the provider's block and the environment by "sdp init", so that the plans differ.`,
        );
      }
      if (dryRun) {
        const place = pipelineOf(process.env);
        const notes = reports.map(({ file, name, text }) => ({
          file,
          name,
          body: text === undefined ? null : writeNote(text, place),
        }));
        if (json) return printJson({ version: 1, comments: notes });
        for (const { file, body } of notes)
          printLine(body ?? `No comment for ${file}: the plan has no changes.`);
        return;
      }
      const [{ readAccess }, { connectGitLab }, { writeComments }] = await Promise.all([
        import('../gitlab/environment.ts'),
        import('../gitlab/client.ts'),
        import('../gitlab/write-comments.ts'),
      ]);
      const client = connectGitLab(readAccess(process.env));
      try {
        const place = await readPlace(process.env);
        const outcomes = await writeComments(client, place, reports);
        if (json) printJson({ version: 1, comments: outcomes.map(toJson) });
        else for (const outcome of outcomes) printLine(sentenceOf(outcome, place));
      } finally {
        await client.close();
      }
    });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw problem(
      'ReportUnreadable',
      `The report cannot be read: ${file}`,
      `${error instanceof Error ? error.message : String(error)}\n"sdp plan --markdown > FILE" makes one; a later job needs it as an artifact of the job that planned.`,
    );
  }
}

async function readPlace(environment: NodeJS.ProcessEnv): Promise<CommentPlace> {
  const { requireVariable } = await import('../gitlab/environment.ts');
  const mergeRequest = requireVariable(
    environment,
    'CI_MERGE_REQUEST_IID',
    `A comment belongs to a merge request, and GitLab sets it in merge request pipelines alone: the job needs\nrules: [{ if: '$CI_PIPELINE_SOURCE == "merge_request_event"' }]`,
  );
  if (!/^\d+$/.test(mergeRequest)) {
    throw problem('NotInGitLabJob', 'CI_MERGE_REQUEST_IID is no number', `It is ${mergeRequest}.`);
  }
  // Of a fork's merge request, CI_PROJECT_ID is the fork.
  const project =
    environment['CI_MERGE_REQUEST_PROJECT_ID'] ||
    requireVariable(environment, 'CI_PROJECT_ID', 'GitLab sets it in each job.');
  const pipeline = pipelineOf(environment);
  return { project, mergeRequest: Number(mergeRequest), ...(pipeline !== undefined && { pipeline }) };
}

function pipelineOf({ CI_PIPELINE_ID: id = '' }: NodeJS.ProcessEnv): number | undefined {
  return /^\d{1,15}$/.test(id) ? Number(id) : undefined;
}

function toJson({ report: { file, name }, outcome, note, pipeline }: CommentOutcome) {
  return { file, name, outcome, note: note ?? null, ...(pipeline !== undefined && { pipeline }) };
}

function sentenceOf(
  { report: { file, name }, outcome, pipeline }: CommentOutcome,
  place: CommentPlace,
): string {
  const what = `${name === '' ? file : name}, merge request !${place.mergeRequest}`;
  switch (outcome) {
    case 'created':
      return `${what}: comment written.`;
    case 'updated':
      return `${what}: comment changed.`;
    case 'unchanged':
      return `${what}: the comment says it already.`;
    case 'deleted':
      return `${what}: the plan has no changes any more, its comment is deleted.`;
    case 'none':
      return `${what}: the plan has no changes, so no comment.`;
    case 'left':
      return `${what}: the comment is of pipeline ${pipeline ?? ''}, which is later than this one, ${place.pipeline ?? ''}. It is left as it is.`;
  }
}

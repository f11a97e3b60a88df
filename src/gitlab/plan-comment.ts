import { gitLabProblem } from './environment.ts';

/** A report as it becomes a comment. */
export interface Report {
  /** The file that it was read from. */
  readonly file: string;
  /** The first line, by which the comment is found again: `<!-- sdp-plan:shop/prod -->`. */
  readonly marker: string;
  /** `shop/prod`; empty where the plan names neither project nor environment. */
  readonly name: string;
  /** Undefined where there is nothing to say. */
  readonly text?: string;
}

/** GitLab's limit for the text of a note, in characters. */
const mostCharacters = 1_000_000;

/** Reads a report. Throws where the file is none: a comment without the first line could not be found again. */
export function readReport(file: string, content: string): Report {
  const text = content
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .trimEnd();
  const [marker = ''] = text.split('\n', 1);
  const name = /^<!-- sdp-plan(?::([^>]*?))? -->$/.exec(marker);
  if (name === null) {
    throw gitLabProblem(
      'NoReport',
      `${file} is no report`,
      'Its first line has to be <!-- sdp-plan:PROJECT/ENVIRONMENT -->, as "sdp plan --markdown" writes it: by that line the comment is found again.',
    );
  }
  if (text.length > mostCharacters - 200) {
    throw gitLabProblem(
      'ReportTooLong',
      `${file} is too long for a comment`,
      `It has ${text.length} characters, and GitLab takes ${mostCharacters}. Keep it as an artifact of the job instead.`,
    );
  }
  return { file, marker, name: name[1] ?? '', ...(!saysNothing(text) && { text }) };
}

/** A plan without changes has its head alone; what is appended, and what is found, is worth saying. */
function saysNothing(text: string): boolean {
  return /^[^\n]*\n\*\*Plan(?: of [^\n]*)?\*\*: No changes; \d+ unchanged$/.test(text);
}

/** A note of the token's user. */
export interface OwnNote {
  readonly id: number;
  readonly body: string;
}

/** What is to be done with the notes of one report. */
export interface CommentDecision {
  readonly step:
    | { readonly does: 'create'; readonly body: string }
    | { readonly does: 'update'; readonly id: number; readonly body: string }
    | { readonly does: 'delete' | 'keep'; readonly id: number }
    /** A later pipeline of the merge request has written it. */
    | { readonly does: 'leave'; readonly id: number; readonly pipeline: number }
    /** There is none, and none is needed. */
    | { readonly does: 'nothing' };
  /** Notes of the same report beside the one that stays: two pipelines that ran at once may both have made one. */
  readonly surplus: readonly number[];
}

/**
 * Decides what becomes of a report's notes, the oldest first, so that one is left which says what the newest pipeline found.
 * `pipeline`: the id of the pipeline that made the report, if any did; later pipelines have higher ones.
 */
export function decideComment(
  { marker, text }: Report,
  notes: readonly OwnNote[],
  pipeline: number | undefined,
): CommentDecision {
  const found = notes
    .filter(({ body }) => toLines(body)[0] === marker)
    .map(({ id, body }) => ({ id, body, pipeline: pipelineOf(body) }));
  const [kept] = found.toSorted((a, b) => (b.pipeline ?? 0) - (a.pipeline ?? 0));
  const surplus = found.filter((item) => item !== kept).map(({ id }) => id);
  if (kept === undefined) {
    const body = text === undefined ? undefined : writeNote(text, pipeline);
    return { step: body === undefined ? { does: 'nothing' } : { does: 'create', body }, surplus };
  }
  const { id } = kept;
  if (kept.pipeline !== undefined && pipeline !== undefined && kept.pipeline > pipeline) {
    return { step: { does: 'leave', id, pipeline: kept.pipeline }, surplus };
  }
  if (text === undefined) return { step: { does: 'delete', id }, surplus };
  const body = writeNote(text, pipeline);
  if (toLines(kept.body).join('\n') === body) return { step: { does: 'keep', id }, surplus };
  return { step: { does: 'update', id, body }, surplus };
}

/** The text of a note: the report, and in its last line the pipeline that made it. */
export function writeNote(text: string, pipeline: number | undefined): string {
  return pipeline === undefined ? text : `${text}\n\n<!-- sdp-pipeline:${pipeline} -->`;
}

function pipelineOf(body: string): number | undefined {
  const id = /^<!-- sdp-pipeline:(\d{1,15}) -->$/.exec(toLines(body).at(-1) ?? '')?.[1];
  return id === undefined ? undefined : Number(id);
}

function toLines(body: string): readonly string[] {
  return body.replaceAll('\r\n', '\n').trimEnd().split('\n');
}

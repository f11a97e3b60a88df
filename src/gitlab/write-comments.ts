import type { GitLabClient, ProjectName } from './client.ts';
import { type CommentDecision, decideComment, type Report } from './plan-comment.ts';

/** Which merge request, and for which pipeline. */
export interface CommentPlace {
  readonly project: ProjectName;
  readonly mergeRequest: number;
  readonly pipeline?: number;
}

/** What became of a report's comment. */
export interface CommentOutcome {
  readonly report: Report;
  /** `none`: there is no comment, and none is needed. */
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'deleted' | 'none' | 'left';
  readonly note?: number;
  /** Of `left`: the later pipeline, whose comment it is. */
  readonly pipeline?: number;
}

/** Brings the comments of a merge request to what the reports say, one after the other. */
export async function writeComments(
  client: GitLabClient,
  place: CommentPlace,
  reports: readonly Report[],
): Promise<readonly CommentOutcome[]> {
  const { id: author } = await client.readUser();
  const outcomes: CommentOutcome[] = [];
  for (const report of reports) outcomes.push(await writeComment(client, place, author, report));
  return outcomes;
}

/** The notes are read right before they are written: another pipeline may be at work on the same. */
async function writeComment(
  client: GitLabClient,
  place: CommentPlace,
  author: number,
  report: Report,
): Promise<CommentOutcome> {
  const attempt = async (): Promise<CommentOutcome> => {
    const notes = await client.listNotes(place.project, place.mergeRequest);
    const own = notes.filter((note) => note.author.id === author && !note.system);
    const decision = decideComment(report, own, place.pipeline);
    for (const id of decision.surplus) await client.deleteNote(place.project, place.mergeRequest, id);
    return { report, ...(await carryOut(client, place, decision)) };
  };
  const first = await attempt();
  if (first.outcome !== 'created') return first;
  // Who made one at the same time sees both by now, and all keep the same.
  const second = await attempt();
  return second.outcome === 'left' ? second : first;
}

async function carryOut(
  client: GitLabClient,
  { project, mergeRequest }: CommentPlace,
  { step }: CommentDecision,
): Promise<Omit<CommentOutcome, 'report'>> {
  switch (step.does) {
    case 'create': {
      const { id } = await client.createNote(project, mergeRequest, step.body);
      return { outcome: 'created', note: id };
    }
    case 'update':
      await client.updateNote(project, mergeRequest, step.id, step.body);
      return { outcome: 'updated', note: step.id };
    case 'delete':
      await client.deleteNote(project, mergeRequest, step.id);
      return { outcome: 'deleted', note: step.id };
    case 'keep':
      return { outcome: 'unchanged', note: step.id };
    case 'leave':
      return { outcome: 'left', note: step.id, pipeline: step.pipeline };
    case 'nothing':
      return { outcome: 'none' };
  }
}

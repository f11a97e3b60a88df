/** A job, as lines of logs that it shares with others name it. */
export interface LoggedJob {
  readonly name: string;
  /** Absent before it was submitted. */
  readonly id?: string | undefined;
  /** Names of the vertices of its graph. */
  readonly tasks?: readonly string[];
}

const begin = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[.,]\d{3}(?=\s)/;

/**
 * When a line of Flink's log was written, as text that sorts by time. Undefined for a line that goes on with the one
 * before: of a stack trace, say.
 */
export function timeOfLine(line: string): string | undefined {
  return begin.exec(line)?.[0].replace('T', ' ').replace('.', ',');
}

/**
 * Decides for each line of a cluster's logs, in the order of time, whether it is about the job. `source` names the log:
 * what goes on with a line belongs to it.
 *
 * Where the log's pattern has Flink's `flink-job-id` (sdp's own, its first 8 digits; whole, as Flink's documentation
 * has it), that decides. Other lines are about the job when they have its id or, where no pattern tells, the name of one
 * of its tasks. The ids that the job had before are learned from lines that name both: `job 'totals' (8a1f…)`.
 */
export function createJobLineFilter(job: LoggedJob): (source: string, line: string) => boolean {
  const ids = new Set(job.id === undefined ? [] : [job.id]);
  const named = new RegExp(`\\bjob (?:submission )?'?${escape(job.name)}'? \\(([0-9a-f]{32})\\)`, 'i');
  const last = new Map<string, boolean>();
  let marked = false;

  const isAbout = (line: string): boolean => {
    const learned = named.exec(line)?.[1];
    if (learned !== undefined) ids.add(learned);
    const marker = readMarker(line);
    if (marker !== undefined) {
      marked = true;
      return [...ids].some((id) => id.startsWith(marker));
    }
    if ([...ids].some((id) => line.includes(id))) return true;
    return !marked && (job.tasks ?? []).some((task) => line.includes(`${task} (`));
  };

  return (source, line) => {
    if (timeOfLine(line) !== undefined) last.set(source, isAbout(line));
    return last.get(source) ?? false;
  };
}

/** The job id that the pattern puts before the message. */
function readMarker(line: string): string | undefined {
  const end = line.indexOf(' - ');
  return /\[([0-9a-f]{8}|[0-9a-f]{32})\]/.exec(end === -1 ? '' : line.slice(0, end))?.[1];
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

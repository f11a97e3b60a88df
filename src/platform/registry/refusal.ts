/**
 * What a client is answered in the place of what it asked for. `summary` is the reason phrase of the answer, the only text that Maven
 * and twine show; `message` says what was seen and what to change.
 */
export class Refusal extends Error {
  readonly status: number;
  readonly summary: string;

  constructor(status: number, summary: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.summary = summary;
  }
}

/** A failure to write, if it is the machine's. */
export function refusalOfDisk(error: unknown): Refusal | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) return undefined;
  return new Refusal(
    507,
    'The disk is full',
    'There is no room for the file on the disk of the data folder. Nothing of it was kept. Make room, and publish it again.',
  );
}

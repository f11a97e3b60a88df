export interface GoProgram {
  readonly name: string;
  /** As messages call it. */
  readonly title: string;
  readonly version: string;
  /** Of its main package. */
  readonly module: string;
  readonly goMod: string | ((folder: string) => string);
  readonly ldflags?: string;
}

/** The path of a program, built when it is not in the cache yet. Ends the process, with what to do, when it cannot be built. */
export function buildGoProgram(program: GoProgram): string;

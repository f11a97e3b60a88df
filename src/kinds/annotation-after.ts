import type { Change } from './verdict.ts';

/**
 * The value that an annotation has once a change is made. What somebody else put on the live object stays, unless the
 * declaration had it before and has it no more.
 */
export function annotationAfter<Params, Digest>(
  { before, after }: Change<Params, Digest>,
  name: string,
  live: string | undefined,
): string | undefined {
  const declared = after?.metadata.annotations?.[name];
  if (declared !== undefined) return declared;
  return before?.metadata.annotations?.[name] === undefined ? live : undefined;
}

/** The value that it has now. */
export function annotationBefore<Params, Digest>(
  { before, digest }: Change<Params, Digest>,
  name: string,
  live: string | undefined,
): string | undefined {
  return digest === undefined ? before?.metadata.annotations?.[name] : live;
}

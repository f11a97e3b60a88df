import { basicAuthorization } from '../platform/basic-auth.ts';
import type { PlatformAddress } from '../platform/data-folder.ts';
import { type ArtifactAnswer, artifactsPath, type RefusalAnswer } from '../platform/registry/api.ts';
import { problem } from './problem.ts';

/** A request to the platform's artifact registry; what it refuses is a diagnostic. */
export async function askRegistry<T>(
  { registryUrl, registryToken }: PlatformAddress,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
): Promise<T> {
  const answer = await fetch(`${registryUrl}${path}`, {
    method,
    headers: { authorization: basicAuthorization(registryToken), accept: 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((error: Error) => {
    const cause = error.cause instanceof Error ? error.cause.message : error.message;
    throw problem(
      'RegistryNotReached',
      'The artifact registry does not answer',
      `${registryUrl}: ${cause}. Is the platform ending? "sdp status" tells.`,
    );
  });
  if (answer.ok) return (await answer.json()) as T;
  const { summary, message } = (await answer.json()) as RefusalAnswer;
  throw problem('RegistryRefused', summary, message);
}

export function listArtifacts(address: PlatformAddress): Promise<readonly ArtifactAnswer[]> {
  return askRegistry(address, 'GET', artifactsPath);
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ArtifactAnswer } from './api.ts';
import type { ArtifactPath, ArtifactType } from './paths.ts';
import { readSmallBody } from './read-body.ts';
import { Refusal } from './refusal.ts';
import { type Registry, sendJson } from './registry.ts';
import { notYours } from './store.ts';
import type { Writer } from './tokens.ts';

const newToken = z.strictObject({ name: z.string(), expires: z.iso.datetime({ offset: true }).optional() });

/** Routes below `/api/`. Reading artifacts is free, the rest takes a token, and tokens the platform's own. */
export async function answerApi(
  registry: Registry,
  request: IncomingMessage,
  response: ServerResponse,
  [version, what, ...rest]: readonly string[],
): Promise<void> {
  const { store, tokens } = registry;
  const route = `${request.method} ${version}/${what}/${rest.length}`;
  if (route === 'GET v1/artifacts/0') {
    const usage = registry.usage();
    const artifacts = await store.list();
    return sendJson(
      response,
      200,
      artifacts.map((artifact): ArtifactAnswer => ({ ...artifact, usedBy: usage(artifact) })),
    );
  }
  const writer = await tokens.check(
    request.headers.authorization,
    request.method === 'DELETE' ? 'delete' : 'create',
  );
  if (route === 'DELETE v1/artifacts/3') return removeArtifact(registry, response, rest, writer);
  if (what === 'tokens' && !writer.isPlatform) {
    throw new Refusal(
      403,
      'Not by this token',
      `The token ${writer.name} publishes and deletes, but makes no tokens: that takes the platform's own.`,
    );
  }
  if (route === 'GET v1/tokens/0') return sendJson(response, 200, await tokens.list());
  if (route === 'POST v1/tokens/0') {
    const { data, error } = newToken.safeParse(parseJson(await readSmallBody(request)));
    if (data === undefined) throw new Refusal(400, 'No token', z.prettifyError(error));
    const expires = data.expires === undefined ? undefined : new Date(data.expires);
    return sendJson(response, 201, await tokens.create(data.name, expires));
  }
  if (route === 'DELETE v1/tokens/1') {
    const [name = ''] = rest;
    if (await tokens.revoke(name)) return sendJson(response, 200, { name });
    throw new Refusal(
      404,
      `No token ${name}`,
      `There is no token ${name}. "sdp artifacts token list" has the names.`,
    );
  }
  throw new Refusal(404, 'Not Found', `The API has no ${request.method} ${request.url}.`);
}

async function removeArtifact(
  { store, usage }: Registry,
  response: ServerResponse,
  [type = '', name = '', version = '']: readonly string[],
  { namespace }: Writer,
): Promise<void> {
  const artifact: Omit<ArtifactPath, 'file'> = { type: type as ArtifactType, name, version };
  const found = (await store.list()).some(
    (other) => other.type === type && other.name === name && other.version === version,
  );
  if (!found)
    throw new Refusal(404, 'Not published', `${name} ${version} is not published in this registry.`);
  const owner = await store.ownerOf(artifact.type, name);
  if (namespace !== undefined && owner !== namespace) throw notYours(name, owner ?? null, namespace);
  const users = usage()(artifact);
  if (users.length > 0) {
    throw new Refusal(
      409,
      'Jobs use it',
      `${name} ${version} is used by ${users.join(', ')}: they could not start again. Give them another version, or delete them, first.`,
    );
  }
  await store.remove(artifact);
  sendJson(response, 200, artifact);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkContent } from './content.ts';
import { buildMavenMetadata } from './maven-metadata.ts';
import { type ArtifactPath, type Checksum, type MavenPath, parseMavenPath, pathOf } from './paths.ts';
import { readSmallBody } from './read-body.ts';
import { Refusal } from './refusal.ts';
import { type Registry, sendFile, sendText } from './registry.ts';
import { publicationOf, type Writer } from './tokens.ts';

/** GET, HEAD and PUT below `/maven/`. */
export async function answerMaven(
  registry: Registry,
  request: IncomingMessage,
  response: ServerResponse,
  segments: readonly string[],
): Promise<void> {
  const { method = '' } = request;
  if (!['GET', 'HEAD', 'PUT'].includes(method)) {
    throw new Refusal(
      405,
      'Not by this method',
      `A Maven repository takes GET, HEAD and PUT, not ${method}.`,
    );
  }
  const writer =
    method === 'PUT' ? await registry.tokens.check(request.headers.authorization, 'create') : undefined;
  const path = parseMavenPath(segments);
  if (writer !== undefined && segments.at(-2)?.endsWith('-SNAPSHOT')) {
    throw new Refusal(
      400,
      'Snapshots are not taken: publish a release',
      `${segments.at(-2)} is a snapshot, and what it names changes under the jobs that use it. Give the project a version without -SNAPSHOT, and publish that.`,
    );
  }
  if (path === undefined) {
    throw new Refusal(
      writer === undefined ? 404 : 400,
      'Not a path of a Maven repository',
      `/maven/${segments.join('/')} is no path of a Maven repository: <group>/<artifact>/<version>/<artifact>-<version>.<type>, with a folder for each part of the group.`,
    );
  }
  if (writer === undefined) return sendMaven(registry, request, response, path);
  if (path.is === 'metadata') {
    // Written anew from what is published, whenever it is asked for: two who publish at once lose nothing.
    await readSmallBody(request);
    return sendText(response, 200, 'The registry writes this file itself.');
  }
  if (path.checksum === undefined) await takeFile(registry, request, path.of, writer);
  else await takeChecksum(registry, request, path.of, path.checksum, writer);
  sendText(response, 201, `${segments.at(-1)} is published.`);
}

/** What a path of a repository has: a file, its checksum or the list of versions. */
export async function sendMaven(
  registry: Registry,
  request: IncomingMessage,
  response: ServerResponse,
  path: MavenPath,
): Promise<void> {
  const { checksum } = path;
  if (path.is === 'metadata') return sendMetadata(registry, request, response, path.name, checksum);
  if (checksum === undefined) return sendFile(registry, request, response, path.of);
  return sendChecksum(registry, response, path.of, checksum);
}

async function takeFile({ store }: Registry, request: IncomingMessage, path: ArtifactPath, writer: Writer) {
  const draft = await store.receive(request);
  try {
    checkContent(path.file, draft.start);
    await draft.publish(path, publicationOf(writer));
  } finally {
    await draft.discard();
  }
}

/** How long a file can be taken back by whoever published it: clients send checksums after it. */
const takenBackMs = 10 * 60_000;

/** A checksum that does not fit tells that the file came in damaged: it is taken back, if it is of this upload. */
async function takeChecksum(
  { store, usage }: Registry,
  request: IncomingMessage,
  path: ArtifactPath,
  algorithm: Checksum,
  writer: Writer,
): Promise<void> {
  // Some write the file's name behind it.
  const given = (await readSmallBody(request)).trim().split(/\s/)[0]?.toLowerCase() ?? '';
  const found = await store.find(path);
  if (found === undefined) {
    throw new Refusal(
      409,
      `${path.file} is not published yet`,
      `A checksum of ${path.file} came before the file. Publish the file first.`,
    );
  }
  const real = await store.checksum(path, algorithm);
  if (given === real) return;
  const isRecent = Date.now() - Date.parse(found.published) < takenBackMs;
  const isTakenBack = isRecent && found.publishedBy === writer.name && usage()(path).length === 0;
  if (isTakenBack) await store.remove(path);
  throw new Refusal(
    422,
    `${path.file} has another ${algorithm}`,
    `The client says that ${path.file} has the ${algorithm} ${JSON.stringify(given)}, and what is here has ${real}. ${isTakenBack ? 'It was damaged on its way, and nothing of it was kept: publish it again.' : 'It is older than this upload, and stays as it is.'}`,
  );
}

async function sendChecksum(
  { store }: Registry,
  response: ServerResponse,
  path: ArtifactPath,
  algorithm: Checksum,
): Promise<void> {
  const found = await store.find(path);
  if (found === undefined) {
    throw new Refusal(
      404,
      `${path.file} is not published`,
      `${pathOf(path)} is not published in this registry.`,
    );
  }
  sendText(response, 200, algorithm === 'sha256' ? found.sha256 : await store.checksum(path, algorithm));
}

async function sendMetadata(
  { store }: Registry,
  request: IncomingMessage,
  response: ServerResponse,
  name: string,
  algorithm: Checksum | undefined,
): Promise<void> {
  const artifacts = await store.list('maven', name);
  if (artifacts.length === 0) {
    throw new Refusal(
      404,
      `Nothing of ${name} is published`,
      `Nothing of ${name} is published in this registry.`,
    );
  }
  const text = buildMavenMetadata(artifacts);
  if (algorithm !== undefined) sendText(response, 200, createHash(algorithm).update(text).digest('hex'));
  else if (request.method === 'HEAD') response.writeHead(200, { 'content-length': text.length }).end();
  else sendText(response, 200, text, 'application/xml');
}

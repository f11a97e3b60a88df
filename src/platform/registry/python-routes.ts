import type { IncomingMessage, ServerResponse } from 'node:http';
import { normalizeName } from './paths.ts';
import { buildProject, buildProjectList, wantsJson } from './python-index.ts';
import { checkPythonUpload, readPythonUpload } from './python-upload.ts';
import { Refusal } from './refusal.ts';
import { type Registry, sendText } from './registry.ts';
import { publicationOf } from './tokens.ts';

/** POST of a distribution, as twine sends it. */
export async function takeUpload(
  { store, tokens }: Registry,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const writer = await tokens.check(request.headers.authorization, 'create');
  const upload = await readPythonUpload(request, store.receive);
  try {
    const { path, about } = checkPythonUpload(upload);
    await upload.draft.publish(path, { ...about, ...publicationOf(writer) });
    sendText(response, 200, `${path.file} is published.`);
  } finally {
    await upload.draft.discard();
  }
}

/** `/simple/` and `/simple/<project>/`. */
export async function answerIndex(
  { store }: Registry,
  request: IncomingMessage,
  response: ServerResponse,
  [given, ...more]: readonly string[],
): Promise<void> {
  if (!['GET', 'HEAD'].includes(request.method ?? '')) {
    throw new Refusal(405, 'The index is only read', 'Distributions are published at /legacy/.');
  }
  const name = given === undefined ? undefined : normalizeName(given);
  const artifacts = given !== undefined && name === undefined ? [] : await store.list('pypi', name);
  if (more.length > 0 || (given !== undefined && artifacts.length === 0)) {
    throw new Refusal(404, 'No such project', `${given} is not published in this registry.`);
  }
  const canonical = name === undefined ? '/simple/' : `/simple/${name}/`;
  if ((request.url ?? '').split('?')[0] !== canonical) {
    response.writeHead(301, { location: canonical }).end();
    return;
  }
  const asJson = wantsJson(request.headers.accept);
  const page =
    name === undefined ? buildProjectList(artifacts, asJson) : buildProject(name, artifacts, asJson);
  response.writeHead(200, { 'content-type': page.type, vary: 'Accept' });
  response.end(request.method === 'HEAD' ? undefined : page.body);
}

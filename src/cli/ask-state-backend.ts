import { Agent, request } from 'undici';
import type { DiagnosticError } from '../diagnostics/diagnostic.ts';
import { basicAuthorization } from '../platform/basic-auth.ts';
import type { PlatformAddress } from '../platform/data-folder.ts';
import { statePath } from '../platform/state-backend.ts';
import type { StateName } from './history.ts';
import { problem } from './problem.ts';

/** A request of a project's state at the platform's backend; what it refuses is a diagnostic. */
export async function askStateBackend<T>(
  { url, caCertificate, stateToken }: PlatformAddress,
  { project, environment }: StateName,
  method: 'GET' | 'POST',
  path: string,
): Promise<T> {
  const dispatcher = new Agent({ connect: { ca: caCertificate } });
  try {
    const answer = await request(`${url}${statePath(project, environment)}${path}`, {
      method,
      headers: { authorization: basicAuthorization(stateToken) },
      dispatcher,
    });
    const body = await answer.body.text();
    if (answer.statusCode < 400) return JSON.parse(body) as T;
    throw refusal(answer.statusCode, body, project);
  } finally {
    await dispatcher.close();
  }
}

function refusal(status: number, body: string, project: string): DiagnosticError {
  if (status === 423) {
    const { Who: who, Operation: operation, ID: id } = JSON.parse(body || '{}') as Record<string, string>;
    return problem(
      'StateLocked',
      `The state of ${project} is locked`,
      `${who ?? 'Somebody'} holds it for ${operation ?? 'an operation'}, and would write over what is restored. Wait until that has ended. If it was killed: terraform force-unlock ${id ?? 'ID'}`,
    );
  }
  if (status === 404) {
    return problem(
      'VersionNotFound',
      'This version is not kept',
      'The last 20 versions are. "sdp history" lists them.',
    );
  }
  return problem('StateRefused', `The platform refused the request for the state of ${project}`, body);
}

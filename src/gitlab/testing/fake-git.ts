import { spawn } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FakeState } from './fake-state.ts';
import { findToken, levelIn, tokenError } from './fake-tokens.ts';

/** Git's smart protocol, by git's own server, behind basic authorization: any user name, the token as password. */
export function serveGit(
  state: FakeState,
  request: IncomingMessage,
  asked: URL,
  response: ServerResponse,
): void {
  const plain = (status: number, text: string) =>
    void response
      .writeHead(status, {
        'Content-Type': 'text/plain',
        ...(status === 401 && { 'WWW-Authenticate': 'Basic realm="GitLab"' }),
      })
      .end(`${text}\n`);
  const [, path = '', rest = ''] = /^\/(.+?)\.git(\/.*)$/.exec(decodeURIComponent(asked.pathname)) ?? [];
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(basic, 'base64').toString()) ?? [];
  const token = user === '' ? undefined : findToken(state.tokens, password);
  if (token === undefined || tokenError(token) !== undefined) {
    return plain(
      401,
      'HTTP Basic: Access denied. If a password was provided for Git authentication, the password was incorrect or you are required to use a token instead of a password.',
    );
  }
  const project = state.projects.find((item) => item.path === path);
  const level = project === undefined ? 0 : levelIn(token, project.path);
  if (project === undefined || level === 0) {
    return plain(
      404,
      "The project you were looking for could not be found or you don't have permission to view it.",
    );
  }
  const isPush = rest === '/git-receive-pack' || asked.searchParams.get('service') === 'git-receive-pack';
  const { scopes = ['api'] } = token;
  const mayRead = scopes.some((scope) => ['api', 'read_repository', 'write_repository'].includes(scope));
  const mayPush = scopes.some((scope) => ['api', 'write_repository'].includes(scope)) && level >= 30;
  if (!mayRead || level < 20) return plain(403, 'You are not allowed to download code from this project.');
  if (isPush && !mayPush) return plain(403, 'You are not allowed to push code to this project.');
  runBackend(project.repository, rest, asked, request, response, token.user.username);
}

function runBackend(
  repository: string,
  path: string,
  { search }: URL,
  request: IncomingMessage,
  response: ServerResponse,
  user: string,
): void {
  const child = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: repository,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: path,
      REMOTE_USER: user,
      REMOTE_ADDR: '127.0.0.1',
      REQUEST_METHOD: request.method,
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      ...(request.headers['content-length'] !== undefined && {
        CONTENT_LENGTH: request.headers['content-length'],
      }),
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  request.pipe(child.stdin);
  // It may end before it has read everything.
  child.stdin.on('error', () => {});
  let head = Buffer.alloc(0);
  let isBody = false;
  child.stdout.on('data', (chunk: Buffer) => {
    if (isBody) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    isBody = true;
    const lines = head.subarray(0, end).toString('latin1').split('\r\n');
    const headers = lines.map((line) => line.split(/:\s*/, 2) as [string, string]);
    const status = headers.find(([name]) => name.toLowerCase() === 'status')?.[1] ?? '200';
    for (const [name, value] of headers) if (name.toLowerCase() !== 'status') response.setHeader(name, value);
    response.writeHead(Number.parseInt(status, 10));
    response.write(head.subarray(end + 4));
  });
  child.once('close', () => {
    if (!isBody) response.writeHead(500);
    response.end();
  });
}

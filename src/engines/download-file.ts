import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Agent, fetch } from 'undici';
import { type ArtifactAccess, noAccess } from './artifact-access.ts';

/** The file cannot be had; `message` says what was seen, without credentials: `the server answered 404 Not Found`. */
export class DownloadError extends Error {
  /** Whether the server answered, and only did not have it. */
  readonly answered: boolean;

  constructor(message: string, answered: boolean, cause?: unknown) {
    super(message, { cause });
    this.name = 'DownloadError';
    this.answered = answered;
  }
}

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Takes any certificate of the server. */
  readonly insecure?: boolean;
  readonly access?: ArtifactAccess | undefined;
  /** Told of the bytes that have come, now and then. */
  onBytes?(bytes: number): void;
}

const timeoutMs = 5 * 60_000;
const mostBytes = 2 ** 30;

/** Writes what http or https has at an address into a file, and answers its SHA-512 in hex. */
export async function downloadFile(url: URL, file: string, options: DownloadOptions = {}): Promise<string> {
  const { signal, insecure = false, access = noAccess, onBytes } = options;
  const connect = insecure ? { rejectUnauthorized: false } : access.ca && { ca: [...access.ca] };
  const dispatcher = connect && new Agent({ connect });
  const hash = createHash('sha512');
  const watch = async function* (chunks: AsyncIterable<Uint8Array>) {
    let bytes = 0;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > mostBytes) {
        throw new DownloadError(`it has more than ${mostBytes} bytes, which no jar has`, true);
      }
      hash.update(chunk);
      onBytes?.(bytes);
      yield chunk;
    }
  };
  try {
    const limits = [AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])];
    const answer = await fetch(withoutCredentials(url), {
      headers: credentialsOf(url, access),
      signal: AbortSignal.any(limits),
      ...(dispatcher !== undefined && { dispatcher }),
    });
    if (!answer.ok || answer.body === null) {
      throw new DownloadError(`the server answered ${answer.status} ${answer.statusText}`, true);
    }
    await pipeline(Readable.fromWeb(answer.body as never), watch, createWriteStream(file));
    return hash.digest('hex');
  } catch (error) {
    if (error instanceof DownloadError) throw error;
    const why = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new DownloadError(why instanceof Error ? why.message : String(why), false, error);
  } finally {
    await dispatcher?.destroy();
  }
}

/** The address as it may be shown. */
export function withoutCredentials(url: URL): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}

/** fetch takes no credentials in an address. */
function credentialsOf(
  { username, password, hostname }: URL,
  { logins }: ArtifactAccess,
): Record<string, string> {
  const login = logins.get(hostname);
  if (username === '' && password === '' && login === undefined) return {};
  const text =
    username === '' && login !== undefined
      ? `${login.user}:${login.password}`
      : `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

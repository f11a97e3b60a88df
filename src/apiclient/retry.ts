import { setTimeout as sleep } from 'node:timers/promises';
import { wasNeverSent } from './api-failure.ts';
import type { ApiError } from './client.ts';

const ATTEMPTS = 6;
const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 5_000;
const MAX_RETRY_AFTER_MS = 30_000;

/** Whether repeating a request is safe and may help. */
export function isRepeatable(method: string, error: ApiError, retryAfter: string | undefined): boolean {
  if (!error.retryable) return false;
  if (wasNeverSent(error)) return true;
  // Refused for load before anything was done; kube-apiserver says so by naming a time.
  if (error.code === 429 || (error.code === 503 && retryAfter !== undefined)) return true;
  return method === 'GET';
}

/** Waits before attempt `next` (1 is the first repetition); answers false when it is time to give up. */
export async function waitForRetry(
  next: number,
  retryAfter: string | undefined,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (next >= ATTEMPTS) return false;
  const asked = readRetryAfter(retryAfter);
  const backoff = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** next);
  const wait = asked > 0 ? Math.min(asked, MAX_RETRY_AFTER_MS) : 0;
  await sleep(wait + backoff * (0.5 + Math.random() / 2), undefined, { signal });
  return true;
}

/** Milliseconds: the header is a number of seconds, or a date from proxies. Not a number when it is neither. */
export function readRetryAfter(header: string | undefined, now = Date.now()): number {
  if (header === undefined || header.trim() === '') return Number.NaN;
  const seconds = Number(header);
  return Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000;
}

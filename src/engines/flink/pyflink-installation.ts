import { setTimeout as sleep } from 'node:timers/promises';
import type { ReportProgress } from '../download-cache.ts';
import { hasPyFlink, installPyFlink } from './pyflink.ts';

/** PyFlink as its users see it: asked for again and again, it is installed once, in the background. */
export interface PyFlinkInstallation {
  /** `undefined` once it is there. The first to ask starts the installation; its failure is thrown until it is tried again. */
  progress(): string | undefined;
  /** Starts the installation, unless it is there or under way. */
  start(): void;
  /** Ends an installation that is under way. What it did is thrown away. */
  stop(): Promise<void>;
}

export interface PyFlinkInstallationOptions {
  readonly retryAfterMs?: number;
  readonly isThere?: () => boolean;
  readonly install?: (report: ReportProgress, signal: AbortSignal) => Promise<void>;
}

export function createPyFlinkInstallation({
  retryAfterMs = 15_000,
  isThere = hasPyFlink,
  install = installPyFlink,
}: PyFlinkInstallationOptions = {}): PyFlinkInstallation {
  const ending = new AbortController();
  let running: Promise<void> | undefined;
  let message = 'Installing PyFlink';
  let failure: { readonly error: unknown } | undefined;

  async function run(): Promise<void> {
    try {
      await install((text) => {
        message = text;
      }, ending.signal);
    } catch (error) {
      failure = { error };
      await sleep(retryAfterMs, undefined, { signal: ending.signal }).catch(() => undefined);
      failure = undefined;
    } finally {
      running = undefined;
    }
  }

  /** Answers whether it is there. */
  function start(): boolean {
    if (running !== undefined) return false;
    if (isThere()) return true;
    if (!ending.signal.aborted) running = run();
    return false;
  }

  return {
    start,
    progress() {
      if (start()) return undefined;
      if (failure !== undefined) throw failure.error;
      return message;
    },
    async stop() {
      ending.abort();
      await running;
    },
  };
}

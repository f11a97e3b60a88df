import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../../apiclient/client.ts';
import type { AskService } from '../../kinds/kind.ts';
import { askOnce, proxyPath, type Reply } from './services.ts';

export interface LookTimes {
  /** How long an answer may take. */
  readonly patience: number;
  /** Between two requests of the same. */
  readonly interval: number;
  /** How long a service that gave no answer is not asked again. */
  readonly silence: number;
}

/** Milliseconds. */
const usualTimes: LookTimes = { patience: 2_000, interval: 300, silence: 10_000 };

/**
 * Engines behind the API's proxy, as all rollouts of a run look at them: an answer is never older than the question, and
 * however many ask the same, it is requested once in an interval.
 */
export interface EngineLooks {
  /** `onSilence` is called once for each service that does not answer. */
  asker(namespace: string, onSilence: (service: string, failure: string) => void): AskService;
}

export function createEngineLooks(connect: () => Promise<ApiClient>, times = usualTimes): EngineLooks {
  /** Requests that are not sent yet, and when the last one was. */
  const due = new Map<string, Promise<Reply>>();
  const sent = new Map<string, number>();
  const silentUntil = new Map<string, number>();
  const told = new Set<string>();

  const send = async (key: string, proxy: string, path: string): Promise<Reply> => {
    await delay(Math.max(0, (sent.get(key) ?? 0) + times.interval - Date.now()));
    due.delete(key);
    sent.set(key, Date.now());
    return askOnce(connect, proxy, { path }, times.patience);
  };

  return {
    asker(namespace, onSilence) {
      return async ({ service, path }) => {
        const proxy = proxyPath(namespace, service);
        if ((silentUntil.get(proxy) ?? 0) > Date.now()) return undefined;
        const key = `${proxy}${path}`;
        const request = due.get(key) ?? send(key, proxy, path);
        due.set(key, request);
        const reply = await request;
        if (reply.status !== undefined) return reply;
        silentUntil.set(proxy, Date.now() + times.silence);
        if (!told.has(proxy)) {
          told.add(proxy);
          onSilence(service.replace(/:.*$/, ''), reply.failure ?? '');
        }
        return undefined;
      };
    },
  };
}

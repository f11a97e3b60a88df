import type { User } from '../auth/authenticate.ts';
import { tooManyRequests } from '../status.ts';

/** How many watches a user has open. */
export interface WatchLimit {
  /** To be called with each watch; call the answer once when it ends. 429 when there are too many. */
  open(user: User): () => void;
}

/** A client that opens watches without end would take the memory of all. */
export function createWatchLimit(most: number): WatchLimit {
  const counts = new Map<string, number>();
  return {
    open({ name }) {
      const count = counts.get(name) ?? 0;
      if (count >= most) {
        throw tooManyRequests(`${name} has ${count} watches open, which is the limit; close some of them`);
      }
      counts.set(name, count + 1);
      return () => {
        const left = (counts.get(name) ?? 1) - 1;
        if (left === 0) counts.delete(name);
        else counts.set(name, left);
      };
    },
  };
}

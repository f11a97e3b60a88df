/** Keys to be worked on: each at most once at a time and once in waiting, some only later. */
export interface WorkQueue {
  add(key: string): void;
  addAfter(key: string, milliseconds: number): void;
  /** Adds after a time that doubles with each failure in a row, from `baseMs` to `maxMs`. */
  addFailed(key: string): void;
  forget(key: string): void;
  /** Resolves when nothing is being worked on any more; nothing is handed out after the call. */
  shutDown(): Promise<void>;
}

export interface WorkQueueOptions {
  readonly work: (key: string) => Promise<void>;
  readonly concurrency: number;
  readonly baseMs?: number;
  readonly maxMs?: number;
}

export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  const { work, concurrency, baseMs = 100, maxMs = 30_000 } = options;
  const waiting = new Set<string>();
  const active = new Map<string, Promise<void>>();
  const again = new Set<string>();
  const timers = new Map<string, NodeJS.Timeout>();
  const failures = new Map<string, number>();
  let closed = false;

  const add = (key: string) => {
    if (closed) return;
    clearTimeout(timers.get(key));
    timers.delete(key);
    if (active.has(key)) again.add(key);
    else waiting.add(key);
    drain();
  };

  const drain = () => {
    for (const key of waiting) {
      if (active.size >= concurrency || closed) return;
      waiting.delete(key);
      const done = work(key)
        .catch(() => undefined)
        .then(() => {
          active.delete(key);
          if (again.delete(key)) waiting.add(key);
          drain();
        });
      active.set(key, done);
    }
  };

  const addAfter = (key: string, milliseconds: number) => {
    if (closed) return;
    clearTimeout(timers.get(key));
    timers.set(
      key,
      setTimeout(() => add(key), milliseconds),
    );
  };

  return {
    add,
    addAfter,
    addFailed(key) {
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      addAfter(key, Math.min(baseMs * 2 ** count, maxMs));
    },
    forget(key) {
      failures.delete(key);
    },
    async shutDown() {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      waiting.clear();
      await Promise.all(active.values());
    },
  };
}

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWorkQueue } from './work-queue.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Work that lasts until it is let go, and the order in which it began. */
function holdWork() {
  const begun: string[] = [];
  const held: (() => void)[] = [];
  return {
    begun,
    work: (key: string) => {
      begun.push(key);
      return new Promise<void>((resolve) => held.push(resolve));
    },
    /** Ends the work that began first. */
    async end() {
      held.shift()?.();
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

describe('a work queue', () => {
  it('hands a key out once, however often it was added', async () => {
    const { begun, work, end } = holdWork();
    const queue = createWorkQueue({ work, concurrency: 1 });
    for (const key of ['a', 'b', 'b', 'b']) queue.add(key);
    await end();
    await end();
    expect(begun).toEqual(['a', 'b']);
  });

  it('works on a key again that was added while it was worked on, and never on two of it at once', async () => {
    const { begun, work, end } = holdWork();
    const queue = createWorkQueue({ work, concurrency: 4 });
    queue.add('a');
    queue.add('a');
    queue.add('a');
    expect(begun).toEqual(['a']);
    await end();
    expect(begun).toEqual(['a', 'a']);
    await end();
    expect(begun).toHaveLength(2);
  });

  it('works on as many keys at once as it may', async () => {
    const { begun, work, end } = holdWork();
    const queue = createWorkQueue({ work, concurrency: 2 });
    for (const key of ['a', 'b', 'c']) queue.add(key);
    expect(begun).toEqual(['a', 'b']);
    await end();
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  it('goes on after work that failed', async () => {
    const begun: string[] = [];
    const queue = createWorkQueue({
      concurrency: 1,
      work: async (key) => {
        begun.push(key);
        throw new Error('failed');
      },
    });
    queue.add('a');
    queue.add('b');
    await vi.advanceTimersByTimeAsync(0);
    expect(begun).toEqual(['a', 'b']);
  });

  it('backs off twice as long with each failure, up to the longest, until it is forgiven', async () => {
    const { begun, work, end } = holdWork();
    const queue = createWorkQueue({ work, concurrency: 1, baseMs: 100, maxMs: 400 });
    for (const wait of [100, 200, 400, 400]) {
      begun.length = 0;
      queue.addFailed('a');
      await vi.advanceTimersByTimeAsync(wait - 1);
      expect(begun).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      expect(begun).toEqual(['a']);
      await end();
    }
    begun.length = 0;
    queue.forget('a');
    queue.addFailed('a');
    await vi.advanceTimersByTimeAsync(100);
    expect(begun).toEqual(['a']);
  });

  it('does not wait for later what is added now', async () => {
    const { begun, work, end } = holdWork();
    const queue = createWorkQueue({ work, concurrency: 1 });
    queue.addAfter('a', 1000);
    queue.add('a');
    expect(begun).toEqual(['a']);
    await end();
    await vi.advanceTimersByTimeAsync(2000);
    expect(begun).toEqual(['a']);
  });

  it('keeps one time for a key: the last', async () => {
    const { begun, work } = holdWork();
    const queue = createWorkQueue({ work, concurrency: 1 });
    queue.addAfter('a', 10);
    queue.addAfter('a', 1000);
    await vi.advanceTimersByTimeAsync(999);
    expect(begun).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun).toEqual(['a']);
  });

  it('shuts down when the work under way has ended, and hands nothing out any more', async () => {
    const { begun, work, end } = holdWork();
    const queue = createWorkQueue({ work, concurrency: 1 });
    queue.add('a');
    queue.add('a');
    queue.add('b');
    queue.addAfter('c', 10);
    let down = false;
    const done = queue.shutDown().then(() => {
      down = true;
    });
    await vi.advanceTimersByTimeAsync(100);
    expect(down).toBe(false);
    await end();
    await done;
    queue.add('d');
    queue.addAfter('e', 1);
    await vi.advanceTimersByTimeAsync(100);
    expect(begun).toEqual(['a']);
  });
});

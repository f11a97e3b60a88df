/** A call that waits for others to go with. */
interface Waiting<Input, Output> {
  readonly key: string;
  readonly input: Input;
  resolve(output: Output): void;
  reject(error: unknown): void;
}

/** The next batch of what waits, in order: each key once, and not more than `size`. What is left keeps its order. */
export function takeBatch<T extends { readonly key: string }>(
  waiting: readonly T[],
  size: number,
): { readonly batch: readonly T[]; readonly rest: readonly T[] } {
  const keys = new Set<string>();
  const batch: T[] = [];
  const rest: T[] = [];
  for (const item of waiting) {
    if (batch.length < size && !keys.has(item.key)) {
      keys.add(item.key);
      batch.push(item);
    } else {
      rest.push(item);
    }
  }
  return { batch, rest };
}

export interface BatchOptions<Input, Output> {
  /** How long the first call of a batch waits for others. */
  readonly lingerMs: number;
  readonly size: number;
  /** One outcome for each key: an `Error` is that call's alone. A rejection is that of all. */
  run(inputs: ReadonlyMap<string, Input>): Promise<ReadonlyMap<string, Output | Error>>;
}

/**
 * Makes one call of calls that come within some milliseconds. What comes while one is under way waits for its end, so that
 * the next is larger the slower the other side is.
 */
export function collectCalls<Input, Output>(
  options: BatchOptions<Input, Output>,
): (key: string, input: Input) => Promise<Output> {
  let waiting: readonly Waiting<Input, Output>[] = [];
  let busy = false;

  const runAll = async () => {
    while (waiting.length > 0) {
      const { batch, rest } = takeBatch(waiting, options.size);
      waiting = rest;
      try {
        const results = await options.run(new Map(batch.map(({ key, input }) => [key, input])));
        for (const { key, resolve, reject } of batch) {
          const result = results.get(key);
          if (result instanceof Error) reject(result);
          else resolve(result as Output);
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    busy = false;
  };

  return (key, input) =>
    new Promise((resolve, reject) => {
      waiting = [...waiting, { key, input, resolve, reject }];
      if (busy) return;
      busy = true;
      setTimeout(() => void runAll(), options.lingerMs);
    });
}

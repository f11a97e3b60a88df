import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createLogMerge, readLines } from './merge-logs.ts';

const at = (second: number, text = `at ${second}`) =>
  `2026-11-26 10:00:${String(second).padStart(2, '0')},000 INFO  ${text}`;

async function* log(...items: readonly (string | number)[]): AsyncGenerator<string> {
  for (const item of items) {
    if (typeof item === 'number') await sleep(item);
    else yield item;
  }
}

async function collect(
  lines: AsyncIterable<{ source: string; text: string }>,
  most = Number.POSITIVE_INFINITY,
) {
  const found: string[] = [];
  for await (const { source, text } of lines) {
    found.push(`${source} ${text.replace(/^2026-11-26 10:00:/, '').replace(',000 INFO  ', ' ')}`);
    if (found.length === most) break;
  }
  return found;
}

it('puts logs that end together in the order of time, traces whole', async () => {
  const merge = createLogMerge();
  merge.add('a', log(at(1), 30, at(3, 'error'), '\tat x', '\tat y', at(5)));
  merge.add('b', log('no time yet', at(2), at(3, 'also'), at(4)));
  expect(await collect(merge.read())).toEqual([
    'b no time yet',
    'a 01 at 1',
    'b 02 at 2',
    'b 03 also',
    'a 03 error',
    'a \tat x',
    'a \tat y',
    'b 04 at 4',
    'a 05 at 5',
  ]);
});

it('passes on what there is when a log that is followed says nothing', async () => {
  const merge = createLogMerge({ patience: 40 });
  merge.add('silent', log(10_000, at(9)));
  merge.add('a', log(at(1), at(2)));
  const begin = Date.now();
  expect(await collect(merge.read(), 2)).toEqual(['a 01 at 1', 'a 02 at 2']);
  expect(Date.now() - begin).toBeLessThan(5_000);
});

it('goes on with logs that are added later, until the signal', async () => {
  const abort = new AbortController();
  let idle = 0;
  const merge = createLogMerge({
    patience: 10,
    goOn: true,
    signal: abort.signal,
    onIdle: () => {
      idle += 1;
      if (idle === 1) merge.add('b', log(at(2)));
      else abort.abort();
    },
  });
  merge.add('a', log(at(1)));
  expect(await collect(merge.read())).toEqual(['a 01 at 1', 'b 02 at 2']);
});

it('fails when a log cannot be read on', async () => {
  const merge = createLogMerge();
  const broken = async function* () {
    yield at(1);
    throw new Error('connection lost');
  };
  merge.add('a', broken());
  await expect(collect(merge.read())).rejects.toThrow('connection lost');
});

it('reads lines over the borders of parts, also of characters', async () => {
  const bytes = new TextEncoder().encode('one\nzwölf\nlast');
  const parts = async function* () {
    for (let index = 0; index < bytes.length; index += 3) yield bytes.slice(index, index + 3);
  };
  const lines: string[] = [];
  for await (const line of readLines(parts())) lines.push(line);
  expect(lines).toEqual(['one', 'zwölf', 'last']);
});

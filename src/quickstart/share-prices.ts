import { createReadStream } from 'node:fs';
import { readRows } from '../cli/csv-records.ts';
import { packageFile } from '../package-file.ts';

/** Monthly closing prices of five shares, 2000 to 2010, with columns symbol, date, price (npm package vega-datasets). */
export const sharePricesFile = packageFile('node_modules', 'vega-datasets', 'data', 'stocks.csv');

/** How many rows the example writes: one for each symbol and year that a later trade has ended. */
export async function countEndedYears(): Promise<number> {
  const years = new Map<string, Set<number>>();
  for await (const row of readRows(createReadStream(sharePricesFile), sharePricesFile)) {
    const { symbol = '', date = '' } = row;
    years.set(symbol, (years.get(symbol) ?? new Set()).add(new Date(date).getFullYear()));
  }
  return [...years.values()].reduce((total, seen) => total + seen.size - 1, 0);
}

import { readFileSync } from 'node:fs';
import { packageFile } from '../../src/package-file.ts';

export interface Trade {
  readonly symbol: string;
  /** As in the file: `Jan 1 2000`. */
  readonly date: string;
  readonly price: number;
}

export interface YearlyPrices {
  readonly symbol: string;
  readonly year: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly average: number;
}

/** The share prices, read without any code of sdp's. */
export function readTrades(): Trade[] {
  const text = readFileSync(packageFile('node_modules', 'vega-datasets', 'data', 'stocks.csv'), 'utf8');
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [symbol = '', date = '', price = ''] = line.split(',');
      return { symbol, date, price: Number(price) };
    });
}

/** What the example has to compute, by plain loops: a year counts once its symbol is traded in a later one. */
export function expectedYears(trades: readonly Trade[]): YearlyPrices[] {
  const byYear = new Map<string, Trade[]>();
  const inOrder = [...trades].sort((left, right) => Date.parse(left.date) - Date.parse(right.date));
  const lastYear = new Map<string, number>();
  for (const trade of inOrder) {
    const year = new Date(trade.date).getFullYear();
    const key = `${trade.symbol} ${year}`;
    byYear.set(key, [...(byYear.get(key) ?? []), trade]);
    lastYear.set(trade.symbol, year);
  }
  return sorted(
    [...byYear]
      .map(([key, ofYear]) => {
        const [symbol = '', year = ''] = key.split(' ');
        const cents = ofYear.map(({ price }) => Math.round(price * 100));
        const sum = cents.reduce((total, value) => total + value, 0);
        return {
          symbol,
          year: Number(year),
          open: (cents[0] ?? 0) / 100,
          high: Math.max(...cents) / 100,
          low: Math.min(...cents) / 100,
          close: (cents.at(-1) ?? 0) / 100,
          average: Math.round(sum / cents.length) / 100,
        };
      })
      .filter(({ symbol, year }) => year < (lastYear.get(symbol) ?? 0)),
  );
}

export function sorted(rows: readonly YearlyPrices[]): YearlyPrices[] {
  return [...rows].sort((left, right) => left.symbol.localeCompare(right.symbol) || left.year - right.year);
}

/** Monthly trades of later years, so that a test can go on where the file ends. */
export function laterTrades(fromYear: number, toYear: number): Trade[] {
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  const trades: Trade[] = [];
  for (let year = fromYear; year <= toYear; year += 1) {
    months.forEach((month, index) => {
      for (const [offset, symbol] of ['MSFT', 'AMZN', 'IBM', 'GOOG', 'AAPL'].entries()) {
        trades.push({ symbol, date: `${month} 1 ${year}`, price: (year % 100) * 10 + index + offset / 4 });
      }
    });
  }
  return trades;
}

export function toCsv(trades: readonly Trade[]): string {
  return [
    'symbol,date,price',
    ...trades.map(({ symbol, date, price }) => `${symbol},${date},${price}`),
    '',
  ].join('\n');
}

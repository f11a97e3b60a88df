/**
 * Events as Nexmark's generator makes them, in its proportions of 1 person, 3 auctions and 46 bids, 100 a second. No two have the
 * same time and no two bids the same price, so that every query has one answer.
 */
export function* nexmarkEvents(from: number, to: number): Generator<string> {
  for (let n = from; n < to; n += 1) yield JSON.stringify(event(n));
}

const perRound = 50;
const auctionsPerRound = 3;
const states = ['OR', 'ID', 'CA', 'WA', 'AZ'];
const channels = ['apple', 'Google', 'facebook', 'Baidu', 'channel-17', 'channel-230'];
/** A prime above all prices: multiplied by less than it, numbers stay apart. */
const mostPrice = 99_999_989;

/** Somebody a day later, of whom no query says anything: all windows before are complete. */
export const closingEvent = JSON.stringify({
  event_type: 0,
  person: { ...person(0, 24 * 60 * 60 * 100), id: 1, state: 'AZ' },
});

function event(n: number) {
  const round = Math.floor(n / perRound);
  const place = n % perRound;
  const dateTime = time(n);
  const extra = extraOf(n);
  if (place === 0) return { event_type: 0, person: person(round, n) };
  if (place <= auctionsPerRound) {
    const number = round * auctionsPerRound + place - 1;
    const auction = {
      id: 1000 + number,
      itemName: `item ${number % 91}`,
      description: `as it's "described"`,
      initialBid: 10 + (number % 100),
      reserve: 100 + (number % 1000),
      dateTime,
      expires: time(n + 1000 + (number % 7) * 100),
      seller: 1000 + Math.max(0, round - (number % 4)),
      category: 10 + (number % 5),
      extra,
    };
    return { event_type: 1, auction };
  }
  // Some auctions are hot: every other bid is for one of the last few.
  const newest = (round + 1) * auctionsPerRound;
  const behind = n % 2 === 0 ? n % 5 : n % 97;
  const channel = channels[n % channels.length] ?? '';
  const bid = {
    auction: 1000 + Math.max(0, newest - 1 - behind),
    bidder: 1000 + Math.max(0, round - (n % 23)),
    price: (n * 48_271) % mostPrice,
    channel,
    url: `https://www.nexmark.com/a${n % 7}/b${n % 11}/item.htm?query=1${n % 3 === 0 ? '' : `&channel_id=${n % 1000}`}`,
    dateTime,
    extra,
  };
  return { event_type: 2, bid };
}

function person(round: number, n: number) {
  return {
    id: 1000 + round,
    name: `Ann ${round % 17}`,
    emailAddress: `${round}@example.com`,
    creditCard: String(1000 + (round % 9000)),
    city: ['Boise', 'Phoenix', 'Kent'][round % 3],
    state: states[round % states.length],
    dateTime: time(n),
    extra: extraOf(n),
  };
}

function extraOf(n: number): string {
  return 'abc'.repeat(1 + (n % 4));
}

/** As Flink's JSON format reads a TIMESTAMP. */
function time(n: number): string {
  return new Date(Date.UTC(2026, 0, 1, 8) + n * 10).toISOString().replace('T', ' ').replace('Z', '');
}

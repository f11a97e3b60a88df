import { isIP } from 'node:net';

const UUID = (version: string): RegExp =>
  new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$`, 'iu');
const HOST_LABEL = String.raw`[a-zA-Z0-9\u00a1-\uffff](?:[a-zA-Z0-9\u00a1-\uffff-]{0,61}[a-zA-Z0-9\u00a1-\uffff])?`;
const HOST = new RegExp(String.raw`^${HOST_LABEL}(?:\.${HOST_LABEL})*\.?$`, 'u');
const DURATION =
  /^[+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))*$/u;
const WORDY_DURATION =
  /^(\d+)\s*(ns|nanos?|nanoseconds?|us|µs|micros?|microseconds?|ms|millis?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?)$/iu;

/** Formats of texts that a structural schema may name and that are held (k8s.io/apiextensions-apiserver `formats.go`). */
const FORMATS: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['date-time', isDateTime],
  ['datetime', isDateTime],
  ['date', (value: string) => /^\d{4}-\d{2}-\d{2}$/u.test(value) && isDay(value)],
  ['duration', (value: string) => DURATION.test(value) || WORDY_DURATION.test(value) || value === '0'],
  ['ipv4', (value: string) => isIP(value) === 4],
  ['ipv6', (value: string) => isIP(value) === 6],
  ['cidr', isNetwork],
  ['mac', (value: string) => /^([0-9a-f]{2}[:-]){5}([0-9a-f]{2}[:-]){0,2}[0-9a-f]{2}$/iu.test(value)],
  ['uri', (value: string) => value.startsWith('/') || /^[a-z][a-z0-9+.-]*:[^\s]*$/iu.test(value)],
  ['email', (value: string) => /^[^\s@<>]+@[^\s@<>]+$/u.test(value)],
  ['hostname', (value: string) => value.length <= 255 && HOST.test(value)],
  ['uuid', (value: string) => UUID('[0-9a-f]').test(value)],
  ['uuid3', (value: string) => UUID('3').test(value)],
  ['uuid4', (value: string) => UUID('4').test(value)],
  ['uuid5', (value: string) => UUID('5').test(value)],
  ['byte', (value: string) => value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/u.test(value)],
  ['hexcolor', (value: string) => /^#?([0-9a-f]{3}|[0-9a-f]{6})$/iu.test(value)],
]);

/** Whether a text has a format; formats that are not known hold nothing back. */
export function hasFormat(value: string, format: string): boolean {
  return FORMATS.get(format)?.(value) ?? true;
}

function isDateTime(value: string): boolean {
  const match = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})([.,]\d+)?([Zz]|[+-]\d{2}:\d{2})$/u.exec(
    value,
  );
  if (match === null) return false;
  const [, day = '', hours, minutes, seconds] = match;
  return isDay(day) && Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60;
}

/** JavaScript takes the 30th of February for a day in March. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function isNetwork(value: string): boolean {
  const [address = '', bits = '', ...rest] = value.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0 || !/^\d{1,3}$/u.test(bits)) return false;
  return Number(bits) <= (version === 4 ? 32 : 128);
}

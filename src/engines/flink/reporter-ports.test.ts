import { expect, it } from 'vitest';
import { findReporterPorts } from './reporter-ports.ts';

const containerPorts = { 8081: 21000, 9249: 22000, 9300: 23000 };

it.each([
  ['metrics.reporter.prom.port', '9249', '22000'],
  ['metrics.reporter.prom.port', '9240-9260', '22000'],
  ['metrics.reporter.other.port', ' 9300 ', '23000'],
  ['metrics.reporter.prom.port', '9250', undefined],
  ['metrics.reporter.prom.port', 'none', undefined],
  ['metrics.reporter.prom.more.port', '9249', undefined],
  ['rest.port', '8081', undefined],
])('%s: %s becomes %s', (key, value, real) => {
  expect(findReporterPorts({ [key]: value }, containerPorts)).toEqual(
    real === undefined ? {} : { [key]: real },
  );
});

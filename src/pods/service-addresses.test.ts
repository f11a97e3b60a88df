import { expect, it } from 'vitest';
import { type AddressBook, resolveAddress } from './service-addresses.ts';

const services = new Map([
  ['team-a/db', [{ name: 'sql', port: 5432, real: 22000 }]],
  ['team-b/db', [{ name: 'sql', port: 5432, real: 23000 }]],
  ['system/kafka-kafka-bootstrap', [{ name: 'scram', port: 9094, real: 24000 }]],
  ['team-a/starting', [{ name: 'http', port: 80, real: undefined }]],
]);
const book: AddressBook = {
  namespace: 'team-a',
  shared: { namespace: 'system', addresses: { 'kafka-kafka-bootstrap:9092': '127.0.0.1:21000' } },
  findService: (namespace, name) => services.get(`${namespace}/${name}`),
};

it.each([
  ['db:5432', '127.0.0.1:22000'],
  ['db.team-b:5432', '127.0.0.1:23000'],
  ['db.team-b.svc:5432', '127.0.0.1:23000'],
  ['db.team-b.svc.cluster.local:5432', '127.0.0.1:23000'],
  ['starting:80', undefined],
  ['db:1', undefined],
  ['kafka-kafka-bootstrap:9092', '127.0.0.1:21000'],
  ['kafka-kafka-bootstrap.kafka.svc:9092', '127.0.0.1:21000'],
  ['kafka-kafka-bootstrap:9094', '127.0.0.1:24000'],
  ['kafka-kafka-bootstrap:9093', undefined],
  ['other:9092', 'other:9092'],
  ['broker.example.com:9092', 'broker.example.com:9092'],
  ['127.0.0.1:9092', '127.0.0.1:9092'],
])('%s is %s', (address, expected) => {
  expect(resolveAddress(address, book)).toBe(expected);
});

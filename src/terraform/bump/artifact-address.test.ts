import { expect, it } from 'vitest';
import { isSnapshot, normalizeName, parseAddress, shownAddress, withVersion } from './artifact-address.ts';

const hash = 'b'.repeat(64);

it.each([
  ['https://x/standalone_job-1.0.2.tar.gz', 'standalone_job', '1.0.2'],
  ['https://x/my-job-1.0.2.zip', 'my-job', '1.0.2'],
  ['https://x/job-1.0.2rc1.tgz', 'job', '1.0.2rc1'],
  ['https://x/job-1.0%2Blocal.tar.gz', 'job', '1.0+local'],
  ['https://x/job-1.0.2-py3-none-any.whl', 'job', '1.0.2'],
  ['https://x/job-1.0.2-1-cp312-cp312-manylinux_2_17_x86_64.whl', 'job', '1.0.2'],
  ['https://x/flink-sql-connector-kafka-5.0.0-2.2.jar', 'flink-sql-connector-kafka', '5.0.0-2.2'],
  ['https://x/g/orders-job/1.0/orders-job-1.0-all.jar', 'orders-job', '1.0'],
  ['https://x/g/log4j-1.2-api/2.20.0/log4j-1.2-api-2.20.0.jar', 'log4j-1.2-api', '2.20.0'],
  ['/opt/lib/job-1.0.jar', 'job', '1.0'],
  ['https://x/job-1.0.jar?token=1#sha256=B', 'job', '1.0'],
])('reads %s', (address, name, version) => {
  expect(parseAddress(address)).toMatchObject({ name, version });
});

it.each([
  'https://x/job.jar',
  'https://x/job-latest.jar',
  'https://x/job-1.0.txt',
  'https://x/-1.0.jar',
  'https://x/job-1.0.whl',
  'https://x/job 1-1.0.jar',
  'Write it as https://x/job-1.0.0.tar.gz.',
  '',
])('reads no version in %j', (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

it('ends a name where the wanted one ends', () => {
  expect(parseAddress('https://x/log4j-1.2-api-2.20.0.jar')).toMatchObject({ name: 'log4j' });
  expect(parseAddress('https://x/log4j-1.2-api-2.20.0.jar', 'log4j_1.2_api')).toMatchObject({
    name: 'log4j-1.2-api',
    version: '2.20.0',
  });
});

it('compares names as registries do', () => {
  expect(normalizeName('Standalone._Job')).toBe(normalizeName('standalone-job'));
});

it.each([
  ['https://x/job-1.0.jar', '2.0', 'https://x/job-2.0.jar'],
  ['https://x/packages/job/1.0.2/job-1.0.2.tar.gz', '1.0.3', 'https://x/packages/job/1.0.3/job-1.0.3.tar.gz'],
  [
    'https://1.0.2/v1.0.2/11.0.2/1.0.2.1/job-1.0.2/job-1.0.2.zip',
    '3',
    'https://1.0.2/v3/11.0.2/1.0.2.1/job-3/job-3.zip',
  ],
  ['https://x/projects/1/job/1/job-1.jar', '2', 'https://x/projects/1/job/2/job-2.jar'],
  ['https://x/job/1.0/job-1.0-all.jar?a=1.0', '2.0', 'https://x/job/2.0/job-2.0-all.jar?a=1.0'],
  ['https://x/job-1.0-py3-none-any.whl', '2.0+a', 'https://x/job-2.0%2Ba-py3-none-any.whl'],
  ['https://x/job-1.0%2Ba.zip', '2.0', 'https://x/job-2.0.zip'],
  ['https://x/1.0-tools/my-1.0.zip', '2.0', 'https://x/1.0-tools/my-2.0.zip'],
  [`https://x/files/${'a'.repeat(64)}/job-1.0.zip`, '2.0', `https://x/files/${hash}/job-2.0.zip`],
  ['/opt/1.0/job-1.0.jar', '2.0', '/opt/2.0/job-2.0.jar'],
])('puts another version into %s', (address, version, expected) => {
  const artifact = parseAddress(address);
  expect(artifact && withVersion(artifact, version, hash)).toBe(expected);
});

it('knows a hash in the folders, and snapshots', () => {
  const hashed = parseAddress(`https://x/${'a'.repeat(64)}/job-1.0.zip`);
  expect(hashed && withVersion(hashed, '2.0', undefined)).toBeUndefined();
  for (const file of ['1.0-SNAPSHOT/job-1.0-20240101.101010-1.jar', 'job-1.0-SNAPSHOT.jar']) {
    const artifact = parseAddress(`https://x/job/${file}`);
    expect(artifact && isSnapshot(artifact)).toBe(true);
  }
  expect(shownAddress('https://ada:secret@x/a@b')).toBe('https://x/a@b');
});

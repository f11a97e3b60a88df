import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { emptyJar } from './empty-jar.ts';
import { localizeJars } from './job-classpath.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-job-classpath-'));
  await writeFile(join(folder, 'orders.jar'), emptyJar());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('leaves arguments without a jar, and the runner is on the classpath already', async () => {
  expect(await localizeJars(['--', '--jar', 'x'], folder)).toEqual(['--', '--jar', 'x']);
  const runner = ['--job-classname', 'a.B', '--jars', 'local:///opt/flink/usrlib/sdp-runner.jar', '--', 'x'];
  expect(await localizeJars(runner, folder)).toEqual(['--job-classname', 'a.B', '--', 'x']);
});

it('takes a local file as it is', async () => {
  const file = join(folder, 'orders.jar');
  expect(await localizeJars(['--jars', `local://${file}`, '--'], folder)).toEqual([
    '--jars',
    `local://${file}`,
    '--',
  ]);
});

it('finds a jar of an image in the folder that stands for it', async () => {
  const args = ['--jars', 'local:///opt/flink/usrlib/orders.jar', '--'];
  const found = await localizeJars(args, folder, { usrlib: folder });
  expect(found).toEqual(['--jars', `local://${join(folder, 'orders.jar')}`, '--']);
});

it('fetches a jar once: a process that starts again needs its server no more', async () => {
  const source = join(folder, 'orders.jar');
  const work = join(folder, 'work');
  const args = ['--jars', pathToFileURL(source).href, '--'];
  const localized = await localizeJars(args, work);
  expect(localized).toEqual(['--jars', `local://${join(work, 'usrlib', 'job.jar')}`, '--']);
  expect(await readFile(join(work, 'usrlib', 'job.jar'))).toEqual(Buffer.from(emptyJar()));
  await rm(source);
  expect(await localizeJars(args, work)).toEqual(localized);
});

it('fetches a jar from the server that answers for its host here', async () => {
  const args = ['--jars', 'http://maven/a/orders-1.0.jar', '--'];
  const localized = localizeJars(args, join(folder, 'aliased'), {}, { maven: '127.0.0.1:65535' });
  await expect(localized).rejects.toThrow(/from http:\/\/maven\/a\/orders-1\.0\.jar: .*127\.0\.0\.1:65535/);
});

it.each([
  ['local:///opt/flink/usrlib/orders.jar', 'is a file of an image, and there is no container here'],
  ['file:///nowhere/orders.jar', 'there is no file /nowhere/orders.jar'],
  ['s3://bucket/orders.jar', 'cannot be fetched'],
])('says why %s cannot be had', async (uri, message) => {
  await expect(localizeJars(['--jars', uri], join(folder, 'other'))).rejects.toThrow(message);
});

import { readdirSync, readFileSync } from 'node:fs';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { expect, it } from 'vitest';
import { packageFile } from './package-file.ts';

const files = readdirSync(packageFile('docker')).filter((name) => name.endsWith('.Dockerfile'));
const textOf = (name: string) => readFileSync(packageFile('docker', name), 'utf8');

it('are there for pipelines, for Flink and for what has Flink already', () => {
  expect(files).toEqual(['ci.Dockerfile', 'flink.Dockerfile', 'runner.Dockerfile']);
});

it.each(files)('%s is well-formed', (name) => {
  expect(validate(textOf(name))).toEqual([]);
});

it.each(files)('%s builds on named versions, and runs as nobody in particular', (name) => {
  const dockerfile = DockerfileParser.parse(textOf(name));
  const stages = new Set(dockerfile.getFROMs().map((from) => from.getBuildStage()));
  const versions = ['2.2', '1.20'];
  const isStage = (image: string) =>
    image.includes('${FLINK_VERSION}')
      ? versions.every((version) => stages.has(image.replace('${FLINK_VERSION}', version)))
      : stages.has(image);
  for (const from of dockerfile.getFROMs().filter((item) => !isStage(item.getImage() ?? '')))
    expect(from.getImageTag(), from.getImage() ?? '').toMatch(/\d+\.\d+\.\d+/);
  const users = dockerfile.getInstructions().filter((item) => item.getInstruction() === 'USER');
  expect(users.at(-1)?.getArgumentsContent()).toMatch(/^[1-9]\d+$/);
});

it.each(['ci', 'flink-2.2', 'flink-1.20'])('all of %s-requirements.txt is held to hashes', (name) => {
  const text = textOf(`${name}-requirements.txt`);
  const named = text.split('\n').filter((line) => /^[a-z0-9]/.test(line));
  expect(named.length).toBeGreaterThan(10);
  for (const [index, line] of named.entries()) {
    const end = named[index + 1] === undefined ? undefined : text.indexOf(`\n${named[index + 1]}`);
    const own = text.slice(text.indexOf(line), end);
    expect(line).toMatch(/^[\w.[\]-]+==\S+( ; [^\\]+)? \\$/);
    expect(own).toMatch(/--hash=sha256:[0-9a-f]{64}/);
  }
});

import { Command } from 'commander';
import { afterEach, expect, it, vi } from 'vitest';
import { packageFile } from '../package-file.ts';
import { describeNames, listCompletedNames, readOptions } from './completed-names.ts';
import { registerCompletion } from './completion.ts';

afterEach(() => vi.restoreAllMocks());

const asked: string[] = [];

async function run(...args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((text: unknown) => void printed.push(String(text)));
  const program = new Command('sdp').exitOverride();
  program.command('consume <topic>').description('Print a topic.').option('--from <time>', 'from a time');
  program.command('bump <artifact>').description('Set a version.');
  program.command('new <folder>').description('Make a folder.');
  const connectors = program.command('connectors').description('Show connectors.');
  connectors.command('show <connector>').description('Show a connector.').option('--data <dir>', 'folder');
  await registerCompletion(program, args, async (what, words) => {
    asked.push(`${what} ${words.join(' ')}`);
    return [{ name: `my-${what}`, about: 'mine' }];
  });
  await program.parseAsync(['node', 'sdp', ...args]);
  return printed.join('\n');
}

it('knows the commands and their options', async () => {
  expect(await run('complete', '--', 'con')).toContain('consume\tPrint a topic.');
  expect(await run('complete', '--', 'consume', '--f')).toContain('--from\tfrom a time');
});

it('knows names, and asks for those of the command that is typed only', async () => {
  asked.length = 0;
  expect(await run('complete', '--', 'consume', '')).toContain('my-topic\tmine');
  expect(await run('complete', '--', 'connectors', 'show', 'my')).toContain('my-connector\tmine');
  expect(await run('complete', '--', 'connectors', 'show', 'other')).not.toContain('my-connector');
  expect(await run('complete', '--', 'bump', 'my')).toContain('my-used artifact\tmine');
  expect(await run('complete', '--', 'new', '')).not.toContain('my-');
  expect(await run('complete', '--', '')).not.toContain('my-');
  expect(asked).toEqual([
    'topic consume ',
    'connector connectors show my',
    'connector connectors show other',
    'used artifact bump my',
  ]);
});

it('looks where the typed options say', () => {
  expect(readOptions(['consume', '--data', '/a', '-n', 'b', ''])).toEqual({ data: '/a', namespace: 'b' });
  expect(readOptions(['jobs', 'show', '--context=c', '--data'])).toEqual({ context: 'c' });
});

it('knows the artifacts of the project', async () => {
  const folder = packageFile('src', 'terraform', 'bump', 'testdata', 'jars', 'before');
  expect(await listCompletedNames('used artifact', ['bump', '--chdir', folder, ''])).toEqual([
    { name: 'orders-job', about: '2.0.0, 1.0.0' },
    { name: 'orders-job-extra', about: '2.0.0' },
  ]);
  expect(await listCompletedNames('used artifact', ['bump', '--chdir=/nowhere', ''])).toEqual([]);
});

it('names twins with their namespace', () => {
  const object = (namespace: string, name: string) => ({
    apiVersion: 'v1',
    kind: 'Job',
    metadata: { namespace, name },
  });
  const objects = [object('a', 'x'), object('b', 'x'), object('a', 'y')];
  expect(describeNames(objects).map(({ name }) => name)).toEqual(['a/x', 'b/x', 'y']);
});

it('prints a script for each shell', async () => {
  expect(await run('completion', 'bash')).toContain('complete -F');
  expect(await run('completion', 'zsh')).toContain('#compdef sdp');
  await expect(run('completion', 'csh')).rejects.toThrow('Allowed choices');
});

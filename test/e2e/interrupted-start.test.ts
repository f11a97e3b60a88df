import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageFile } from '../../src/package-file.ts';
import { eventually, run } from './commands.ts';

it('npm start that is interrupted while it applies ends well, and the next one goes on', async () => {
  const data = await mkdtemp(join(tmpdir(), 'sdp-interrupted-'));
  const quickstart = packageFile('dist', 'quickstart.js');
  const child = spawn(process.execPath, [quickstart, '--once', '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await eventually(
    async () => output,
    (text) => text.includes('Creating...'),
  );
  child.kill('SIGTERM');
  expect(await ended, output).toBe(130);
  expect(output).not.toContain('Error');
  expect(await run('ps', ['-eo', 'args'])).not.toContain(data);

  const again = await run(process.execPath, [quickstart, '--once', '--json', '--data', data]);
  const { rows } = JSON.parse(again.slice(again.indexOf('{'))) as { rows: unknown[] };
  expect(rows).toHaveLength(46);
  expect(await run('ps', ['-eo', 'args'])).not.toContain(data);
  await rm(data, { recursive: true, force: true });
}, 120_000);

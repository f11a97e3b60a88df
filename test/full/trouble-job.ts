import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installFlink } from '../../src/engines/flink/install.ts';
import { packageFile } from '../../src/package-file.ts';
import { run } from '../e2e/commands.ts';

export interface ServedJob {
  /** `http://127.0.0.1:PORT/trouble.jar` */
  readonly url: string;
  close(): Promise<void>;
}

/** Compiles the job in which everything can go wrong, leaves a class out of its jar, and serves it. */
export async function serveTroubleJob(): Promise<ServedJob> {
  const folder = await mkdtemp(join(tmpdir(), 'sdp-trouble-job-'));
  const sources = packageFile('test', 'full', 'trouble-job', 'com', 'example');
  const { libraries } = await installFlink(() => undefined, new AbortController().signal);
  const classes = join(folder, 'classes');
  await run('javac', [
    '-d',
    classes,
    '-cp',
    libraries.join(':'),
    join(sources, 'Trouble.java'),
    join(sources, 'Absent.java'),
  ]);
  await rm(join(classes, 'com', 'example', 'Absent.class'));
  const jar = join(folder, 'trouble.jar');
  await run('jar', ['--create', '--file', jar, '--main-class', 'com.example.Trouble', '-C', classes, '.']);
  const content = await readFile(jar);
  const server = createServer((request, response) => {
    if (request.url === '/trouble.jar') response.end(content);
    else if (request.url === '/login.jar') response.end('<html>log in</html>');
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/trouble.jar`,
    async close() {
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

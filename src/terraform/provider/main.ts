import { writeSync } from 'node:fs';
import { kinds } from '../../kinds/catalog.ts';
import { readHandshake } from '../protocol/handshake.ts';
import { createLog } from '../protocol/log.ts';
import { provideService } from '../protocol/provider-service.ts';
import { servePlugin } from '../protocol/serve.ts';
import { connectToCluster } from './connect.ts';
import { platformProvider } from './platform-provider.ts';

async function main(): Promise<void> {
  const handshake = readHandshake(process.env);
  if (handshake.started !== 'by-terraform') {
    process.stderr.write(`${handshake.message}\n`);
    process.exitCode = 1;
    return;
  }
  // Terraform cancels by StopProvider; the terminal sends Ctrl-C to the whole process group.
  process.on('SIGINT', () => undefined);
  const log = createLog(process.env, (line) => process.stderr.write(line));
  const version = process.env['SDP_PROVIDER_VERSION'] ?? 'development';
  const provider = platformProvider({
    kinds,
    version,
    connect: connectToCluster,
    log,
    environment: process.env,
  });
  process.on('SIGTERM', () => process.exit(0));
  const serving = await servePlugin(provideService(provider), {
    environment: process.env,
    clientCertificate: handshake.clientCertificate,
    writeLine: (line) => writeSync(1, `${line}\n`),
  });
  endWithParent();
  await serving.shutdown;
  // Terraform kills what is still there after two seconds.
  setTimeout(() => process.exit(0), 1_000);
  await provider.close();
  process.exit(0);
}

/** A Terraform that was killed says nothing. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, 5_000).unref();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});

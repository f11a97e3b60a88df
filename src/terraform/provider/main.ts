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
  const provider = platformProvider({ kinds, version, connect: connectToCluster, log });
  const serving = await servePlugin(provideService(provider), {
    environment: process.env,
    clientCertificate: handshake.clientCertificate,
    writeLine: (line) => writeSync(1, `${line}\n`),
  });
  const end = async () => {
    await provider.close();
    serving.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void end());
  await serving.shutdown;
  await end();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});

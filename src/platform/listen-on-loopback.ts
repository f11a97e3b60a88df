import type { Server } from 'node:http';

/** Lets a server of plain HTTP listen on loopback, on this port and no other. Closing ends its connections. */
export async function listenOnLoopback(server: Server, port: number): Promise<{ close(): Promise<void> }> {
  // Uploads may take as long as they take.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

import { afterAll, beforeAll, describe, inject } from 'vitest';
import { type Connection, connect } from './connect.ts';

/**
 * Registers the same tests for each server that was chosen. The connection is open while tests and hooks run, and not
 * before.
 */
export function forEachTarget(topic: string, register: (api: Connection) => void): void {
  for (const server of inject('servers')) {
    describe(`${topic} (${server.name})`, () => {
      let connection: Connection | undefined;
      const current = (): Connection => {
        if (connection === undefined) throw new Error('the connection is not open yet');
        return connection;
      };
      beforeAll(async () => {
        connection = await connect(server);
      }, 60_000);
      afterAll(async () => {
        await connection?.close();
      }, 60_000);
      register({
        target: server.name,
        isEmbedded: server.name === 'embedded',
        get namespace() {
          return current().namespace;
        },
        send: (...args) => current().send(...args),
        stream: (...args) => current().stream(...args),
        define: (...args) => current().define(...args),
        createDefinition: (...args) => current().createDefinition(...args),
        close: () => current().close(),
      });
    });
  }
}

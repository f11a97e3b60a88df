import { connect } from 'node:net';
import type { Probe } from './pod.ts';

const timeoutMs = 1000;

/** Whether the process answers on loopback. Without a probe it is ready as soon as it runs. */
export async function probeReady(
  probe: Probe | undefined,
  ports: Readonly<Record<string, number>>,
): Promise<boolean> {
  if (probe?.httpGet !== undefined) {
    const port = ports[probe.httpGet.port];
    return port !== undefined && answersHttp(`http://127.0.0.1:${port}${probe.httpGet.path}`);
  }
  if (probe?.tcpSocket !== undefined) {
    const port = ports[probe.tcpSocket.port];
    return port !== undefined && acceptsConnections(port);
  }
  return true;
}

async function answersHttp(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    return response.status >= 200 && response.status < 400;
  } catch {
    return false;
  }
}

function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: timeoutMs });
    const answer = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
  });
}

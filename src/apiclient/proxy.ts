import { BlockList, isIP } from 'node:net';

/**
 * The proxy that the environment names for a server, as Go's clients choose it: HTTPS_PROXY or HTTP_PROXY by the
 * server's scheme, in capitals or not, unless NO_PROXY has the host. Loopback is never proxied.
 */
export function chooseProxy(server: string, environment: NodeJS.ProcessEnv): string | undefined {
  const { protocol, hostname, port } = new URL(server);
  const scheme = protocol.slice(0, -1);
  const proxy = readVariable(environment, `${scheme}_proxy`);
  if (proxy === undefined) return undefined;
  const host = hostname.replace(/^\[|\]$/gu, '').toLowerCase();
  if (isLoopback(host)) return undefined;
  const effectivePort = port !== '' ? port : scheme === 'https' ? '443' : '80';
  const exempt = (readVariable(environment, 'no_proxy') ?? '').split(',').map((entry) => entry.trim());
  if (exempt.some((entry) => isExempt(entry.toLowerCase(), host, effectivePort))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function readVariable(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  return environment[name.toUpperCase()] || environment[name] || undefined;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** One entry of NO_PROXY: `*`, an address, a range `10.0.0.0/8`, `name` (it and all below), `.name` (all below). */
function isExempt(entry: string, host: string, port: string): boolean {
  if (entry === '') return false;
  if (entry === '*') return true;
  const family = isIP(host);
  const [range = '', bits] = entry.split('/');
  if (bits !== undefined) {
    if (isIP(range) === 0 || isIP(range) !== family) return false;
    const list = new BlockList();
    const kind = family === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(range, Number(bits), kind);
    return list.check(host, kind);
  }
  if (isIP(entry) !== 0) return entry === host;
  const [, name = '', wantedPort] = /^(.*?)(?::(\d+))?$/u.exec(entry) ?? [];
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const plain = name.replace(/^\[|\]$/gu, '').replace(/^\*\./u, '.');
  return plain.startsWith('.') ? host.endsWith(plain) : host === plain || host.endsWith(`.${plain}`);
}

/** Hosts of addresses that another server answers for, as `host:port`: `{ maven: '127.0.0.1:29817' }`. */
export type HostAliases = Readonly<Record<string, string>>;

/** Tells processes of them, as `pypi=127.0.0.1:29817,maven=127.0.0.1:29817`. The runner reads it too (`HostAliases.java`). */
export const hostAliasesVariable = 'SDP_HOST_ALIASES';

export function formatHostAliases(aliases: HostAliases): string {
  return Object.entries(aliases)
    .map(([host, address]) => `${host}=${address}`)
    .join(',');
}

/**
 * Where an address of http or https is fetched from: at an alias of its host, by plain http, else where it says. What is shown and
 * kept is the address as it was written.
 */
export function resolveHost(url: URL, aliases: HostAliases): URL {
  const address = Object.hasOwn(aliases, url.hostname) ? aliases[url.hostname] : undefined;
  if (address === undefined || !['http:', 'https:'].includes(url.protocol)) return url;
  return new URL(`http://${address}${url.pathname}${url.search}`);
}

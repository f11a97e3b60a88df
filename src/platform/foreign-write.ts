import type { IncomingMessage } from 'node:http';

/** Whether a page of another site sends something that changes: browsers send simple POSTs for any page, and name it. */
export function isForeignWrite({ method = 'GET', headers: { origin, host } }: IncomingMessage): boolean {
  if (['GET', 'HEAD', 'OPTIONS'].includes(method) || origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase();
}

/** A path below /api or /apis, as apimachinery's RequestInfo reads it. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  /** What follows the subresource: the path that a proxy passes on. */
  readonly rest: readonly string[];
}

/** `undefined` when the path is not that of a resource. Throws `URIError` for a malformed escape. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const parts = path
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part));
  const root = parts.shift();
  let group = '';
  if (root === 'apis') group = parts.shift() ?? '';
  else if (root !== 'api') return undefined;
  const version = parts.shift() ?? '';
  if (version === '' || (root === 'apis' && group === '')) return undefined;

  let namespace: string | undefined;
  // Below a namespace stand its own subresources or the resources in it.
  if (parts[0] === 'namespaces' && parts.length > 2 && !['status', 'finalize'].includes(parts[2] ?? '')) {
    namespace = parts[1];
    parts.splice(0, 2);
  }
  const [plural = '', name, subresource, ...rest] = parts;
  if (plural === '' || namespace === '') return undefined;
  return {
    group,
    version,
    plural,
    namespace,
    name: name === '' ? undefined : name,
    subresource: subresource === '' ? undefined : subresource,
    rest,
  };
}

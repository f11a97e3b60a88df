/** What `spec.ingress.template` means for a cluster. `undefined` when it is no address. */
export function ingressAddress(template: string, name: string, namespace: string): URL | undefined {
  const filled = template.replace(/\{\{name\}\}/gi, name).replace(/\{\{namespace\}\}/gi, namespace);
  const address = /^https?:\/\//i.test(filled) ? filled : `http://${filled}`;
  return URL.canParse(address) ? new URL(address) : undefined;
}

import { ingressType } from '../../apiclient/core-types.ts';
import type { OwnedObject } from '../../controller/owned-objects.ts';
import type { FlinkDeploymentObject } from './desired.ts';
import { ingressAddress } from './ingress-address.ts';

/** The Ingress that `spec.ingress` asks for, as the operator makes it (`IngressUtils`, 1.15.0). `undefined`: none. */
export function buildIngress({ metadata, spec }: FlinkDeploymentObject): OwnedObject | undefined {
  const { name, namespace = 'default' } = metadata;
  const { template, className, annotations, labels, tls } = spec.ingress ?? {};
  const url = template === undefined ? undefined : ingressAddress(template, name, namespace);
  if (url === undefined) return undefined;
  const path = {
    pathType: 'ImplementationSpecific',
    ...(url.pathname !== '/' && { path: decodeURI(url.pathname) }),
    backend: { service: { name: `${name}-rest`, port: { number: 8081 } } },
  };
  return {
    type: ingressType,
    manifest: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name,
        labels: { ...labels, component: 'ingress' },
        ...(annotations !== undefined && { annotations }),
      },
      spec: {
        ...(className !== undefined && { ingressClassName: className }),
        ...(tls !== undefined && { tls }),
        rules: [{ host: url.hostname, http: { paths: [path] } }],
      },
    },
  };
}

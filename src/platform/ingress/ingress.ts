import { z } from 'zod';
import type { KubernetesObject } from '../../apiclient/object.ts';

const backend = z.object({
  service: z
    .object({
      name: z.string(),
      port: z.union([
        z.object({ number: z.int() }).transform(({ number }) => number),
        z.object({ name: z.string() }).transform(({ name }) => name),
      ]),
    })
    .optional(),
});

/** The parts of `networking.k8s.io/v1` Ingress that are carried out here. A port is a number or a name. */
export const ingressSpec = z.object({
  defaultBackend: backend.optional(),
  rules: z
    .array(
      z.object({
        host: z.string().optional(),
        http: z
          .object({
            paths: z.array(
              z.object({
                path: z.string().startsWith('/').default('/'),
                pathType: z.enum(['Exact', 'Prefix', 'ImplementationSpecific']),
                backend,
              }),
            ),
          })
          .optional(),
      }),
    )
    .default([]),
  tls: z.array(z.unknown()).default([]),
});

export interface IngressStatus {
  loadBalancer?: {
    ingress?: { hostname?: string; ip?: string; ports?: { port: number; protocol: string }[] }[];
  };
}

export interface IngressObject extends KubernetesObject {
  /** As the API took it, which looks into it no further: see `ingressSpec`. */
  spec?: unknown;
  status?: IngressStatus;
}

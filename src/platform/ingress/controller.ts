import { isDeepStrictEqual } from 'node:util';
import type { ApiClient } from '../../apiclient/client.ts';
import { ingressType } from '../../apiclient/core-types.ts';
import { type Controller, startController } from '../../controller/controller.ts';
import type { EventRecorder } from '../../controller/events.ts';
import type { Informer } from '../../controller/informer.ts';
import { buildIngressStatus } from './addresses.ts';
import { type IngressObject, ingressSpec } from './ingress.ts';
import { buildRoutes } from './routes.ts';

/** Writes into every Ingress where it answers, as an ingress controller does, and says what is other than declared. */
export function startIngressController(options: {
  readonly client: ApiClient;
  readonly ingresses: Informer<IngressObject>;
  readonly events: EventRecorder;
  /** Of the listener. */
  readonly port: number;
  onError(key: string, error: unknown): void;
}): Controller {
  const { client, ingresses, events, port, onError } = options;
  const told = new Set<string>();
  const warnOnce = async (ingress: IngressObject, reason: string, message: string) => {
    const warning = [ingress.metadata.uid, reason, message].join(' ');
    if (told.has(warning)) return;
    told.add(warning);
    await events.record(ingress, 'Warning', reason, message);
  };
  return startController<IngressObject>({
    name: 'ingresses',
    informer: ingresses,
    onError,
    async reconcile(_, ingress) {
      if (ingress === undefined || ingress.metadata.deletionTimestamp !== undefined) return undefined;
      for (const problem of buildRoutes(ingress).problems) await warnOnce(ingress, 'Invalid', problem);
      if ((ingressSpec.safeParse(ingress.spec).data?.tls.length ?? 0) > 0) {
        await warnOnce(
          ingress,
          'ServedWithoutTls',
          'The local platform serves it as plain http on loopback: spec.tls has an effect on a cluster only.',
        );
      }
      const status = buildIngressStatus(ingress, port);
      if (!isDeepStrictEqual(status.loadBalancer, ingress.status?.loadBalancer))
        await client.patch(ingressType, ingress.metadata, { status }, { subresource: 'status' });
      return undefined;
    },
  });
}

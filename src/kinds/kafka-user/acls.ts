import type { Acl, Quotas } from '../../engines/kafka/user-client.ts';
import type { AclRule, KafkaUserSpec } from './spec.ts';

/** One rule for each operation, with Strimzi's defaults. */
export function toAcls(rules: readonly AclRule[]): readonly Acl[] {
  return rules.flatMap(({ type = 'allow', resource, operations, host = '*' }) =>
    operations.map((operation): Acl => {
      const isCluster = resource.type === 'cluster';
      return {
        type,
        resourceType: resource.type,
        resourceName: isCluster ? 'kafka-cluster' : (resource.name ?? ''),
        patternType: isCluster ? 'literal' : (resource.patternType ?? 'literal'),
        operation,
        host,
      };
    }),
  );
}

/** What has to be added and taken away so that exactly the wanted rules hold. */
export function compareAcls(
  wanted: readonly Acl[],
  current: readonly Acl[],
): { readonly add: readonly Acl[]; readonly remove: readonly Acl[] } {
  const keys = (acls: readonly Acl[]) => new Map(acls.map((acl) => [keyOf(acl), acl]));
  const [want, have] = [keys(wanted), keys(current)];
  return {
    add: [...want].flatMap(([key, acl]) => (have.has(key) ? [] : [acl])),
    remove: [...have].flatMap(([key, acl]) => (want.has(key) ? [] : [acl])),
  };
}

function keyOf(acl: Acl): string {
  const { type, resourceType, resourceName, patternType, operation, host } = acl;
  return JSON.stringify([type, resourceType, resourceName, patternType, operation, host]);
}

const quotaKeys = {
  producerByteRate: 'producer_byte_rate',
  consumerByteRate: 'consumer_byte_rate',
  requestPercentage: 'request_percentage',
  controllerMutationRate: 'controller_mutation_rate',
} as const;

/** Changes to what holds; `undefined` takes a quota away. Quotas of other keys are left alone. */
export function compareQuotas(
  wanted: KafkaUserSpec['quotas'],
  current: Quotas,
): Readonly<Record<string, number | undefined>> {
  const changes = Object.entries(quotaKeys)
    .map(([field, key]) => [key, wanted?.[field as keyof typeof quotaKeys]] as const)
    .filter(([key, value]) => current[key] !== value);
  return Object.fromEntries(changes);
}

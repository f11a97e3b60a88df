import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import {
  AclOperations,
  AclPermissionTypes,
  alterClientQuotasV1,
  alterUserScramCredentialsV0,
  type Acl as BrokerAcl,
  ClientQuotaMatchTypes,
  createAclsV3,
  deleteAclsV3,
  describeAclsV3,
  describeClientQuotasV0,
  describeUserScramCredentialsV0,
  ResourcePatternTypes,
  ResourceTypes,
  ScramMechanisms,
} from '@platformatic/kafka';
import type { KafkaAccess } from './access.ts';
import { createKafkaConnection, type KafkaConnection } from './connection.ts';
import { findRefusal } from './library-errors.ts';

export type AclOperation =
  | 'Read'
  | 'Write'
  | 'Create'
  | 'Delete'
  | 'Alter'
  | 'Describe'
  | 'ClusterAction'
  | 'AlterConfigs'
  | 'DescribeConfigs'
  | 'IdempotentWrite'
  | 'All';

/** One rule as the broker keeps it. */
export interface Acl {
  readonly type: 'allow' | 'deny';
  readonly resourceType: 'topic' | 'group' | 'cluster' | 'transactionalId';
  readonly resourceName: string;
  readonly patternType: 'literal' | 'prefix';
  readonly operation: AclOperation;
  readonly host: string;
}

/** Quotas by Kafka's key: `producer_byte_rate`. */
export type Quotas = Readonly<Record<string, number>>;

export interface UserDescription {
  /** Whether there are SCRAM-SHA-512 credentials. */
  readonly hasPassword: boolean;
  readonly acls: readonly Acl[];
  readonly quotas: Quotas;
}

/** Administration of users. Refusals and brokers that do not answer reject with a `KafkaError`. */
export interface KafkaUserClient {
  /** Names of all that have a password, rules or quotas. */
  listUsers(): Promise<readonly string[]>;
  describeUser(name: string): Promise<UserDescription>;
  /** SCRAM-SHA-512 credentials; `undefined` takes them away. */
  setPassword(name: string, password: string | undefined): Promise<void>;
  addAcls(name: string, acls: readonly Acl[]): Promise<void>;
  removeAcls(name: string, acls: readonly Acl[]): Promise<void>;
  /** `undefined` values are taken away. */
  setQuotas(name: string, quotas: Readonly<Record<string, number | undefined>>): Promise<void>;
  close(): Promise<void>;
}

/** As Kafka's own tools do. */
const iterations = 4096;

export function createKafkaUserClient(access: KafkaAccess): KafkaUserClient {
  const connection = createKafkaConnection(access);
  return {
    async listUsers() {
      const [passwords, acls, quotas] = await Promise.all([
        connection.ask(describeUserScramCredentialsV0.api, []),
        connection.ask(describeAclsV3.api, { ...anyAcl, principal: null }),
        connection.ask(
          describeClientQuotasV0.api,
          [{ entityType: 'user', matchType: ClientQuotaMatchTypes.ANY }],
          false,
        ),
      ]);
      refuseFirst([passwords, quotas]);
      refuseFirst([acls], ['SECURITY_DISABLED']);
      const principals = acls.resources.flatMap((resource) =>
        resource.acls.map(({ principal }) => principal),
      );
      const entities = quotas.entries.flatMap(({ entity }) => entity.map(({ entityName }) => entityName));
      const names = [
        ...passwords.results.map(({ user }) => user),
        ...principals.filter((name) => name.startsWith('User:')).map((name) => name.slice('User:'.length)),
        ...entities.filter((name): name is string => typeof name === 'string'),
      ];
      return [...new Set(names)].filter((name) => name !== '*').sort();
    },
    async describeUser(name) {
      const [hasPassword, acls, quotas] = await Promise.all([
        findPassword(connection, name),
        describeAcls(connection, name),
        describeQuotas(connection, name),
      ]);
      return { hasPassword, acls, quotas };
    },
    async setPassword(name, password) {
      const mechanism = ScramMechanisms.SCRAM_SHA_512;
      const salt = randomBytes(24);
      const deletions = password === undefined ? [{ name, mechanism }] : [];
      const upsertions =
        password === undefined
          ? []
          : [{ name, mechanism, iterations, salt, saltedPassword: await saltPassword(password, salt) }];
      const answer = await connection.askController(alterUserScramCredentialsV0.api, deletions, upsertions);
      refuseFirst(answer.results, ['RESOURCE_NOT_FOUND']);
    },
    async addAcls(name, acls) {
      const creations = acls.map((acl) => toBrokerAcl(name, acl));
      const answer = await connection.askController(createAclsV3.api, creations);
      refuseFirst(answer.results);
    },
    async removeAcls(name, acls) {
      const filters = acls.map((acl) => toBrokerAcl(name, acl));
      const answer = await connection.askController(deleteAclsV3.api, filters);
      refuseFirst(answer.filterResults);
    },
    async setQuotas(name, quotas) {
      const ops = Object.entries(quotas).map(([key, value]) =>
        value === undefined ? { key, remove: true } : { key, value, remove: false },
      );
      const entries = [{ entities: [{ entityType: 'user', entityName: name }], ops }] as Parameters<
        typeof alterClientQuotasV1.createRequest
      >[0];
      const answer = await connection.askController(alterClientQuotasV1.api, entries, false);
      refuseFirst(answer.entries);
    },
    close: () => connection.close(),
  };
}

/** RFC 5802's `Hi`: what the broker keeps and clients derive from the password. */
async function saltPassword(password: string, salt: Buffer): Promise<Buffer> {
  return promisify(pbkdf2)(password, salt, iterations, 64, 'sha512');
}

interface AnsweredItem {
  readonly errorCode: number;
  readonly errorMessage?: string | null | undefined;
}

function refuseFirst(items: readonly AnsweredItem[], harmless: readonly string[] = []): void {
  for (const { errorCode, errorMessage } of items) {
    const refusal = findRefusal(errorCode, errorMessage);
    if (refusal !== undefined && !harmless.includes(refusal.code)) throw refusal;
  }
}

async function findPassword(connection: KafkaConnection, name: string): Promise<boolean> {
  const answer = await connection.ask(describeUserScramCredentialsV0.api, [{ name }]);
  refuseFirst([answer, ...answer.results], ['RESOURCE_NOT_FOUND']);
  return answer.results.some(({ credentialInfos }) =>
    credentialInfos.some(({ mechanism }) => mechanism === ScramMechanisms.SCRAM_SHA_512),
  );
}

const anyAcl = {
  resourceType: ResourceTypes.ANY,
  resourceName: null,
  resourcePatternType: ResourcePatternTypes.ANY,
  host: null,
  operation: AclOperations.ANY,
  permissionType: AclPermissionTypes.ANY,
} as const;

async function describeAcls(connection: KafkaConnection, name: string): Promise<readonly Acl[]> {
  const answer = await connection.ask(describeAclsV3.api, { ...anyAcl, principal: `User:${name}` });
  // Without an authorizer there are no rules.
  refuseFirst([answer], ['SECURITY_DISABLED']);
  return answer.resources.flatMap(({ acls, ...target }) =>
    acls.flatMap((permission) => fromBrokerAcl({ ...target, ...permission }) ?? []),
  );
}

async function describeQuotas(connection: KafkaConnection, name: string): Promise<Quotas> {
  const answer = await connection.ask(
    describeClientQuotasV0.api,
    [{ entityType: 'user', matchType: ClientQuotaMatchTypes.EXACT, match: name }],
    true,
  );
  refuseFirst([answer]);
  const values = answer.entries.flatMap((entry) => entry.values);
  return Object.fromEntries(values.map(({ key, value }) => [key, value]));
}

const operations: Readonly<Record<AclOperation, number>> = {
  Read: AclOperations.READ,
  Write: AclOperations.WRITE,
  Create: AclOperations.CREATE,
  Delete: AclOperations.DELETE,
  Alter: AclOperations.ALTER,
  Describe: AclOperations.DESCRIBE,
  ClusterAction: AclOperations.CLUSTER_ACTION,
  AlterConfigs: AclOperations.ALTER_CONFIGS,
  DescribeConfigs: AclOperations.DESCRIBE_CONFIGS,
  IdempotentWrite: AclOperations.IDEMPOTENT_WRITE,
  All: AclOperations.ALL,
};
const resourceTypes: Readonly<Record<Acl['resourceType'], number>> = {
  topic: ResourceTypes.TOPIC,
  group: ResourceTypes.GROUP,
  cluster: ResourceTypes.CLUSTER,
  transactionalId: ResourceTypes.TRANSACTIONAL_ID,
};
const patternTypes: Readonly<Record<Acl['patternType'], number>> = {
  literal: ResourcePatternTypes.LITERAL,
  prefix: ResourcePatternTypes.PREFIXED,
};
const permissionTypes: Readonly<Record<Acl['type'], number>> = {
  allow: AclPermissionTypes.ALLOW,
  deny: AclPermissionTypes.DENY,
};

function toBrokerAcl(user: string, acl: Acl): BrokerAcl {
  return {
    resourceType: resourceTypes[acl.resourceType],
    resourceName: acl.resourceName,
    resourcePatternType: patternTypes[acl.patternType],
    principal: `User:${user}`,
    host: acl.host,
    operation: operations[acl.operation],
    permissionType: permissionTypes[acl.type],
  } as BrokerAcl;
}

/** `undefined` for a rule of a kind that no KafkaUser can declare: it is nobody's here. */
function fromBrokerAcl(acl: BrokerAcl): Acl | undefined {
  const operation = keyOf(operations, acl.operation);
  const resourceType = keyOf(resourceTypes, acl.resourceType);
  const patternType = keyOf(patternTypes, acl.resourcePatternType);
  const type = keyOf(permissionTypes, acl.permissionType);
  if (
    operation === undefined ||
    resourceType === undefined ||
    patternType === undefined ||
    type === undefined
  ) {
    return undefined;
  }
  return { type, resourceType, resourceName: acl.resourceName, patternType, operation, host: acl.host };
}

function keyOf<K extends string>(names: Readonly<Record<K, number>>, value: number): K | undefined {
  return (Object.keys(names) as K[]).find((key) => names[key] === value);
}

import { KafkaError } from './kafka-error.ts';
import type { Acl, KafkaUserClient, Quotas } from './user-client.ts';

interface FakeUser {
  password: string | undefined;
  acls: readonly Acl[];
  quotas: Quotas;
}

/** The users of a broker in memory. */
export interface FakeKafkaUsers extends KafkaUserClient {
  readonly users: Map<string, FakeUser>;
  /** Every call that changes something, in order, without passwords. */
  readonly calls: string[];
  /** Whether the broker answers. */
  answers: boolean;
}

export function createFakeKafkaUsers(): FakeKafkaUsers {
  const users = new Map<string, FakeUser>();
  const calls: string[] = [];
  const find = (name: string): FakeUser => users.get(name) ?? { password: undefined, acls: [], quotas: {} };
  const same = (one: Acl) => (other: Acl) => JSON.stringify(one) === JSON.stringify(other);
  const change = (name: string, call: string, changes: Partial<FakeUser>) => {
    calls.push(`${call} ${name}`);
    const user = { ...find(name), ...changes };
    const isNothing =
      user.password === undefined && user.acls.length === 0 && Object.keys(user.quotas).length === 0;
    if (isNothing) users.delete(name);
    else users.set(name, user);
  };
  const answer = () => {
    if (!fake.answers) throw new KafkaError('UNREACHABLE', 'no broker answers', true);
  };

  const fake: FakeKafkaUsers = {
    users,
    calls,
    answers: true,
    async listUsers() {
      answer();
      return [...users.keys()].sort();
    },
    async describeUser(name) {
      answer();
      const { password, acls, quotas } = find(name);
      return { hasPassword: password !== undefined, acls, quotas };
    },
    async setPassword(name, password) {
      answer();
      change(name, password === undefined ? 'delete password' : 'set password', { password });
    },
    async addAcls(name, acls) {
      answer();
      change(name, `add ${acls.length} acls`, { acls: [...find(name).acls, ...acls] });
    },
    async removeAcls(name, acls) {
      answer();
      const left = find(name).acls.filter((acl) => !acls.some(same(acl)));
      change(name, `remove ${acls.length} acls`, { acls: left });
    },
    async setQuotas(name, quotas) {
      answer();
      const merged = Object.entries({ ...find(name).quotas, ...quotas });
      const left = merged.filter((entry): entry is [string, number] => entry[1] !== undefined);
      change(name, 'set quotas', { quotas: Object.fromEntries(left) });
    },
    close: async () => undefined,
  };
  return fake;
}

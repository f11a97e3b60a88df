import type { ApiClient } from '../apiclient/client.ts';
import { toApiError } from '../apiclient/http-client.ts';

/** API group of what the platform keeps for teams beside Kubernetes' objects: roles grant rights on it as on any other. */
export const platformGroup = 'sdp.internal';

/** A right on what the platform keeps, in the words of RBAC; without a namespace, at the cluster's scope. */
export interface PlatformRight {
  readonly verb: 'get' | 'create' | 'update' | 'delete';
  readonly resource: 'terraformstates' | 'artifacts';
  readonly namespace?: string | undefined;
  readonly name?: string;
}

/** Asks the platform's API about the bearers of its tokens; what it refuses is an `ApiError`. */
export interface Bearers {
  /** The user's name; undefined for a token that the API does not take. */
  identify(token: string): Promise<string | undefined>;
  mayDo(token: string, right: PlatformRight): Promise<boolean>;
}

/** `client` shows no credentials of its own. */
export function createBearers(client: () => ApiClient): Bearers {
  const review = async <T>(
    token: string,
    api: string,
    kind: string,
    spec?: object,
  ): Promise<T | undefined> => {
    const path = `/apis/${api}/v1/${kind.toLowerCase()}s`;
    const answer = await client().request('POST', path, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ apiVersion: `${api}/v1`, kind, ...(spec !== undefined && { spec }) }),
    });
    const text = await answer.text();
    if (answer.status === 401) return undefined;
    if (answer.status >= 400) throw toApiError(answer.status, text, `POST ${path}`);
    return (JSON.parse(text) as { status: T }).status;
  };
  // What no token has would end a header, or the request.
  const isToken = (token: string) => /^[\w.~+/=-]+$/.test(token);
  return {
    async identify(token) {
      if (!isToken(token)) return undefined;
      const answer = await review<{ userInfo: { username: string } }>(
        token,
        'authentication.k8s.io',
        'SelfSubjectReview',
      );
      return answer?.userInfo.username;
    },
    async mayDo(token, right) {
      if (!isToken(token)) return false;
      const spec = { resourceAttributes: { group: platformGroup, ...right } };
      const answer = await review<{ allowed?: boolean }>(
        token,
        'authorization.k8s.io',
        'SelfSubjectAccessReview',
        spec,
      );
      return answer?.allowed === true;
    },
  };
}

/** The namespace of a ServiceAccount by its user's name. */
export function namespaceOfUser(user: string): string | undefined {
  return /^system:serviceaccount:([^:]+):[^:]+$/.exec(user)?.[1];
}

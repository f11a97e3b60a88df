import type { Credential, CredentialSource } from './api-access.ts';

export interface Renewal {
  readonly credential: Credential;
  /** Milliseconds since 1970; infinite when it is not known to run out. */
  readonly until: number;
}

/** Keeps a credential until it runs out or is refused; all who ask meanwhile wait for one renewal. */
export function createCredentialSource(
  renew: () => Promise<Renewal>,
  now: () => number = Date.now,
): CredentialSource {
  let current: Renewal | undefined;
  let renewing: Promise<Renewal> | undefined;
  const start = async () => {
    try {
      current = await renew();
      return current;
    } finally {
      // A failure is not kept: the next request may find the user logged in.
      renewing = undefined;
    }
  };
  return {
    async get() {
      if (current !== undefined && current.until > now()) return current.credential;
      renewing ??= start();
      return (await renewing).credential;
    },
    discard(refused) {
      // Another request may have noticed before.
      if (current?.credential === refused) current = undefined;
    },
  };
}

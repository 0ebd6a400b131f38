import type { Account } from './accounts.ts';
import type { Ids } from './ids.ts';

/** A pair of keys that somebody may sign with. */
export interface AccessKey {
  access: string;
  secret: string;
  /** Of a temporary key. */
  securityToken?: string;
  account: Account;
  projects: readonly string[];
  /** Epoch milliseconds; null for one that is good for ever. */
  expiresAt: number | null;
}

export type TemporaryKey = AccessKey & { securityToken: string; expiresAt: number };

export interface Keys {
  find(access: string): AccessKey | undefined;
  issue(account: Account, projects: readonly string[], lifeMs: number): TemporaryKey;
  /** Forgets those that were issued. */
  clear(): void;
}

export function createKeys(accounts: readonly Account[], ids: Ids, clock: () => number): Keys {
  const permanent = new Map(
    accounts.flatMap((account) =>
      account.accessKeys.map((key): [string, AccessKey] => [
        key.access,
        { ...key, account, projects: account.projects.map(({ id }) => id), expiresAt: null },
      ]),
    ),
  );
  const issued = new Map<string, AccessKey>();

  return {
    find: (access) => permanent.get(access) ?? issued.get(access),
    issue(account, projects, lifeMs) {
      const key = { ...ids.key(), account, projects, expiresAt: clock() + lifeMs };
      issued.set(key.access, key);
      return key;
    },
    clear: () => issued.clear(),
  };
}

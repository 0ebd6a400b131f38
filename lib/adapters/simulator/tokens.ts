import type { Account } from './accounts.ts';
import type { Ids } from './ids.ts';

/** Who holds a token: for one project, or for none (a domain-scoped token). */
export interface Holder {
  account: Account;
  projectId: string | null;
}

/** `updated`: it was a token, but expired or was revoked and has to be renewed. */
export type TokenCheck = ({ state: 'good' } & Holder) | { state: 'updated' | 'unknown' };

export interface Tokens {
  issue(holder: Holder): { token: string; issuedAt: number; expiresAt: number };
  check(token: string): TokenCheck;
  /** Every token issued so far dies, as when a password is changed; answers how many were alive. */
  revoke(): number;
  clear(): void;
}

export function createTokens(ids: Ids, lifeMs: number, clock: () => number): Tokens {
  const issued = new Map<string, Holder & { expiresAt: number; revoked: boolean }>();
  const alive = (token: { expiresAt: number; revoked: boolean }): boolean =>
    !token.revoked && clock() < token.expiresAt;

  return {
    issue({ account, projectId }) {
      const token = ids.token();
      const issuedAt = clock();
      const expiresAt = issuedAt + lifeMs;
      issued.set(token, { account, projectId, expiresAt, revoked: false });
      return { token, issuedAt, expiresAt };
    },
    check(token) {
      const found = issued.get(token);
      if (!found) return { state: 'unknown' };
      const { account, projectId } = found;
      return alive(found) ? { state: 'good', account, projectId } : { state: 'updated' };
    },
    revoke() {
      const living = [...issued.values()].filter(alive);
      for (const token of living) token.revoked = true;
      return living.length;
    },
    clear: () => issued.clear(),
  };
}

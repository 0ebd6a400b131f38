import {
  isExpired,
  isSecretOf,
  mintToken,
  readToken,
  type Token,
  type TokenSpec,
} from '../../core/access/token.ts';
import type { Clock, Table } from '../../ports.ts';

export type { Token, TokenSpec };

export interface Tokens {
  /** `text` is the only copy of the token: it is shown once and stored nowhere. */
  create(spec: TokenSpec): Promise<{ token: Token; text: string }>;
  /** What a text that came in is worth. */
  verify(text: string): Promise<{ ok: true; token: Token } | { ok: false; why: 'unknown' | 'expired' }>;
  remove(id: string): Promise<boolean>;
}

export function createTokens(
  table: Table<Token>,
  { clock, random }: { clock: Clock; random: (bytes: number) => Buffer },
): Tokens {
  return {
    async create(spec) {
      const { token, text } = mintToken(spec, clock(), random);
      const [stored] = await table.create([token]);
      // 64 random bits met before: never seen, and then it must not be somebody else's token.
      if (stored?.outcome !== 'created') throw new Error('the id of the new token is taken; try again');
      return { token: stored.row, text };
    },
    async verify(text) {
      const read = readToken(text);
      if (!read) return { ok: false, why: 'unknown' };
      const token = await table.get(read.id);
      if (!isSecretOf(token, read.secret) || !token) return { ok: false, why: 'unknown' };
      return isExpired(token, clock()) ? { ok: false, why: 'expired' } : { ok: true, token };
    },
    async remove(id) {
      const row = await table.get(id);
      return row !== null && (await table.remove(row)) === 'removed';
    },
  };
}

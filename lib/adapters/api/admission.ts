import { hasScope, type Token } from '../../core/access/token.ts';
import { createBuckets, type Buckets } from './buckets.ts';
import type { ApiDeps } from './deps.ts';
import { refuse, type Refusal } from './problem.ts';
import type { Route } from './route.ts';
import { createTokens, type Tokens } from './tokens.ts';

/** Of one token: a script that pages and a person that clicks never notice, a loop gone wild does. */
const BURST = 100;
const PER_SECOND = 20;

/** Who is let in. Whatever way somebody comes, it is the same gate: a token has one bucket. */
export interface Gate {
  tokens: Tokens;
  buckets: Buckets;
}

export const createGate = ({
  store,
  clock,
  random,
  limits,
}: Pick<ApiDeps, 'store' | 'clock' | 'random' | 'limits'>): Gate => ({
  tokens: createTokens(store.tokens, { clock, random }),
  buckets: createBuckets(clock, {
    burst: limits?.burst ?? BURST,
    perSecond: limits?.perSecond ?? PER_SECOND,
  }),
});

/** The caller's token, or why the request is refused. In this order: token, rate, scope. Null: this route needs no token. */
export async function admit(
  gate: Gate,
  route: Route,
  authorization: string | null,
): Promise<Token | null | Refusal> {
  if (route.scope === null) return null;
  // Who signs is known by that; all who do have one bucket, so that strangers slow down nobody else.
  if (route.signed && !authorization) return paced(gate, { key: 'signed' });
  const [, text] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (!text) return unauthorized('Send a token: Authorization: Bearer jct_...');
  const verified = await gate.tokens.verify(text);
  if (!verified.ok) {
    return unauthorized(verified.why === 'expired' ? 'This token has expired.' : 'This token is not known.');
  }
  const { token } = verified;
  return paced(gate, token) ?? mayNot(token, route) ?? token;
}

/** Why the token has to wait; null: it need not. */
export function paced({ buckets }: Gate, token: Pick<Token, 'key'>): Refusal | null {
  const waitMs = buckets.take(token.key);
  if (waitMs > 0) {
    const seconds = Math.ceil(waitMs / 1_000);
    return refuse('rate_limited', `Ask again in ${seconds} s.`, {
      headers: { 'retry-after': String(seconds) },
    });
  }
  return null;
}

/** Why a token may not call a route; null: it may. */
export function mayNot(token: Token, route: Route): Refusal | null {
  if (route.scope === null) return null;
  if (!hasScope(token, route.scope)) {
    return refuse(
      'forbidden',
      `This needs the scope ${route.scope}; the token has ${token.scopes.join(', ')}.`,
    );
  }
  if (token.projects !== null && route.limited === 'refused') {
    return refuse('forbidden', 'The token is limited to projects, and this concerns all of them.');
  }
  return null;
}

export const unauthorized = (detail: string): Refusal =>
  refuse('unauthorized', detail, { headers: { 'www-authenticate': 'Bearer realm="jobchime"' } });

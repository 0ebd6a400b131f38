import { hasScope, type Token } from '../../core/access/token.ts';
import type { Buckets } from './buckets.ts';
import { refuse, type Refusal } from './problem.ts';
import type { Route } from './routes.ts';
import type { Tokens } from './tokens.ts';

/** The caller's token, or why the request is refused. In this order: token, rate, scope. Null: this route needs no token. */
export async function admit(
  { tokens, buckets }: { tokens: Tokens; buckets: Buckets },
  route: Route,
  authorization: string | null,
): Promise<Token | null | Refusal> {
  if (route.scope === null) return null;
  const [, text] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (!text) return unauthorized('Send a token: Authorization: Bearer jct_...');
  const verified = await tokens.verify(text);
  if (!verified.ok) {
    return unauthorized(verified.why === 'expired' ? 'This token has expired.' : 'This token is not known.');
  }
  const { token } = verified;
  const waitMs = buckets.take(token.key);
  if (waitMs > 0) {
    const seconds = Math.ceil(waitMs / 1_000);
    return refuse('rate_limited', `Ask again in ${seconds} s.`, {
      headers: { 'retry-after': String(seconds) },
    });
  }
  if (!hasScope(token, route.scope)) {
    return refuse(
      'forbidden',
      `This needs the scope ${route.scope}; the token has ${token.scopes.join(', ')}.`,
    );
  }
  if (token.projects !== null && route.limited === 'refused') {
    return refuse('forbidden', 'The token is limited to projects, and this concerns all of them.');
  }
  return token;
}

const unauthorized = (detail: string): Refusal =>
  refuse('unauthorized', detail, { headers: { 'www-authenticate': 'Bearer realm="jobchime"' } });

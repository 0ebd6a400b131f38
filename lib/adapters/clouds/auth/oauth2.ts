import * as z from 'zod';
import { lazily } from '../../../core/lazily.ts';
import type { Trouble } from '../../../core/jobs/observation.ts';
import type { Secret } from '../../../core/notify/subscription.ts';
import type { OAuth2Auth } from '../../../core/origin-config.ts';
import type { Faults } from '../../../core/dialect.ts';
import { faultOf, type Answer } from '../fault.ts';
import { parseExactly } from '../json.ts';
import { proof, type Auth } from './auth.ts';
import { refusalOf } from './iam.ts';
import { basicOf } from './own.ts';
import { lifeOf, type Grant, type Renewed } from './renewed.ts';
import type { TokenDeps } from './tokens.ts';

/** The errors of RFC 6749, section 5.2, and those that servers add. */
const FAULTS: Faults = {
  codes: {
    denied: [
      'invalid_client',
      'invalid_grant',
      'unauthorized_client',
      'unsupported_grant_type',
      'invalid_scope',
      'invalid_request',
      'access_denied',
    ],
    throttled: ['slow_down', 'too_many_requests'],
    unavailable: ['temporarily_unavailable', 'server_error'],
  },
  gateway: false,
};

const granted = z.object({
  access_token: z.string().min(1),
  token_type: z.string().optional(),
  expires_in: z.union([z.number(), z.string().regex(/^\d{1,9}$/)]).optional(),
});

/** Tokens for a client, by its own credentials. */
export function clientTokens(
  auth: OAuth2Auth,
  { transport, secrets }: TokenDeps,
): (signal?: AbortSignal) => Promise<Grant<Secret> | Trouble> {
  const { tokenUrl, clientId, clientSecret, scope, audience, inBody } = auth;
  // Section 2.3.1: both are encoded as in a form before they are joined.
  const encoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);
  const basic = lazily(() => ({
    authorization: `Basic ${basicOf(encoded(clientId), encoded(clientSecret()), secrets)}`,
  }));
  return async (signal) => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      ...(scope && { scope }),
      ...(audience && { audience }),
      ...(inBody && { client_id: clientId, client_secret: clientSecret() }),
    });
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      ...(inBody ? {} : basic()),
    };
    const sent = await transport(new URL(tokenUrl), {
      method: 'post',
      headers,
      body: form.toString(),
      ...(signal && { signal }),
    });
    return sent.kind === 'answer' ? tokenIn(sent.answer, secrets) : sent;
  };
}

function tokenIn(answer: Answer, secrets: TokenDeps['secrets']): Grant<Secret> | Trouble {
  const { data } = answer.status === 200 ? granted.safeParse(parseExactly(answer.body)) : {};
  if (!data) return refusalOf(answer, faultOf(answer, FAULTS));
  const { access_token, token_type = 'bearer', expires_in } = data;
  if (token_type.toLowerCase() !== 'bearer')
    return { kind: 'malformed', detail: `HTTP 200: the token is not of type Bearer` };
  const value = secrets.add(access_token);
  const seconds = Number(expires_in ?? 0);
  const expires = seconds > 0 ? new Date(answer.at + seconds * 1_000).toISOString() : undefined;
  return { kind: 'grant', value, secrets: [value], ...lifeOf(answer.at, expires, undefined) };
}

/** Sends the present token. */
export const renewedBearerAuth = (tokens: Renewed<Secret>): Auth => ({
  async prove({ signal }) {
    const got = await tokens.present(signal);
    return got.kind === 'grant' ? proof({ authorization: `Bearer ${got.value()}` }) : got;
  },
  refused: ({ headers }) => tokens.refused((held) => `Bearer ${held()}` === headers['authorization']),
});

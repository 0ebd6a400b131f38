import * as z from 'zod';
import type { Trouble } from '../../jobs/observation.ts';
import type { Secrets } from '../../platform/secrets.ts';
import type { Secret } from '../../notify/subscription.ts';
import type { Clock } from '../../ports.ts';
import { faultOf, type Answer } from '../fault.ts';
import { parseJson } from '../json.ts';
import type { Named, PasswordAuth } from '../origin-config.ts';
import { parseTime } from '../times.ts';
import type { Transport } from '../transport.ts';
import { proof, type Auth } from './auth.ts';

interface Token {
  kind: 'token';
  value: Secret;
  issuedAt: number;
  /** From here on it is renewed while it still holds. */
  renewAt: number;
  expiresAt: number;
}

const MINUTE = 60_000;
/** Tokens live 24 h. Where the answer does not say so, an hour is safe. */
const DEFAULT_LIFE = 60 * MINUTE;
/** Renewed this long before the end, or a tenth of its life where that is less. */
const RENEW_BEFORE = 10 * MINUTE;
/** One that is refused sooner is not refused for its age: a new one would be refused too. */
const YOUNGEST_REFUSED = MINUTE;
/** After a failure IAM is left alone for a while: 500 jobs must not each ask it again. */
const FAILURE_HOLDS = MINUTE / 2;
/** A wrong password is tried three times in a quarter of an hour, since accounts are locked after some more. */
const DENIAL_HOLDS = 5 * MINUTE;

/**
 * Fetches tokens from IAM and keeps the present one. However many ask at once, one question is under way. While the
 * old token holds, trouble with IAM is not felt.
 */
export function passwordAuth(
  auth: PasswordAuth,
  projectId: string,
  deps: { transport: Transport; secrets: Pick<Secrets, 'add' | 'forget'>; clock: Clock },
): Auth {
  const { transport, secrets, clock } = deps;
  const url = new URL(`${auth.iam.replace(/\/+$/, '')}/v3/auth/tokens?nocatalog=true`);
  let token: Token | null = null;
  let former: Token | null = null;
  let failure: { trouble: Trouble; until: number } | null = null;
  let asking: Promise<Token | Trouble> | null = null;

  /** The one before last is forgotten, not the last: questions with it may still be under way. */
  const keep = (next: Token): void => {
    if (former) secrets.forget(former.value);
    former = token;
    token = next;
  };

  const renew = async (): Promise<Token | Trouble> => {
    const sent = await transport(url, { method: 'post', json: question(auth, projectId) });
    const got = sent.kind === 'answer' ? tokenIn(sent.answer, projectId, secrets) : sent;
    if (got.kind === 'token') {
      failure = null;
      keep(got);
      return got;
    }
    const trouble = { ...got, detail: `IAM: ${got.detail}` };
    const holds = got.kind === 'denied' ? DENIAL_HOLDS : FAILURE_HOLDS;
    failure = { trouble, until: clock() + Math.max(holds, trouble.retryAfterMs ?? 0) };
    return trouble;
  };

  const present = async (): Promise<Token | Trouble> => {
    if (token && clock() < token.renewAt) return token;
    const holds = token && clock() < token.expiresAt ? token : null;
    if (failure && clock() < failure.until) return holds ?? failure.trouble;
    asking ??= renew().finally(() => (asking = null));
    const got = await asking;
    return got.kind === 'token' ? got : (holds ?? got);
  };

  return {
    async prove() {
      const got = await present();
      return got.kind === 'token' ? proof({ 'x-auth-token': got.value() }) : got;
    },
    refused({ headers }) {
      // Another question met the same and has already seen to it.
      if (!token || headers['x-auth-token'] !== token.value()) return true;
      if (clock() - token.issuedAt < YOUNGEST_REFUSED) return false;
      token = { ...token, renewAt: 0, expiresAt: 0 };
      return true;
    },
  };
}

function question({ user, domain, password }: PasswordAuth, projectId: string): object {
  const who = typeof user === 'string' ? { name: user, domain: named(domain) } : user;
  return {
    auth: {
      identity: { methods: ['password'], password: { user: { ...who, password: password() } } },
      scope: { project: { id: projectId } },
    },
  };
}

const named = (it: Named): object => (typeof it === 'string' ? { name: it } : it);

const granted = z.object({
  token: z.object({
    expires_at: z.string().optional(),
    project: z.object({ id: z.string() }).optional(),
  }),
});

function tokenIn(answer: Answer, projectId: string, secrets: Pick<Secrets, 'add'>): Token | Trouble {
  const value = answer.headers['x-subject-token'];
  if (answer.status !== 201 || !value) return refusal(answer);
  const { data } = granted.safeParse(parseJson(answer.body));
  const project = data?.token.project?.id ?? projectId;
  if (project !== projectId) return { kind: 'denied', detail: `the token is for project ${project}` };
  const said = parseTime(data?.token.expires_at ?? '');
  const expiresAt = said ? Date.parse(said) : answer.at + DEFAULT_LIFE;
  const early = Math.min(RENEW_BEFORE, (expiresAt - answer.at) / 10);
  return {
    kind: 'token',
    value: secrets.add(value),
    issuedAt: answer.at,
    renewAt: expiresAt - early,
    expiresAt,
  };
}

/** What IAM does not understand or find is the name, the account or the project it was given: credentials that do not fit. */
function refusal(answer: Answer): Trouble {
  const fault = faultOf(answer);
  const aboutUs = answer.status >= 400 && answer.status < 500;
  return fault.kind === 'not_found' || (fault.kind === 'malformed' && aboutUs)
    ? { kind: 'denied', detail: fault.detail }
    : fault;
}

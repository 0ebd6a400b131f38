import * as z from 'zod';
import type { Trouble } from '../../../core/jobs/observation.ts';
import { parseExactly } from '../json.ts';
import type { Agency, Keys } from '../../../core/origin-config.ts';
import { createSigner, type Auth, type Signing } from './auth.ts';
import { askIam, iamUrl } from './iam.ts';
import { lifeOf, type Grant, type Renewed } from './renewed.ts';
import type { Scope, TokenDeps } from './tokens.ts';

/** 15 minutes to 24 hours are allowed. An hour needs few requests to IAM, and ends soon after the agency is removed. */
const LIFE_SECONDS = 3_600;

const granted = z.object({
  credential: z.object({
    access: z.string().min(1),
    secret: z.string().min(1),
    securitytoken: z.string().min(1),
    expires_at: z.string().optional(),
  }),
});

/** Temporary keys of an agency, for whom `caller` stands: with keys or with a token. */
export function agencyKeys(
  iam: string,
  agency: Agency,
  scope: Scope,
  caller: Auth,
  { transport, secrets }: TokenDeps,
): (signal?: AbortSignal) => Promise<Grant<Keys> | Trouble> {
  const url = iamUrl(iam, '/v3.0/OS-CREDENTIAL/securitytokens');
  const assume_role = {
    agency_name: agency.name,
    domain_name: agency.domain,
    duration_seconds: LIFE_SECONDS,
  };
  const content = { auth: { identity: { methods: ['assume_role'], assume_role }, scope } };

  return async (signal) => {
    const got = await askIam(transport, url, content, { caller, signal });
    if (got.kind !== 'granted') return got;
    const { data } = granted.safeParse(parseExactly(got.answer.body));
    if (!data) return { kind: 'malformed', detail: 'the answer has no temporary keys' };
    const { access, secret, securitytoken, expires_at } = data.credential;
    const value = {
      accessKey: secrets.add(access),
      secretKey: secrets.add(secret),
      securityToken: secrets.add(securitytoken),
    };
    const issued = new Date(got.answer.headers.date ?? Number.NaN);
    const issuedAt = Number.isNaN(issued.getTime()) ? undefined : issued.toISOString();
    return {
      kind: 'grant',
      value,
      secrets: Object.values(value),
      ...lifeOf(got.answer.at, expires_at, issuedAt),
    };
  };
}

/** Signs with the present keys. */
export function renewedKeyAuth(keys: Renewed<Keys>, signing: Signing): Auth {
  const sign = createSigner(signing);
  return {
    async prove(request) {
      const got = await keys.present(request.signal);
      return got.kind === 'grant' ? sign(got.value, request) : got;
    },
    refused: ({ headers }) => keys.refused((held) => held.securityToken?.() === headers['x-security-token']),
  };
}

import * as z from 'zod';
import type { Trouble } from '../../../core/jobs/observation.ts';
import type { Secrets } from '../../platform/secrets.ts';
import type { Secret } from '../../../core/notify/subscription.ts';
import type { Answer } from '../fault.ts';
import { parseExactly } from '../json.ts';
import type { Agency, KeystoneAuth, Named, PasswordAuth } from '../../../core/origin-config.ts';
import type { Transport } from '../transport.ts';
import { proof, type Auth } from './auth.ts';
import { askIam, iamUrl, refusal, type Asking } from './iam.ts';
import { lifeOf, type Grant, type Renewed } from './renewed.ts';

export interface TokenDeps {
  transport: Transport;
  secrets: Pick<Secrets, 'add'>;
}
type Fetch = (signal?: AbortSignal) => Promise<Grant<Secret> | Trouble>;

/** What a token is valid for: one project, or the account as a whole, which assuming an agency needs. */
export type Scope = { project: { id: string } } | { domain: { id: string } | { name: string } };

/** Tokens of an IAM user. */
export function userTokens(
  { iam, user, domain, password }: Omit<PasswordAuth, 'kind' | 'agency'>,
  scope: Scope,
  deps: TokenDeps,
): Fetch {
  const who = typeof user === 'string' ? { name: user, domain: named(domain) } : user;
  return (signal) => {
    const identity = { methods: ['password'], password: { user: { ...who, password: password() } } };
    return fetchToken(iam, identity, scope, deps, { signal });
  };
}

/** Tokens of Keystone: of a user for the project, or of an application credential, which is for one project by itself. */
export const keystoneTokens = (auth: KeystoneAuth, projectId: string, deps: TokenDeps): Fetch => {
  const scope = { project: { id: projectId } };
  return 'user' in auth
    ? userTokens({ ...auth, iam: auth.url }, scope, deps)
    : (signal) => {
        const application_credential = { id: auth.applicationId, secret: auth.password() };
        const identity = { methods: ['application_credential'], application_credential };
        return fetchToken(auth.url, identity, scope, deps, { signal }, true);
      };
};

/** Tokens of an agency, for whom `caller` stands. */
export function agencyTokens(
  iam: string,
  agency: Agency,
  scope: Scope,
  caller: Auth,
  deps: TokenDeps,
): Fetch {
  const assume_role = { agency_name: agency.name, domain_name: agency.domain };
  return (signal) =>
    fetchToken(iam, { methods: ['assume_role'], assume_role }, scope, deps, { caller, signal });
}

async function fetchToken(
  iam: string,
  identity: object,
  scope: Scope,
  { transport, secrets }: TokenDeps,
  by: Asking,
  isScoped = false,
): Promise<Grant<Secret> | Trouble> {
  const url = iamUrl(iam, '/v3/auth/tokens?nocatalog=true');
  const got = await askIam(transport, url, { auth: { identity, ...(!isScoped && { scope }) } }, by);
  return got.kind === 'granted' ? tokenIn(got.answer, scope, secrets) : got;
}

export const named = (it: Named): { id: string } | { name: string } =>
  typeof it === 'string' ? { name: it } : it;

const granted = z.object({
  token: z.object({
    issued_at: z.string().optional(),
    expires_at: z.string().optional(),
    project: z.object({ id: z.string() }).optional(),
  }),
});

function tokenIn(answer: Answer, scope: Scope, secrets: Pick<Secrets, 'add'>): Grant<Secret> | Trouble {
  const text = answer.headers['x-subject-token'];
  if (!text) return refusal(answer);
  const { token } = granted.safeParse(parseExactly(answer.body)).data ?? {};
  const project = token?.project?.id;
  if ('project' in scope && project !== undefined && project !== scope.project.id) {
    return { kind: 'denied', detail: `the token is for project ${project}` };
  }
  const value = secrets.add(text);
  return {
    kind: 'grant',
    value,
    secrets: [value],
    ...lifeOf(answer.at, token?.expires_at, token?.issued_at),
  };
}

/** Sends the present token. */
export const renewedTokenAuth = (tokens: Renewed<Secret>): Auth => ({
  async prove({ signal }) {
    const got = await tokens.present(signal);
    return got.kind === 'grant' ? proof({ 'x-auth-token': got.value() }) : got;
  },
  refused: ({ headers }) => tokens.refused((held) => held() === headers['x-auth-token']),
});

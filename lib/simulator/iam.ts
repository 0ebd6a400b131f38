import * as z from 'zod';
import type { Account } from './accounts.ts';
import { iamError, json, unknownApi, type Answer, type Call } from './exchange.ts';
import { hexOf } from './ids.ts';
import type { Tokens } from './tokens.ts';

const named = z.object({ id: z.string().optional(), name: z.string().optional() });
const tokenRequest = z.object({
  auth: z.object({
    identity: z.object({
      methods: z.tuple([z.literal('password')]),
      password: z.object({
        user: z.object({
          name: z.string(),
          password: z.string(),
          domain: z.object({ name: z.string() }),
        }),
      }),
    }),
    scope: z.object({ project: named.optional(), domain: named.optional() }).optional(),
  }),
});

/** The part of IAM that hands out tokens: `POST /v3/auth/tokens` with the method `password`. `path` is without prefix. */
export function createIam(accounts: readonly Account[], tokens: Tokens) {
  return (call: Call, path: string): Answer => {
    if (call.method !== 'POST' || path !== '/v3/auth/tokens') return unknownApi(call);
    const asked = tokenRequest.safeParse(parseJson(call.body));
    if (!asked.success) return iamError(400, 'Bad Request', problemOf(asked.error));
    const { identity, scope } = asked.data.auth;
    const { name, password, domain } = identity.password.user;
    const account = accounts.find((one) => one.domain === domain.name && one.user === name);
    if (account?.password !== password) {
      return iamError(401, 'Unauthorized', 'The username or password is wrong.');
    }
    // With both scopes given the project wins.
    const wanted = scope?.project;
    const project = account.projects.find(({ id, name }) => id === wanted?.id || name === wanted?.name);
    if (wanted && !project)
      return iamError(401, 'Unauthorized', 'The project of the scope is not available.');
    const { token, issuedAt, expiresAt } = tokens.issue(project?.id ?? null);
    const owner = { id: hexOf('domain', account.domain), name: account.domain };
    const body = {
      methods: ['password'],
      issued_at: microseconds(issuedAt),
      expires_at: microseconds(expiresAt),
      user: { id: hexOf('user', account.domain, name), name, domain: owner, password_expires_at: '' },
      roles: [{ id: '0', name: 'te_admin' }],
      ...(project ? { project: { ...project, domain: owner } } : { domain: owner }),
    };
    return json(201, { token: body }, { 'x-subject-token': token });
  };
}

const microseconds = (at: number): string => new Date(at).toISOString().replace('Z', '000Z');

const problemOf = ({ issues: [first] }: z.ZodError): string =>
  first ? `${first.path.join('.') || 'The body'}: ${first.message}` : 'The body does not fit.';

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

import * as z from 'zod';
import { parseJson } from '../../../core/parse-json.ts';
import type { Account } from '../accounts.ts';
import type { Gate } from '../auth.ts';
import { iamError, json, type Answer, type Call } from '../exchange.ts';
import { hexOf } from '../ids.ts';
import type { Tokens } from '../tokens.ts';
import { baseOf, catalogOf } from './catalog.ts';
import { agency, assume, domainId, microseconds, problemOf, projectOf, scope } from './requests.ts';

const user = z.object({ name: z.string(), password: z.string(), domain: z.object({ name: z.string() }) });
const identity = z.union([
  z.object({ methods: z.tuple([z.literal('password')]), password: z.object({ user }) }),
  z.object({ methods: z.tuple([z.literal('assume_role')]), assume_role: agency }),
]);
const request = z.object({ auth: z.object({ identity, scope }) });

interface Parts {
  accounts: readonly Account[];
  tokens: Tokens;
  gate: Gate;
}

/** `POST /v3/auth/tokens` with the methods `password` and `assume_role`; the latter needs to know the caller. */
export function createTokenCall({ accounts, tokens, gate }: Parts) {
  return (call: Call): Answer => {
    const parsed = request.safeParse(parseJson(call.body.toString()));
    if (!parsed.success) return iamError(400, 'Bad Request', problemOf(parsed.error));
    const { identity, scope } = parsed.data.auth;
    const owner =
      'password' in identity ? byPassword(identity.password.user) : byAgency(call, identity.assume_role);
    if ('status' in owner) return owner;
    // With both scopes given the project wins.
    const project = projectOf(owner, scope?.project);
    if (scope?.project && !project)
      return iamError(401, 'Unauthorized', 'The project of the scope is not available.');
    const { token, issuedAt, expiresAt } = tokens.issue({ account: owner, projectId: project?.id ?? null });
    const domain = { id: domainId(owner.domain), name: owner.domain };
    const id = hexOf('user', owner.domain, owner.user);
    const body = {
      methods: identity.methods,
      issued_at: microseconds(issuedAt),
      expires_at: microseconds(expiresAt),
      user: { id, name: owner.user, domain, password_expires_at: '' },
      roles: [{ id: '0', name: 'te_admin' }],
      ...(project ? { project: { ...project, domain } } : { domain }),
      // It is long; a parameter of any value leaves it out.
      ...(new URLSearchParams(call.query).has('nocatalog')
        ? {}
        : { catalog: project ? catalogOf(baseOf(call), project.id) : [] }),
    };
    return json(201, { token: body }, { 'x-subject-token': token });
  };

  function byPassword({ name, password, domain }: z.output<typeof user>): Account | Answer {
    const account = accounts.find((one) => one.domain === domain.name && one.user === name);
    if (account?.password === password) return account;
    return iamError(401, 'Unauthorized', 'The username or password is wrong.');
  }

  function byAgency(call: Call, wanted: z.output<typeof agency>): Account | Answer {
    const caller = gate(call);
    if (!caller.admitted) return iamError(401, 'Unauthorized', 'The request requires authentication.');
    const assumed = assume(accounts, caller.account, wanted);
    if (assumed.account) return assumed.account;
    return assumed.why === 'unknown'
      ? iamError(404, 'Not Found', 'Could not find the agency.')
      : iamError(403, 'Forbidden', 'You are not authorized to assume the agency.');
  }
}

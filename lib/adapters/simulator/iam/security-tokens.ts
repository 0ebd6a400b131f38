import * as z from 'zod';
import { parseJson } from '../../../core/parse-json.ts';
import type { Account } from '../accounts.ts';
import type { Admission, Gate } from '../auth.ts';
import { iamCoded, json, type Answer, type Call } from '../exchange.ts';
import type { Keys } from '../keys.ts';
import { agency, assume, microseconds, problemOf, projectOf, scope } from './requests.ts';

/** 15 minutes to 24 hours. */
const duration_seconds = z.int().min(900).max(86_400).default(900);
const identity = z.union([
  z.object({
    methods: z.tuple([z.literal('token')]),
    token: z.object({ id: z.string().optional(), duration_seconds }).prefault({}),
  }),
  z.object({
    methods: z.tuple([z.literal('assume_role')]),
    assume_role: z.intersection(agency, z.object({ duration_seconds })),
  }),
]);
const request = z.object({ auth: z.object({ identity, scope }) });

interface Parts {
  accounts: readonly Account[];
  keys: Keys;
  gate: Gate;
}

/** `POST /v3.0/OS-CREDENTIAL/securitytokens`: temporary keys for the caller, or for an agency that it assumes. */
export function createSecurityTokenCall({ accounts, keys, gate }: Parts) {
  return (call: Call): Answer => {
    const parsed = request.safeParse(parseJson(call.body.toString()));
    if (!parsed.success)
      return iamCoded(400, 'IAM.0007', `Request parameter is invalid. ${problemOf(parsed.error)}`);
    const { identity, scope } = parsed.data.auth;
    const inBody = 'token' in identity ? identity.token.id : undefined;
    const caller = gate(withToken(call, inBody));
    if (!caller.admitted) return refuse(caller);
    const owner = 'token' in identity ? caller.account : byAgency(caller.account, identity.assume_role);
    if ('status' in owner) return owner;
    const project = projectOf(owner, scope?.project);
    if (scope?.project && !project) return iamCoded(404, 'IAM.0004', 'Could not find the project.');
    const projects = project ? [project.id] : owner.projects.map(({ id }) => id);
    const seconds = ('token' in identity ? identity.token : identity.assume_role).duration_seconds;
    const { access, secret, securityToken, expiresAt } = keys.issue(owner, projects, seconds * 1_000);
    const times = { expires_at: microseconds(expiresAt) };
    return json(201, { credential: { access, secret, ...times, securitytoken: securityToken } });
  };

  function byAgency(caller: Account, wanted: z.output<typeof agency>): Account | Answer {
    const assumed = assume(accounts, caller, wanted);
    if (assumed.account) return assumed.account;
    return assumed.why === 'unknown'
      ? iamCoded(404, 'IAM.0004', 'Could not find the agency.')
      : iamCoded(403, 'IAM.0002', 'You are not authorized to assume the agency.');
  }
}

/** The token of the header has precedence. */
const withToken = (call: Call, token: string | undefined): Call => ({
  ...call,
  headers: { ...(token === undefined ? {} : { 'x-auth-token': token }), ...call.headers },
});

const refuse = ({ expired }: Extract<Admission, { admitted: false }>): Answer =>
  expired
    ? iamCoded(400, 'IAM.1108', 'The token has expired.')
    : iamCoded(401, 'IAM.0001', 'The request requires authentication.');

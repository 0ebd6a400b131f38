import * as z from 'zod';
import type { Account } from '../accounts.ts';
import { hexOf } from '../ids.ts';

// What the calls of IAM have in common: parts of their bodies, and how a body is read.

const named = z.object({ id: z.string().optional(), name: z.string().optional() });
export type Named = z.output<typeof named>;

export const scope = z.object({ project: named.optional(), domain: named.optional() }).optional();

/** Whose agency; the reference of one cloud calls the agency's name `agency_name`, that of the other `xrole_name`. */
export const agency = z
  .object({
    domain_name: z.string().optional(),
    domain_id: z.string().optional(),
    agency_name: z.string().optional(),
    xrole_name: z.string().optional(),
  })
  .refine(({ domain_name, domain_id }) => (domain_name ?? domain_id) !== undefined, 'domain_name is missing')
  .refine(
    ({ agency_name, xrole_name }) => (agency_name ?? xrole_name) !== undefined,
    'agency_name is missing',
  );

type Assumed = { account: Account } | { account: null; why: 'unknown' | 'not delegated' };

/** The account in whose name the caller may act. */
export function assume(
  accounts: readonly Account[],
  caller: Account,
  { domain_name, domain_id, agency_name, xrole_name }: z.output<typeof agency>,
): Assumed {
  const owner = accounts.find(({ domain }) => domain === domain_name || domainId(domain) === domain_id);
  const found = owner?.agencies?.find(({ name }) => name === (agency_name ?? xrole_name));
  if (!owner || !found) return { account: null, why: 'unknown' };
  return found.delegatedTo === caller.domain ? { account: owner } : { account: null, why: 'not delegated' };
}

export const domainId = (domain: string): string => hexOf('domain', domain);

export const projectOf = ({ projects }: Account, wanted: Named | undefined) =>
  projects.find(({ id, name }) => id === wanted?.id || name === wanted?.name);

export const microseconds = (at: number): string => new Date(at).toISOString().replace('Z', '000Z');

export const problemOf = ({ issues: [first] }: z.ZodError): string =>
  first ? `${first.path.join('.') || 'The body'}: ${first.message}` : 'The body does not fit.';

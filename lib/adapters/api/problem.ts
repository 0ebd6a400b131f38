import type { FieldProblem, Problem } from './problem-schema.ts';

export type { FieldProblem, Problem };

/** What can be wrong with a request: a closed list, and the status and title of each (RFC 9457). */
const KINDS = {
  malformed: [400, 'The request cannot be read'],
  unauthorized: [401, 'A valid token is needed'],
  forbidden: [403, 'The token does not allow this'],
  not_found: [404, 'There is no such thing'],
  method_not_allowed: [405, 'This cannot be done here'],
  conflict: [409, 'This cannot be done now'],
  read_only: [409, 'This stands in the configuration'],
  full: [409, 'There is no room for more'],
  cursor_expired: [410, 'The feed cannot go on from there'],
  link_expired: [410, 'The link has expired'],
  too_large: [413, 'The request is too large'],
  unsupported_media_type: [415, 'The body is not JSON'],
  invalid: [422, 'Something in the request is not as it must be'],
  key_reused: [422, 'This Idempotency-Key belongs to another request'],
  rate_limited: [429, 'Too many requests'],
  broken: [500, 'Something is wrong with the service'],
  mail_failed: [502, 'The mail could not be sent'],
  challenge_failed: [502, 'The target has not answered the challenge'],
  unavailable: [503, 'The store does not answer'],
  storage_full: [507, 'There is no room on the disk'],
} as const;
export type ProblemKind = keyof typeof KINDS;

export const statusOf = (kind: ProblemKind): number => KINDS[kind][0];

/** An answer that is a problem. */
export interface Refusal {
  kind: ProblemKind;
  refused: Problem;
  headers?: Record<string, string>;
}

export function refuse(
  kind: ProblemKind,
  detail: string,
  more: { errors?: FieldProblem[]; headers?: Record<string, string> } = {},
): Refusal {
  const [status, title] = KINDS[kind];
  const { errors, headers } = more;
  return {
    kind,
    refused: { type: `urn:jobchime:problem:${kind}`, title, status, detail, ...(errors && { errors }) },
    ...(headers && { headers }),
  };
}

export const isRefusal = (value: object): value is Refusal => 'refused' in value;

/** Nothing was changed, or not all of it: doing it again does the rest. */
export const busy = refuse('conflict', 'It is being changed by others. Try again.', {
  headers: { 'retry-after': '1' },
});

/** One field of the body is at fault. */
export const refuseField = (field: string, problem: string, fix: string): Refusal =>
  invalid([{ in: 'body', field, problem, fix }]);

export const invalid = (errors: FieldProblem[]): Refusal => refuse('invalid', sentence(errors), { errors });

/** The first few in words, for people who only see the detail. */
export function sentence(errors: readonly FieldProblem[]): string {
  const shown = errors.slice(0, 3).map((e) => `${[e.in, e.field].filter(Boolean).join(' ')}: ${e.problem}`);
  const more = errors.length > shown.length ? [`${errors.length - shown.length} more`] : [];
  return [...shown, ...more].join('; ');
}

import * as z from 'zod';
import {
  accept,
  field,
  isReference,
  REFERENCE,
  refuse,
  type Read,
  type Rules,
} from '../../../core/input/fields.ts';
import type { Secret } from '../../../core/notify/subscription.ts';

// Which headers of its own a subscription may send, and which of them are secrets.

export const MAX_NAMES = 20;
const LONGEST_VALUE = 8_192;

const SEALED = 'Write the value: it is sealed in the store and not shown again.';
export const valueHint = ({ writtenOut }: Rules): string => (writtenOut ? SEALED : REFERENCE);

export function headers(rules: Rules) {
  const plain: Plain = new WeakSet();
  return z
    .record(headerName(), headerValue(rules, plain))
    .superRefine((given, ctx) => faultsOfHeaders(given, plain, ctx))
    .meta({
      hint: rules.writtenOut
        ? 'Write names, each with its value: it is sealed in the store and not shown again.'
        : 'Write names, each with a text or a reference: { Authorization: env:NAME }.',
    })
    .optional();
}

/** What begins and ends a message, what says who it is for, and what Jobchime says of it itself. */
const REFUSED =
  /^(host|connection|proxy-.*|keep-alive|upgrade|expect|te|trailer|transfer-encoding|cookie|content-.*|webhook-.*|jobchime-.*|accept-encoding)$/i;
const NAMES_HINT = 'Write the name of a header, such as Authorization.';

const headerName = () =>
  z
    .string()
    .max(100, 'is longer than 100 characters')
    .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'HTTP does not allow')
    .meta({ hint: NAMES_HINT });

function faultsOfHeaders(headers: Record<string, Secret>, plain: Plain, ctx: z.core.$RefinementCtx): void {
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    const [problem, fix] = faultOfHeader(name, plain.has(value), seen) ?? [];
    seen.add(name.toLowerCase());
    if (problem) ctx.addIssue({ code: 'custom', path: [name], message: problem, params: { fix } });
  }
  if (seen.size <= MAX_NAMES) return;
  ctx.addIssue({
    code: 'custom',
    message: `has more than ${MAX_NAMES} headers`,
    params: { fix: 'Remove some.' },
  });
}

function faultOfHeader(
  name: string,
  isPlain: boolean,
  seen: ReadonlySet<string>,
): [problem: string, fix: string] | null {
  const small = name.toLowerCase();
  if (small === 'content-type') return ['is set in another way', 'Write content_type: TYPE beside headers.'];
  if (REFUSED.test(name)) return ['is a header that a subscription may not set', 'Remove this header.'];
  if (seen.has(small)) return ['is there twice: capitals make no difference', 'Remove one of them.'];
  return SAYS_SECRET.test(name) && isPlain ? ['is a secret written out', REFERENCE] : null;
}

const VALUE_HINT =
  'Write a text, or where it lets one in a reference: env:NAME, or with the word before it Bearer env:NAME.';

/** A text, a reference, or a reference behind the name of a scheme: tokens are kept without it. */
const headerValue = (rules: Rules, plain: Plain) =>
  field(rules.writtenOut ? SEALED : VALUE_HINT, (text): Read<Secret> => {
    if (rules.writtenOut) return rules.secret(text, fitsHeader);
    const [, before = '', reference = ''] =
      /^([A-Za-z][\w-]* )?((?:env|file|ssm|secretsmanager):\S+)$/.exec(text) ?? [];
    if (!isReference(reference)) return plainValue(text, plain);
    const found = rules.secret(reference, fitsHeader);
    return found.ok && before ? accept(() => before + found.value()) : found;
  });

const fitsHeader = (value: string): Read<string> => {
  if (value.length > LONGEST_VALUE) return refuse(`is longer than ${LONGEST_VALUE} characters`);
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
    ? accept(value)
    : refuse('has characters that HTTP does not allow');
};

function plainValue(text: string, plain: Plain): Read<Secret> {
  const fits = fitsHeader(text);
  if (!fits.ok) return fits;
  const value: Secret = () => text;
  plain.add(value);
  return accept(value);
}

/** Values that were written out, which secrets are not. */
type Plain = WeakSet<Secret>;

/** Of a header with such a name the value lets one in. */
const SAYS_SECRET = /auth|token|key|secret|passw|credential|signature/i;

import * as z from 'zod';
import { accept, field, like, refuse, type Read, type Rules } from '../../../core/input/fields.ts';
import { fitTogether, readCertificates, readDuration, readPrivateKey } from '../../../core/input/values.ts';
import { METHODS } from '../../../core/notify/request-settings.ts';
import type { RequestSettings, Secret } from '../../../core/notify/subscription.ts';
import { isRecord } from '../../../core/is-record.ts';
import { whyMissing } from '../../../core/input/missing-secret.ts';
import { PROXY_HINT, readProxy } from '../../platform/read-proxy.ts';
import type { FieldFault } from '../definition.ts';
import { headers, valueHint } from './header-fields.ts';

// What a subscription may say of the request itself.

/** The claim of a delivery is twice as long. */
const LONGEST_TIMEOUT_MS = 30_000;
const SHORTEST_TIMEOUT_MS = 1_000;
const MAX_TEMPLATE = 64 * 1024;

export const requestFields = (rules: Rules) => ({
  method: z
    .enum(METHODS)
    .meta({ hint: `Write one of ${METHODS.join(', ')}.` })
    .optional(),
  headers: headers(rules),
  content_type: like(
    /^[\w!#$&^.+-]{1,64}\/[\w!#$&^.+-]{1,64}(; ?charset=[Uu][Tt][Ff]-8)?$/,
    'a type of content',
    'Write a type such as application/json or text/plain.',
  ).optional(),
  body: field('Write a template in Liquid (docs/recipes.md), after body: |', readTemplate).optional(),
  path: field(PATH_HINT, readPath).optional(),
  secrets: z
    .record(
      like(/^[A-Za-z_]\w{0,40}$/, 'a name', 'Name it with letters, digits and underscores.'),
      field(valueHint(rules), (text) => rules.secret(text)),
    )
    .meta({
      hint: rules.writtenOut
        ? 'Write names with their values. The template says {{ secret.NAME }}.'
        : 'Write names with references: { key: env:NAME }. The template says {{ secret.key }}.',
    })
    .optional(),
  auth: z
    .strictObject({
      access_key: field(valueHint(rules), (text) => rules.secret(text)),
      secret_key: field(valueHint(rules), (text) => rules.secret(text)),
      security_token: field(valueHint(rules), (text) => rules.secret(text)).optional(),
    })
    .meta({ hint: 'Give the access key and the secret key of an account of Huawei Cloud.' })
    .optional(),
  ca: field(pemHint(rules, 'certificates'), (reference) =>
    rules.text(reference, readCertificates),
  ).optional(),
  cert: field(pemHint(rules, 'the certificate'), (reference) =>
    rules.text(reference, readCertificates),
  ).optional(),
  key: field(pemHint(rules, 'the key'), (reference) =>
    rules.text(reference, (text) => concealedKey(text, rules)),
  ).optional(),
  proxy: field(PROXY_HINT, (text) => readProxy(text, rules)).optional(),
  timeout: field('Write a duration from 1s to 30s.', readTimeout).optional(),
  success: z
    .strictObject({
      json: z
        .record(
          like(
            /^[\w$-]+(\.[\w$-]+)*$/,
            'the name of a field',
            'Write a field of the answer, with dots inwards.',
          ),
          z
            .union([z.string(), z.number(), z.boolean(), z.null()])
            .meta({ hint: 'Write the text, number or true or false that means success.' }),
        )
        .meta({ hint: 'Write fields of the answer with what they must be: { errcode: 0 }.' }),
    })
    .meta({ hint: 'Give json: the fields of the answer that say that the message was taken.' })
    .optional(),
});

const pemHint = ({ writtenOut }: Rules, what: string): string =>
  writtenOut
    ? `Write ${what} in PEM, with its line breaks.`
    : `Put ${what} in PEM into a file that only Jobchime reads, and write file:/path.`;

type Parsed = z.output<z.ZodObject<ReturnType<typeof requestFields>>>;

/** Undefined where everything is as usual. */
export function requestOf({
  method,
  headers,
  content_type,
  body,
  path,
  secrets,
  auth,
  ca,
  cert,
  key,
  proxy,
  timeout,
  success,
}: Parsed): RequestSettings | undefined {
  const settings: RequestSettings = {
    ...(method && { method }),
    ...(headers && { headers: inSmallLetters(headers) }),
    ...(content_type && { contentType: content_type }),
    ...(body !== undefined && { body }),
    ...(path !== undefined && { path }),
    ...(secrets && { secrets }),
    ...(auth && { auth: authOf(auth) }),
    ...(ca && { ca }),
    ...(cert && key && { identity: { cert, key } }),
    ...(proxy !== undefined && { proxy }),
    ...(timeout && { timeoutMs: timeout }),
    ...(success && { success }),
  };
  return Object.keys(settings).length > 0 ? settings : undefined;
}

const authOf = ({ access_key, secret_key, security_token }: NonNullable<Parsed['auth']>) => ({
  accessKey: access_key,
  secretKey: secret_key,
  ...(security_token && { securityToken: security_token }),
});

const inSmallLetters = (headers: Record<string, Secret>): Record<string, Secret> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** A key has lines, which no other secret has. */
function concealedKey(text: string, { conceal }: Rules): Read<string> {
  const read = readPrivateKey(text);
  if (read.ok) conceal(text);
  return read;
}

export function faultsOfRequest(it: Readonly<Record<string, unknown>>): FieldFault[] {
  const faults: FieldFault[] = [];
  // Every message is signed, but for those in the form of a service which knows no such signature.
  if (!('signing_keys' in it) && !('body' in it)) {
    const fix = 'Write a list of references, the newest key first: [env:NAME].';
    faults.push({ field: 'signing_keys', problem: 'is missing', fix });
  }
  return [...faults, ...faultsOfPairs(it)];
}

/** What of it goes together with something else, or does not. */
export function faultsOfPairs(it: Readonly<Record<string, unknown>>): FieldFault[] {
  const faults: FieldFault[] = [];
  const { headers } = it;
  if (
    'auth' in it &&
    isRecord(headers) &&
    Object.keys(headers).some((name) => /^authorization$/i.test(name))
  ) {
    const fix = 'Remove one of the two: auth makes that header.';
    faults.push({ field: 'auth', problem: 'does not go together with the header Authorization', fix });
  }
  if ('cert' in it !== 'key' in it) {
    const field = 'cert' in it ? 'key' : 'cert';
    faults.push({ field, problem: 'is missing', fix: 'Give cert and key together, or neither.' });
  }
  const { cert, key } = it as { cert?: unknown; key?: unknown };
  if (isSecret(cert) && isSecret(key) && whyMissing([cert, key]) === null && !fitTogether(cert(), key())) {
    const fix = 'Give the key with which this certificate was asked for.';
    faults.push({ field: 'key', problem: 'is not the key of cert', fix });
  }
  return faults;
}

const isSecret = (value: unknown): value is Secret => typeof value === 'function';

function readTemplate(text: string): Read<string> {
  if (!/\S/.test(text)) return refuse('is empty');
  return text.length <= MAX_TEMPLATE ? accept(text) : refuse(`is longer than ${MAX_TEMPLATE} characters`);
}

const PATH_HINT = 'Write a template of what goes behind the target: it begins with /, ? or &, or with a tag.';
/** The host is the target's: what stands behind it begins so that no template can make it another one. */
const readPath = (text: string): Read<string> =>
  /^(?:[/?&]|\{%)/.test(text.trim()) ? readTemplate(text.trim()) : refuse('does not begin with /, ? or &');

function readTimeout(text: string): Read<number> {
  const read = readDuration(text);
  if (!read.ok) return read;
  if (read.value < SHORTEST_TIMEOUT_MS) return refuse('must be at least 1s');
  return read.value <= LONGEST_TIMEOUT_MS ? read : refuse('must be at most 30s');
}

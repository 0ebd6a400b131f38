import { LONGEST_RETRY_AFTER } from '../../core/jobs/policy.ts';
import type { NotFound, Trouble, TroubleKind } from '../../core/jobs/observation.ts';
import { retryAfter } from '../platform/retry-after.ts';
import type { Answer } from './answer.ts';
import type { FaultCodes, Faults } from '../../core/dialect.ts';
import { readError, textsIn, type ErrorWords } from './error-body.ts';
import { gateway, questionHint } from './hints.ts';
import { parseExactly } from './json.ts';
import { clockAhead, skewWords } from './skew.ts';

export type { Answer };

interface Rule {
  code: RegExp;
  /** Any, if absent. */
  status?: readonly number[];
  kind: TroubleKind | 'not_found';
  /** Of `not_found`: only what is documented for the query itself proves the route. */
  proof?: 'confirmed';
}

/**
 * The code decides before the HTTP status: one code comes with different ones (`Common.1503` is 429 on OTC and 503 on
 * Huawei Cloud), and `Common.0024` even comes with 202. The first rule that fits.
 */
const RULES: readonly Rule[] = [
  { code: /^Common\.(0024|1503)$/, kind: 'throttled' },
  { code: gateway('0308'), kind: 'throttled' },
  { code: /^(IAM\.0012|CCE\.0[12]429\d{3})$/, kind: 'throttled' },
  { code: /^(Common\.(0013|0018)|Ecs\.(0023|0110)|Pdp\.\d+)$/, kind: 'denied' },
  { code: gateway('030[0-7]|0310'), kind: 'denied' },
  { code: gateway('010\\d'), kind: 'misrouted' },
  { code: gateway('0201'), kind: 'unavailable' },
  { code: /^Common\.(0001|0025)$/, kind: 'unavailable' },
  // The records of calls: a 400 that is no fault of the query.
  { code: /^CTS\.(0001|0300|0004|0005)$/, kind: 'unavailable' },
  { code: /^CTS\.(0002|0013)$/, kind: 'denied' },
  { code: /^CTS\.020[34]$/, kind: 'misrouted' },
  // Behind all that is trouble, because this one can end a job.
  { code: /^Common\.0011$/, status: [400, 404], kind: 'not_found', proof: 'confirmed' },
  // So document databases say that a job is not there any more; relational ones are their kin.
  { code: /^DBS\.200543$/, status: [400, 404], kind: 'not_found' },
  // Whatever the gateway does not find, it is not the job: that is behind it.
  { code: gateway('\\d+'), status: [404], kind: 'misrouted' },
];

/**
 * What an answer means that says nothing of a job. A 404 or 410 without a known code is a bare `not_found`: it may mean the job.
 * `own` has the codes of a service that has others than the clouds' gateway.
 */
export function faultOf(answer: Answer, own?: Faults): Trouble | NotFound {
  const html = /^\s*</.test(answer.body);
  const json = parseExactly(answer.body);
  const error = readError(json);
  const rule = ruleOf(answer.status, json, error.codes, own);
  const kind = rule?.kind ?? byStatus(answer.status, html);
  const ahead = kind === 'denied' ? clockAhead(answer) : null;
  const hint =
    ahead === null
      ? (questionHint(error.codes) ?? (rule ? null : statusHint(answer.status)))
      : skewWords(ahead);
  const detail = detailOf(answer, error, html, hint);
  if (kind === 'not_found')
    return { kind, proof: rule?.proof ?? 'unconfirmed', routeConfirmed: false, detail };
  const retryAfterMs = waitOf(answer, kind);
  const limit = kind === 'throttled' ? limitIn(answer.body) : null;
  return {
    kind,
    detail,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(ahead !== null && { clockAheadMs: ahead }),
    ...(limit && { limitPerSecond: (limit.calls * 1_000) / limit.windowMs }),
  };
}

/** Whether a code in the answer says that it is about the request and not about the job. */
export const hasFaultCode = (status: number, json: unknown, own?: Faults): boolean =>
  ruleOf(status, json, readError(json).codes, own) !== undefined;

function ruleOf(
  httpStatus: number,
  json: unknown,
  codes: readonly string[],
  own: Faults | undefined,
): Pick<Rule, 'kind' | 'proof'> | undefined {
  const gateway = (own?.gateway ?? true) ? RULES : [];
  return (
    (own && ownRule(own.codes, json, httpStatus)) ??
    gateway.find(
      ({ code, status }) => codes.some((found) => code.test(found)) && (status?.includes(httpStatus) ?? true),
    )
  );
}

/** Behind all that is trouble, because this one can end a job. */
const KINDS = ['throttled', 'denied', 'misrouted', 'unavailable', 'malformed', 'not_found'] as const;
const NOT_FOUND = [400, 404, 410];

/** A code is looked for in every text of the answer: services have it under `code`, `status`, `reason` and other names. */
function ownRule(codes: FaultCodes, json: unknown, status: number): Pick<Rule, 'kind' | 'proof'> | undefined {
  const said = textsIn(json);
  const isThere = (code: string): boolean =>
    code.endsWith('*')
      ? said.some((text) => text.startsWith(code.slice(0, -1).toLowerCase()))
      : said.includes(code.toLowerCase());
  const kind = KINDS.find(
    (one) => (one !== 'not_found' || NOT_FOUND.includes(status)) && codes[one]?.some(isThere),
  );
  return kind && { kind };
}

/** Statuses that mean one thing, whatever answers. */
const BY_STATUS = new Map<number, { kind: Rule['kind']; words?: string }>([
  [401, { kind: 'denied' }],
  [402, { kind: 'denied', words: 'the account has to pay first' }],
  [403, { kind: 'denied' }],
  [405, { kind: 'misrouted', words: 'this address takes no such request: check endpoint and dialect' }],
  [407, { kind: 'denied', words: 'a proxy requires credentials' }],
  [408, { kind: 'unavailable' }],
  [421, { kind: 'misrouted', words: 'this host does not serve the endpoint: check it' }],
  [425, { kind: 'unavailable' }],
  [429, { kind: 'throttled' }],
  [451, { kind: 'denied', words: 'refused for legal reasons' }],
]);
const GONE = 'gone, says the service';

function byStatus(status: number, html: boolean): Rule['kind'] {
  const known = BY_STATUS.get(status);
  if (known) return known.kind;
  // A redirect is not followed with credentials: the endpoint is not the one it should be.
  if (status >= 300 && status < 400) return 'misrouted';
  // A page comes from something in front of the service, which cannot know of jobs.
  if (status >= 500 || html) return 'unavailable';
  return status === 404 || status === 410 ? 'not_found' : 'malformed';
}

/** What a status means that few people know by its number. */
const statusHint = (status: number): string | null =>
  status === 410 ? GONE : (BY_STATUS.get(status)?.words ?? null);

/**
 * Not bounded: cutting comes after redacting, or half a secret may be left at the edge. What to do stands before the cloud's
 * own words, which may be long.
 */
function detailOf(
  { status, headers, body }: Answer,
  { codes, message }: ErrorWords,
  html: boolean,
  hint: string | null,
): string {
  const [code = ''] = codes;
  const words =
    message ??
    (html ? 'an HTML page' : code ? '' : (unreadable(headers, body) ?? (body.trim() || 'an empty body')));
  const head = [`HTTP ${status}`, code, hint && `(${hint})`].filter(Boolean).join(' ');
  return [head, words].filter(Boolean).join(': ');
}

/** What nobody can read is not quoted. */
function unreadable(headers: Answer['headers'], body: string): string | null {
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (!/^[a-z][\w-]{0,20}$/.test(coding) || coding === 'identity')
    return NO_TEXT.test(body.slice(0, 200))
      ? 'the answer is no text, perhaps compressed: check what is in between'
      : null;
  return `the answer is compressed (${coding}), which Jobchime did not request: check what is in between`;
}

/** What no text has. */
// oxlint-disable-next-line no-control-regex
const NO_TEXT = /[\u0000-\u0008\u000E-\u001A\u001C-\u001F\uFFFD]/;

/** The gateway's own words on its limits: `policy user over ratelimit,limit:60,time:1 minute`. */
const LIMIT = /limit:\s*(\d{1,9})\s*,\s*time:\s*(\d{1,4})\s*(second|minute|hour)/i;
const UNITS: Record<string, number> = { second: 1_000, minute: 60_000, hour: 3_600_000 };

function limitIn(body: string): { calls: number; windowMs: number } | null {
  const [, calls, count, unit = ''] = LIMIT.exec(body) ?? [];
  const windowMs = Number(count) * UNITS[unit.toLowerCase()]!;
  return Number(calls) > 0 && windowMs > 0 ? { calls: Number(calls), windowMs } : null;
}

/** Without a `Retry-After`: until the window in which the limit counts is over. */
function waitOf({ headers, body, at }: Answer, kind: TroubleKind): number | undefined {
  const window = kind === 'throttled' ? limitIn(body)?.windowMs : undefined;
  const wait = retryAfter(headers['retry-after'], at) ?? window;
  return wait === undefined ? undefined : Math.min(wait, LONGEST_RETRY_AFTER);
}

import type { NotFound, Trouble, TroubleKind } from '../jobs/observation.ts';
import { retryAfter } from '../platform/retry-after.ts';
import { readError, type ErrorWords } from './error-body.ts';
import { parseJson } from './json.ts';

/** What came back over HTTP. */
export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string;
  /** When it arrived; epoch milliseconds. */
  at: number;
}

interface Rule {
  code: RegExp;
  /** Any, if absent. */
  status?: readonly number[];
  kind: TroubleKind | 'not_found';
}

/** The gateway in front of the services has three names (platform, product, ROMA); its numbers agree. */
const gateway = (numbers: string): RegExp => new RegExp(`^(APIGW|APIG|APIC)\\.(${numbers})$`);

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
  // Behind all that is trouble, because this one can end a job.
  { code: /^Common\.0011$/, status: [400, 404], kind: 'not_found' },
  // Whatever the gateway does not find, it is not the job: that is behind it.
  { code: gateway('\\d+'), status: [404], kind: 'misrouted' },
];

/** What an answer means that says nothing of a job. A 404 without a known code is a bare `not_found`: it may mean the job. */
export function faultOf(answer: Answer): Trouble | NotFound {
  const html = /^\s*</.test(answer.body);
  const error = readError(parseJson(answer.body));
  const rule = RULES.find(
    ({ code, status }) =>
      error.codes.some((found) => code.test(found)) && (status?.includes(answer.status) ?? true),
  );
  const kind = rule?.kind ?? byStatus(answer.status, html);
  const detail = detailOf(answer, error, html);
  if (kind === 'not_found') return { kind, proof: rule ? 'stated' : 'bare', witnessed: false, detail };
  const retryAfterMs = waitOf(answer, kind);
  return { kind, detail, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

function byStatus(status: number, html: boolean): Rule['kind'] {
  if (status === 401 || status === 403) return 'denied';
  if (status === 429) return 'throttled';
  // A redirect is not followed with credentials: the endpoint is not the one it should be.
  if (status >= 300 && status < 400) return 'misrouted';
  // A page comes from something in front of the service, which cannot know of jobs.
  if (status === 408 || status >= 500 || html) return 'unavailable';
  return status === 404 ? 'not_found' : 'malformed';
}

/** Not bounded: cutting comes after redacting, or half a secret may be left at the edge. */
function detailOf({ status, body }: Answer, { codes, message }: ErrorWords, html: boolean): string {
  const [code = ''] = codes;
  const words = message ?? (html ? 'an HTML page' : code ? '' : body.trim() || 'an empty body');
  return [[`HTTP ${status}`, code].filter(Boolean).join(' '), words].filter(Boolean).join(': ');
}

/** The gateway's own words on its limits: `policy user over ratelimit,limit:60,time:1 minute`. */
const LIMIT = /limit:\s*\d+\s*,\s*time:\s*(\d{1,4})\s*(second|minute|hour)/i;
const UNITS: Record<string, number> = { second: 1_000, minute: 60_000, hour: 3_600_000 };
/** A finished job is kept for a day only, so whoever asks for a longer wait is asked again all the same. */
const LONGEST_WAIT_MS = 3_600_000;

function waitOf({ headers, body, at }: Answer, kind: TroubleKind): number | undefined {
  const asked = retryAfter(headers['retry-after'], at) ?? (kind === 'throttled' ? windowOf(body) : undefined);
  return asked === undefined ? undefined : Math.min(asked, LONGEST_WAIT_MS);
}

/** Until the window in which the limit counts is over. */
function windowOf(body: string): number | undefined {
  const [, count, unit = ''] = LIMIT.exec(body) ?? [];
  return count === undefined ? undefined : Number(count) * UNITS[unit.toLowerCase()]!;
}

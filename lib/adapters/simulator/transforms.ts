import {
  html,
  iamCoded,
  json,
  throttled,
  tokenExpired,
  unknownApi,
  gateway,
  type Answer,
  type Call,
} from './exchange.ts';
import type { Fault, FaultName } from './faults.ts';
import { hexOf, uuidOf } from './ids.ts';
import { isSystem, knowsNone, SYSTEMS, type Served } from './systems.ts';
import type { ErrorStyle, View } from './systems/system.ts';

/** What a fault changes: the clock that checks a signature, the job that is shown, or the answer that would be given. */
export interface Transform {
  /** Milliseconds by which the server's clock is ahead. */
  skew?: (fault: Fault) => number;
  show?: (job: View) => View;
  answer?: (answer: Answer, call: Call, fault: Fault) => Answer;
}

const BAD_GATEWAY = `<!DOCTYPE html><html><head><title>Error</title></head><body><h2>Error</h2>
<p>The backend server is unreachable.</p></body></html>`;
const LONG = 20_480;
const SKEW = 20 * 60_000;

const styleOf = (system: Served): ErrorStyle => (isSystem(system) ? SYSTEMS[system].error : iamCoded);
const own =
  (status: (system: Served) => number, code: string, message: string): Required<Transform>['answer'] =>
  (_, call, { system }) =>
    styleOf(system)(status(system), code, message, call);

export const TRANSFORMS: Record<FaultName, Transform> = {
  throttled: {
    answer(_, call, { system, limit = 60, per = 'minute' }) {
      if (system !== 'iam') return throttled(call, { limit, per });
      const rule = `${limit} times per 1 ${per}`;
      return iamCoded(429, 'IAM.0012', `The throttling threshold has been reached. Threshold: ${rule}`);
    },
  },
  // A success by its status, an error by its body.
  flow_limited: { answer: own(() => 202, 'Common.0024', 'exceeds flow over limit') },
  // One code with two statuses.
  busy: {
    answer: own((system) => (system.startsWith('otc-') ? 429 : 503), 'Common.1503', 'The system is busy.'),
  },
  server_error: {
    answer: own(
      () => 500,
      'Common.0001',
      'A system exception occurred. Try again later or contact customer service.',
    ),
  },
  bad_gateway: { answer: () => html(502, BAD_GATEWAY) },
  unavailable: {
    answer: (_, call) => gateway(call, 503, 'APIGW.0613', 'The IAM service is currently unavailable.'),
  },
  token_expired: { answer: (_, call) => tokenExpired(call) },
  no_api: { answer: (_, call) => unknownApi(call) },
  not_found: { answer: (answer) => ({ ...answer, status: 404, body: '' }) },
  vanish: {
    answer(answer, call, { system }) {
      if (answer.status !== 200 || !isSystem(system)) return answer;
      return knowsNone(system, call);
    },
  },
  other_job: { show: (job) => ({ ...job, jobId: anotherId(job.jobId) }) },
  unknown_status: { show: (job) => ({ ...job, word: 'SUSPENDED' }) },
  long_reason: { show: (job) => (job.status === 'FAIL' ? { ...job, error: atLength(job.error) } : job) },
  empty: { answer: (answer) => ({ ...answer, body: '' }) },
  proto: { answer: (answer) => ({ ...answer, body: `{"__proto__":${answer.body}}` }) },
  answer: {
    answer: (_answer, _call, { status = 200, body = '' }) => {
      const sent = json(status, body);
      return typeof body === 'string' ? { ...sent, body } : sent;
    },
  },
  skewed: { skew: ({ skewMs = SKEW }) => skewMs },
  slow: { answer: (answer, _, { delayMs = 1_000 }) => ({ ...answer, delayMs }) },
  reset: { answer: (answer) => ({ ...answer, send: 'reset' }) },
  truncated: { answer: (answer) => ({ ...answer, send: 'truncated' }) },
};

/** Of the same form, so that only its value shows the fault. */
const anotherId = (id: string): string => (id.includes('-') ? uuidOf : hexOf)('another', id);

function atLength(error: View['error']): View['error'] {
  const { code = 'Common.0021', reason = 'The job failed.' } = error ?? {};
  return { code, reason: `${reason} `.repeat(Math.ceil(LONG / (reason.length + 1))).slice(0, LONG) };
}

import type { DeliveryReason, Receipt } from '../../core/notify/delivery.ts';
import { LONGEST_WAIT_MS } from '../../core/notify/retry.ts';
import type { HttpAnswer, HttpReason, HttpTrouble } from '../platform/http.ts';
import { retryAfter } from '../platform/retry-after.ts';

/** What an answer means, before it is put into words. */
export type Verdict =
  | { kind: 'sent'; reason?: 'accepted' }
  | { kind: 'retry'; reason: DeliveryReason }
  | { kind: 'never'; reason: DeliveryReason; disable: boolean };

export const SENT: Verdict = { kind: 'sent' };
/** Another attempt may help: time passes, or somebody repairs something. */
export const retry = (reason: DeliveryReason): Verdict => ({ kind: 'retry', reason });
/** This message will never get through; the next one may. */
export const refuse = (reason: DeliveryReason): Verdict => ({ kind: 'never', reason, disable: false });
/** The endpoint takes nothing any more, until somebody sees to it. */
export const disable = (reason: DeliveryReason): Verdict => ({ kind: 'never', reason, disable: true });

/** By status; by class for all that are not named. */
export type StatusTable = Readonly<Record<StatusClass, Verdict> & Partial<Record<number, Verdict>>>;
type StatusClass = '1xx' | '2xx' | '3xx' | '4xx' | '5xx';

export const byStatus = (table: StatusTable, status: number): Verdict =>
  table[status] ?? table[`${Math.floor(status / 100)}xx` as StatusClass] ?? retry('server_error');

/** No status came. Once the request is written, whatever may be tried again is `uncertain`: the receiver knows its id. */
export const BY_TROUBLE: Readonly<Record<HttpReason, Verdict>> = {
  timeout: retry('timeout'),
  // Ours ended before the receiver's did.
  stopped: retry('timeout'),
  reset: retry('unreachable'),
  network: retry('unreachable'),
  too_large: retry('client_error'),
  dns: retry('unreachable'),
  refused: retry('unreachable'),
  tls: retry('unreachable'),
  // The guard's decision and the shape of the URL are the same at every attempt; a changed URL is another endpoint.
  blocked_address: refuse('blocked_address'),
  bad_url: refuse('client_error'),
};
export const verdictOfTrouble = ({ reason, sent }: HttpTrouble): Verdict =>
  sent && BY_TROUBLE[reason].kind === 'retry' ? retry('uncertain') : BY_TROUBLE[reason];

function receiptForTrouble(trouble: HttpTrouble, clean: (text: string) => string): Receipt {
  const verdict = verdictOfTrouble(trouble);
  const detail = clean(`${trouble.reason}: ${trouble.detail}`);
  return verdict.kind === 'retry' && trouble.reason === 'timeout'
    ? { ...verdict, detail, hung: true as const }
    : { ...verdict, detail };
}

/** The statuses that tell us to come less often; on others a `Retry-After` is no more than decoration. */
export const ASKS_TO_WAIT: readonly number[] = [429, 502, 503, 504];

/**
 * The receipt for one exchange.
 * @param at Epoch milliseconds of the attempt.
 * @param clean Takes the secrets out of the words.
 */
export function receiptFor(
  answer: HttpAnswer | HttpTrouble,
  verdictOf: (answer: HttpAnswer) => Verdict,
  at: number,
  clean: (text: string) => string,
): Receipt {
  if (!answer.ok) return receiptForTrouble(answer, clean);
  const verdict = verdictOf(answer);
  const detail = clean(answer.body ? `HTTP ${answer.status}: ${answer.body}` : `HTTP ${answer.status}`);
  const asked = ASKS_TO_WAIT.includes(answer.status)
    ? retryAfter(answer.headers['retry-after'], at)
    : undefined;
  // Without a wait the attempt counts, so an endpoint that asks for none cannot keep us busy for ever.
  return verdict.kind === 'retry' && asked !== undefined
    ? { ...verdict, detail, afterMs: Math.min(asked, LONGEST_WAIT_MS) }
    : { ...verdict, detail };
}

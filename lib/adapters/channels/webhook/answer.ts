import { isRecord } from '../../../core/is-record.ts';
import { parseJson } from '../../../core/parse-json.ts';
import type { Receipt } from '../../../core/notify/delivery.ts';
import type { RequestSettings } from '../../../core/notify/subscription.ts';
import { LONGEST_WAIT_MS } from '../../../core/notify/retry.ts';
import type { HttpAnswer, HttpTrouble } from '../../platform/http.ts';
import { retry, type Verdict } from '../verdict.ts';

/** Some services answer 200 and say in the body that they did not take the message. `byStatus`: what the status alone says. */
export function verdictOf(byStatus: Verdict, { body }: HttpAnswer, { success }: RequestSettings): Verdict {
  if (byStatus.kind !== 'sent' || !success) return byStatus;
  const said = parseJson(body);
  const isTaken = Object.entries(success.json).every(([path, wanted]) => at(said, path) === wanted);
  return isTaken ? byStatus : retry('rejected');
}

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce((it, key) => (isRecord(it) && Object.hasOwn(it, key) ? it[key] : undefined), value);

/**
 * Some services say in the body alone how long to wait: `retry_after` in seconds, at the top (Discord) or among `parameters`
 * (Telegram).
 */
export function waitInBody(receipt: Receipt, answer: HttpAnswer | HttpTrouble): Receipt {
  if (receipt.kind !== 'retry' || receipt.afterMs !== undefined) return receipt;
  if (!answer.ok || answer.status !== 429) return receipt;
  const said = parseJson(answer.body);
  const seconds = at(said, 'retry_after') ?? at(said, 'parameters.retry_after');
  if (typeof seconds !== 'number' || !(seconds > 0)) return receipt;
  return { ...receipt, afterMs: Math.min(Math.ceil(seconds * 1_000), LONGEST_WAIT_MS) };
}

import { isRecord } from '../../../core/is-record.ts';
import { keysAt } from '../../../core/notify/target.ts';
import { parseJson } from '../../../core/parse-json.ts';
import type { Challenge } from '../../../ports.ts';
import type { SenderTools } from '../definition.ts';
import { DEADLINE_MS, post } from '../post.ts';
import { ownHeaders, wayOf } from './way.ts';
import { redactor, secretsOfUrl } from '../redact.ts';
import { secretsOfKey, sign } from './signature.ts';

/**
 * Asks the receiver behind a target whether it wants messages: it is sent a random text, signed like everything that follows,
 * and has to answer with it. The text stands within `data`, so a server that sends back whatever it gets has not answered.
 * Null: it has. Else what is wrong, without a secret.
 */
export async function sendChallenge(
  { exchange, version }: SenderTools,
  { id, challenge, subscription, target, at }: Challenge,
): Promise<string | null> {
  const url = target.address();
  const keys = keysAt(target, at).map((key) => key());
  const seconds = Math.floor(at / 1_000);
  const timestamp = new Date(at).toISOString();
  const data = { subscription, challenge };
  const body = JSON.stringify({ id, type: CHALLENGE, timestamp, version: 1, sequence: 1, data });
  const signature = sign(keys, id, seconds, body);
  const { request = {} } = target;
  const { method, timeoutMs = DEADLINE_MS } = request;
  const own = ownHeaders(request);
  const headers = {
    'user-agent': `jobchime/${version}`,
    ...own.headers,
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signature,
  };
  const answer = await post(exchange, url, body, headers, undefined, {
    method,
    deadlineMs: Math.min(timeoutMs, DEADLINE_MS),
    way: wayOf(request),
  });
  const clean = redactor([
    ...own.secrets,
    ...secretsOfUrl(url),
    ...keys.flatMap(secretsOfKey),
    signature,
    ...signature.split(/[ ,]/).filter((part) => part.length > 'v1'.length),
    challenge,
  ]);
  if (!answer.ok) return clean(`${answer.reason}: ${answer.detail}`);
  const { status } = answer;
  if (status < 200 || status > 299) return clean(`HTTP ${status}${answer.body && `: ${answer.body}`}`);
  return answered(answer.body) === challenge
    ? null
    : `HTTP ${status} without the challenge: answer with data.challenge, as {"challenge": "..."} or as text`;
}

const CHALLENGE = 'jobchime.challenge';

/** What was sent back, as JSON or as it stands. */
function answered(body: string): unknown {
  const json = parseJson(body);
  if (isRecord(json)) return json.challenge;
  return typeof json === 'string' ? json : body.trim();
}

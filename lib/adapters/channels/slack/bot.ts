import { isRecord } from '../../../core/is-record.ts';
import type { Receipt } from '../../../core/notify/delivery.ts';
import type { MessageContent } from '../../../core/notify/message-content.ts';
import type { Spot } from '../../../core/notify/spot.ts';
import { parseJson } from '../../../core/parse-json.ts';
import type { Living, Message } from '../../../ports.ts';
import type { HttpAnswer, HttpTrouble } from '../../platform/http.ts';
import type { Found } from '../definition.ts';
import { contentOf, noting } from '../own-words.ts';
import { post, type Exchange } from '../post.ts';
import { redactor } from '../redact.ts';
import { receiptFor, retry, SENT, byStatus, type Verdict } from '../verdict.ts';
import type { BotAddress } from './address.ts';
import { shortUpdate, slackPayload, slackText } from './blocks.ts';
import { BY_CODE, UNKNOWN_CODE, type Meaning } from './codes.ts';
import { slack } from './definition.ts';
import { BY_STATUS } from './statuses.ts';

/** A bot posts a message, changes it, and answers it in its thread. https://docs.slack.dev/reference/methods/chat.postMessage */
export async function sendAsBot(exchange: Exchange, bot: BotAddress, message: Message): Promise<Receipt> {
  const { at, signal, living = { how: 'post' } } = message;
  const worded = await contentOf(message, slack.words!);
  const { content } = worded;
  const call = async (payload: object): Promise<Answered> => {
    const [method, args] = requestOf(living, bot.channel, content);
    const answer = await ask(exchange, bot, method, { ...args, ...payload }, signal);
    return answered(answer, bot, at);
  };
  // Nobody is notified of a change.
  const mention = living.how === 'update' ? undefined : message.target.mention;
  const whole = await call(slackPayload(content, mention));
  if (!whole.meaning?.shorten) return noting(whole.receipt, worded);
  // Slack changes its limits without notice; a plain message now is worth more than a pretty one never.
  const plain = await call(living.how === 'update' ? shortUpdate(content) : slackText(content, mention));
  const detail = `without blocks (${whole.word}): ${plain.receipt.detail}`;
  return noting({ ...plain.receipt, detail }, worded);
}

function requestOf(living: Living, channel: string, content: MessageContent): [method: string, args: object] {
  if (living.how === 'post') return ['chat.postMessage', { channel }];
  const { spot } = living;
  if (living.how === 'update') return ['chat.update', spot];
  // Nobody is notified of a message that is changed, nor of an answer to it: what is bad is shown in the channel, too.
  const args = { channel: spot.channel, thread_ts: spot.ts, reply_broadcast: content.tone === 'bad' };
  return ['chat.postMessage', args];
}

const ask = (
  exchange: Exchange,
  { api, token }: BotAddress,
  method: string,
  body: object,
  signal?: AbortSignal,
): ReturnType<Exchange> =>
  post(
    exchange,
    api + method,
    JSON.stringify(body),
    { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
    signal,
  );

interface Answered {
  receipt: Receipt;
  meaning?: Meaning;
  word: string;
}

/** Slack answers 200 to nearly everything, and says with `ok` what came of it. */
function answered(answer: HttpAnswer | HttpTrouble, bot: BotAddress, at: number): Answered {
  const said = saidIn(answer);
  const word = typeof said?.['error'] === 'string' ? said['error'] : '';
  const meaning = said?.['ok'] === false ? (BY_CODE.get(word) ?? UNKNOWN_CODE) : undefined;
  const receipt = receiptFor(answer, (it) => verdictOf(it, said, meaning), at, redactor([bot.token]));
  if (receipt.kind === 'sent') {
    const spot = spotIn(said);
    return { receipt: { ...receipt, detail: 'ok', ...(spot && { spot }) }, word };
  }
  const hinted = meaning?.hint ? { ...receipt, detail: `${meaning.hint}. ${receipt.detail}` } : receipt;
  const asked = { receipt: hinted, word, ...(meaning && { meaning }) };
  if (hinted.kind === 'never' && meaning?.lost)
    return { ...asked, receipt: { ...hinted, lost: true as const } };
  return hinted.kind === 'retry' && meaning?.afterMs !== undefined && hinted.afterMs === undefined
    ? { ...asked, receipt: { ...hinted, afterMs: meaning.afterMs } }
    : asked;
}

function verdictOf({ status }: HttpAnswer, said: Said, meaning: Meaning | undefined): Verdict {
  if (status < 200 || status >= 300)
    return meaning && status < 500 && status !== 429 ? meaning.verdict : byStatus(BY_STATUS, status);
  if (said?.['ok'] === true) return SENT;
  // Something that stands before Slack may have answered.
  return meaning?.verdict ?? retry('uncertain');
}

type Said = Record<string, unknown> | undefined;
function saidIn(answer: HttpAnswer | HttpTrouble): Said {
  const said = answer.ok ? parseJson(answer.body) : undefined;
  return isRecord(said) ? said : undefined;
}

/** The id of the channel, which is another one where a name was given, and the time that is the message's id there. */
function spotIn(said: Said): Spot | undefined {
  const { channel, ts } = said ?? {};
  return typeof channel === 'string' && typeof ts === 'string' ? { channel, ts } : undefined;
}

/** Whether the token is good. Whether the bot may post in the channel shows only when it does. */
export async function tryBot(exchange: Exchange, bot: BotAddress, at: number): Promise<Found> {
  const answer = await ask(exchange, bot, 'auth.test', {});
  const { receipt } = answered(answer, bot, at);
  const clean = redactor([bot.token]);
  const { user, team } = saidIn(answer) ?? {};
  if (receipt.kind === 'sent')
    return {
      ok: true,
      says: clean(
        `the token is that of ${String(user)} in ${String(team)}; nothing was posted in ${bot.channel}`,
      ),
    };
  const fix = receipt.kind === 'never' ? `${NEW_TOKEN}.` : 'Check the network; or Slack is down.';
  return { ok: false, says: receipt.detail, fix };
}
const NEW_TOKEN = "Copy the app's Bot User OAuth Token again, and put it where token refers to";

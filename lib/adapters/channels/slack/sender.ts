import type { Receipt } from '../../../core/notify/delivery.ts';
import type { Channel } from '../../../ports.ts';
import type { HttpAnswer, HttpTrouble } from '../../platform/http.ts';
import type { TryTarget } from '../definition.ts';
import { contentOf, noting } from '../own-words.ts';
import { post, type Exchange } from '../post.ts';
import { redactor, secretsOfUrl } from '../redact.ts';
import { readBotAddress } from './address.ts';
import { slackPayload, slackText } from './blocks.ts';
import { sendAsBot, tryBot } from './bot.ts';
import { slack } from './definition.ts';
import { byStatus, disable, receiptFor, SENT, type Verdict } from '../verdict.ts';
import { BY_STATUS } from './statuses.ts';
import { asJson, type Written } from '../written.ts';

/** Slack says in one word why it refuses. Each of these stays as it is until somebody sees to it. */
export const BY_WORD = new Map<string, Verdict>([
  ['no_service', disable('gone')],
  ['no_service_id', disable('gone')],
  ['no_active_hooks', disable('gone')],
  ['no_team', disable('gone')],
  ['channel_not_found', disable('gone')],
  ['channel_is_archived', disable('gone')],
  ['user_not_found', disable('gone')],
  ['invalid_token', disable('auth_error')],
  ['team_disabled', disable('auth_error')],
  ['action_prohibited', disable('auth_error')],
  ['posting_to_general_channel_denied', disable('auth_error')],
]);
/** The same payload would be refused for the same blocks at every attempt. */
const BLOCKS_REFUSED: readonly string[] = ['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long'];

/** One message into the channel of an incoming webhook, or of a bot. */
export function createSlack({ exchange }: { exchange: Exchange }): Channel {
  return {
    async send(message) {
      const { target, at, signal } = message;
      const url = target.address();
      const bot = readBotAddress(url);
      if (bot) return sendAsBot(exchange, bot, message);
      const clean = redactor(secretsOfUrl(url));
      const worded = await contentOf(message, slack.words!);
      const { content } = worded;
      const answer = await post(
        exchange,
        url,
        JSON.stringify(slackPayload(content, target.mention)),
        {},
        signal,
      );
      if (!blocksRefused(answer)) return noting(receiptFor(answer, verdictOf, at, clean), worded);
      // Slack changes its limits without notice. A retry with the same blocks is pointless, and a plain message now is
      // worth more than a pretty one never; the receipt keeps the word, so that the cause can be found.
      const plain = await post(exchange, url, JSON.stringify(slackText(content, target.mention)), {}, signal);
      const receipt = receiptFor(plain, verdictOf, at, clean);
      const detail = `without blocks (${wordOf(answer)}): ${receipt.detail}`;
      return noting({ ...receipt, detail }, worded);
    },
  };
}

export { createSlack as createSender };

/** By these Slack refuses a message without content, which shows that it would have taken another one. */
const EMPTY_REFUSED: readonly string[] = [
  'no_text',
  'invalid_payload',
  'missing_text_or_fallback_or_attachments',
];

/** Whether there is such a webhook, without anybody seeing a message: an empty one is posted, which Slack refuses. */
export async function tryHook(exchange: Exchange, url: string, at: number): Promise<Receipt> {
  const answer = await post(exchange, url, '{}');
  const taken = answer.ok && answer.status === 400 && EMPTY_REFUSED.includes(wordOf(answer));
  return receiptFor(answer, (it) => (taken ? SENT : verdictOf(it)), at, redactor(secretsOfUrl(url)));
}

/** What `doctor` finds out. */
export const tryTarget: TryTarget = async ({ exchange }, address, at) => {
  const bot = readBotAddress(address);
  if (bot) return tryBot(exchange, bot, at);
  const receipt = await tryHook(exchange, address, at);
  if (receipt.kind === 'sent') return { ok: true, says: 'the webhook is there; nothing was posted' };
  const fix =
    receipt.kind === 'never'
      ? 'Make a new incoming webhook in Slack, and put its URL where the target refers to.'
      : 'Check the URL that the target refers to, and the network; or Slack is down.';
  return { ok: false, says: receipt.detail, fix };
};

function verdictOf(answer: HttpAnswer): Verdict {
  const refused = answer.status >= 400 && answer.status < 500;
  return (refused && BY_WORD.get(wordOf(answer))) || byStatus(BY_STATUS, answer.status);
}

const blocksRefused = (answer: HttpAnswer | HttpTrouble): boolean =>
  answer.ok && answer.status === 400 && BLOCKS_REFUSED.includes(wordOf(answer));

const wordOf = (answer: HttpAnswer | HttpTrouble): string => (answer.ok ? answer.body.trim() : '');

export const written: Written = (content) => asJson(slackPayload(content));

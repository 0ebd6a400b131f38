import { createHmac } from 'node:crypto';
import { MINUTE } from '../../../core/notify/retry.ts';
import { createBot, type Bot, type CodeTable } from '../bot.ts';
import type { CreateSender } from '../definition.ts';
import { feishu } from './definition.ts';
import { disable, refuse, retry } from '../verdict.ts';
import { feishuCard, feishuText } from './card.ts';
import { asJson, type Written } from '../written.ts';

const TOO_MANY = { verdict: retry('rate_limited'), afterMs: MINUTE };
const BAD_CARD = { verdict: refuse('client_error'), shorten: true } as const;

export const CODES: CodeTable = {
  9_499: BAD_CARD,
  11_232: TOO_MANY,
  11_233: TOO_MANY,
  11_246: TOO_MANY,
  19_001: { verdict: disable('gone'), hint: 'The bot is gone: make a new one' },
  19_002: BAD_CARD,
  19_021: {
    verdict: disable('auth_error'),
    hint: 'Check the secret of the bot, and the clock of this machine',
  },
  19_022: {
    verdict: disable('auth_error'),
    hint: "Add this machine's address to the bot, or use a signature",
  },
  19_024: { verdict: disable('auth_error'), hint: 'Add the keyword Jobchime to the bot, or use a signature' },
};

/** The key is the time and the secret, and nothing is signed with it: DingTalk does it the other way round. */
export const signatureOf = (secret: string, seconds: string): string =>
  createHmac('sha256', `${seconds}\n${secret}`).digest('base64');

const bot: Bot = {
  words: feishu.words!,
  // Older bots have no `code`.
  codeIn: ['code', 'StatusCode'],
  codes: CODES,
  whole: feishuCard,
  short: feishuText,
  signed(url, message, secret, at) {
    const timestamp = String(Math.floor(at / 1_000));
    const sign = signatureOf(secret, timestamp);
    return { url, message: { timestamp, sign, ...message }, signature: sign };
  },
};

export const createSender: CreateSender = (tools) => createBot(bot, tools);

export const written: Written = (content) => asJson(feishuCard(content));

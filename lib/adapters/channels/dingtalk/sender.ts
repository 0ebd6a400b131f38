import { createHmac } from 'node:crypto';
import { MINUTE } from '../../../core/notify/retry.ts';
import { createBot, type Bot, type CodeTable } from '../bot.ts';
import type { CreateSender } from '../definition.ts';
import { dingtalk } from './definition.ts';
import { disable, refuse, retry } from '../verdict.ts';
import { dingtalkMarkdown, dingtalkText } from './markdown.ts';
import { asJson, type Written } from '../written.ts';

/** It takes nothing for ten minutes after more than 20 messages in one. */
const TOO_MANY = { verdict: retry('rate_limited'), afterMs: 10 * MINUTE };
const OUR_FAULT = { verdict: refuse('client_error') };
const CENSORED = { verdict: refuse('rejected'), shorten: true } as const;
const GONE = { verdict: disable('gone'), hint: 'The bot is gone: make a new one' };

export const CODES: CodeTable = {
  [-1]: { verdict: retry('server_error') },
  40_035: OUR_FAULT,
  130_101: TOO_MANY,
  300_001: GONE,
  310_000: {
    verdict: disable('auth_error'),
    hint: 'Check the secret and this clock, add the keyword Jobchime or this address to the bot',
  },
  400_013: { verdict: disable('gone'), hint: 'The group was dissolved' },
  400_101: GONE,
  400_102: { verdict: disable('gone'), hint: 'The bot was stopped: turn it on' },
  400_106: GONE,
  400_402: OUR_FAULT,
  400_403: OUR_FAULT,
  410_100: TOO_MANY,
  430_101: CENSORED,
  430_102: CENSORED,
  430_103: CENSORED,
  430_104: CENSORED,
};

/** The key is the secret; what is signed is the time, in milliseconds, and the secret again. Feishu does it the other way round. */
export const signatureOf = (secret: string, ms: string): string =>
  createHmac('sha256', secret).update(`${ms}\n${secret}`).digest('base64');

const bot: Bot = {
  words: dingtalk.words!,
  codeIn: ['errcode'],
  codes: CODES,
  whole: dingtalkMarkdown,
  short: dingtalkText,
  signed(address, message, secret, at) {
    const url = new URL(address);
    const signature = signatureOf(secret, String(at));
    url.searchParams.set('timestamp', String(at));
    url.searchParams.set('sign', signature);
    return { url: url.href, message, signature };
  },
};

export const createSender: CreateSender = (tools) => createBot(bot, tools);

export const written: Written = (content) => asJson(dingtalkMarkdown(content));

import { MINUTE } from '../../../core/notify/retry.ts';
import { createBot, type Bot, type CodeTable } from '../bot.ts';
import type { CreateSender } from '../definition.ts';
import { wecom } from './definition.ts';
import { disable, refuse, retry } from '../verdict.ts';
import { wecomShortText, wecomText } from './text.ts';
import { asJson, type Written } from '../written.ts';

export const CODES: CodeTable = {
  [-1]: { verdict: retry('server_error') },
  40_008: { verdict: refuse('client_error'), shorten: true },
  40_058: { verdict: refuse('client_error'), shorten: true },
  45_009: { verdict: retry('rate_limited'), afterMs: MINUTE },
  93_000: { verdict: disable('gone'), hint: 'The bot is gone: make a new one' },
};

const bot: Bot = {
  words: wecom.words!,
  codeIn: ['errcode'],
  codes: CODES,
  whole: wecomText,
  short: wecomShortText,
};

export const createSender: CreateSender = (tools) => createBot(bot, tools);

export const written: Written = (content) => asJson(wecomText(content));

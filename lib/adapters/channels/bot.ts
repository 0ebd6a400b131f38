import { isRecord } from '../../core/is-record.ts';
import type { Receipt } from '../../core/notify/delivery.ts';
import type { MessageContent } from '../../core/notify/message-content.ts';
import { parseJson } from '../../core/parse-json.ts';
import type { Channel } from '../../ports.ts';
import type { HttpAnswer, HttpTrouble } from '../platform/http.ts';
import type { Words } from './definition.ts';
import { contentOf, noting } from './own-words.ts';
import { post, type Exchange } from './post.ts';
import { redactor, secretsOfUrl } from './redact.ts';
import { byStatus, disable, receiptFor, retry, SENT, type StatusTable, type Verdict } from './verdict.ts';

/** Bots of group chats that answer 200 to everything and say with a code what came of it. */
export interface Bot {
  words: Words;
  /** Fields of the answer that may have the code; the first that is there counts. */
  codeIn: readonly string[];
  codes: CodeTable;
  /** The whole message, and what is left of it where the whole is refused. */
  whole(content: MessageContent): object;
  short(content: MessageContent): object;
  /** What is sent where, at this attempt; `secret`: what signs it, where the bot wants that. */
  signed?(url: string, message: object, secret: string, at: number): Signed;
}
interface Signed {
  url: string;
  message: object;
  signature: string;
}

/** What a code means. */
export interface Meaning {
  verdict: Verdict;
  /** What somebody has to do about it. */
  hint?: string;
  /** How long the bot wants to be left alone; none of them says so itself. In milliseconds. */
  afterMs?: number;
  /** The short message may get through where this one does not. */
  shorten?: true;
}
export type CodeTable = Readonly<Record<number, Meaning>>;

export const BY_STATUS: StatusTable = {
  '1xx': retry('server_error'),
  // With a code of 0 it is taken. Without any, nobody knows.
  '2xx': retry('uncertain'),
  '3xx': retry('redirected'),
  401: retry('auth_error'),
  403: retry('auth_error'),
  404: disable('gone'),
  410: disable('gone'),
  429: retry('rate_limited'),
  '4xx': retry('client_error'),
  '5xx': retry('server_error'),
};
/** Of a code that no table has. */
export const UNKNOWN_CODE: Meaning = { verdict: retry('rejected') };
const TAKEN: Meaning = { verdict: SENT };

export function createBot(bot: Bot, { exchange }: { exchange: Exchange }): Channel {
  return {
    async send(told) {
      const { target, at, signal } = told;
      const secret = target.signingKeys?.[0]?.();
      const address = target.address();
      const once = async (message: object): Promise<[Meaning | undefined, Receipt]> => {
        const signed = secret === undefined ? undefined : bot.signed?.(address, message, secret, at);
        const { url = address, signature = '' } = signed ?? {};
        // A signature is good for an hour, in anybody's hands.
        const clean = redactor([...secretsOfUrl(address), ...secretsOfUrl(url), signature, secret ?? '']);
        const answer = await post(exchange, url, JSON.stringify(signed?.message ?? message), {}, signal);
        const meaning = meaningOf(bot, answer);
        return [meaning, receiptOf(answer, meaning, at, clean)];
      };
      const worded = await contentOf(told, bot.words);
      const { content } = worded;
      const [meaning, receipt] = await once(bot.whole(content));
      if (!meaning?.shorten) return noting(receipt, worded);
      const [, second] = await once(bot.short(content));
      const detail = `shortened, since the whole was refused: ${second.detail}`;
      return noting({ ...second, detail }, worded);
    },
  };
}

/** Undefined where the status alone speaks: there is no code, or it comes from what stands before the bot. */
function meaningOf({ codeIn, codes }: Bot, answer: HttpAnswer | HttpTrouble): Meaning | undefined {
  if (!answer.ok || answer.status < 200 || answer.status >= 500) return undefined;
  const said = parseJson(answer.body);
  const code = isRecord(said) ? codeIn.map((name) => said[name]).find((it) => it !== undefined) : undefined;
  if (typeof code !== 'number') return undefined;
  if (code === 0) return answer.status < 300 ? TAKEN : undefined;
  return codes[code] ?? (answer.status < 300 ? UNKNOWN_CODE : undefined);
}

function receiptOf(
  answer: HttpAnswer | HttpTrouble,
  meaning: Meaning | undefined,
  at: number,
  clean: (text: string) => string,
): Receipt {
  const verdict = ({ status }: HttpAnswer): Verdict => meaning?.verdict ?? byStatus(BY_STATUS, status);
  const receipt = receiptFor(answer, verdict, at, clean);
  const said = meaning?.hint ? { ...receipt, detail: `${meaning.hint}. ${receipt.detail}` } : receipt;
  return said.kind === 'retry' && meaning?.afterMs !== undefined && said.afterMs === undefined
    ? { ...said, afterMs: meaning.afterMs }
    : said;
}

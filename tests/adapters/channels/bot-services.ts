import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { AT, receiver, type Received, type Reply } from './kit.ts';

/**
 * The bots of three services, from what is documented of them and not from the code under test: all of them answer 200, and say
 * with a code what came of it. `shown`: the bodies that the group saw.
 */

interface Settings {
  secret?: string | undefined;
  keyword?: string;
  now?: () => number;
  isGone?: boolean;
}
interface Service {
  url: string;
  received: Received[];
  shown: string[];
}

const answer = (fields: object): Reply => ({ status: 200, body: JSON.stringify(fields) });
const HOUR = 3_600_000;
const base64 = (key: string, data: string): string => createHmac('sha256', key).update(data).digest('base64');

/** How many within the last `ms`, this one included. */
function countedOver(now: () => number) {
  const times: number[] = [];
  return {
    add: () => times.push(now()),
    within: (ms: number): number => times.filter((at) => at > now() - ms).length,
  };
}

const link = z.url({ protocol: /^https$/ });
const nothing = z.tuple([]);
const honest = z.string().regex(/^(?:[^\p{Cc}\p{Cs}]|\n)*$/u, 'control characters');
const text = honest.regex(/\S/, 'no text');

// ---- Feishu

const plain = z.strictObject({ tag: z.literal('plain_text'), content: text });
const feishuMessage = z.union([
  z.object({
    msg_type: z.literal('interactive'),
    card: z.strictObject({
      config: z.strictObject({ wide_screen_mode: z.literal(true) }),
      header: z.strictObject({
        template: z.enum(['green', 'orange', 'red', 'blue']),
        title: plain,
      }),
      elements: z.array(
        z.union([
          // Never `lark_md`: `<at id=all></at>` in it is a mention of everybody.
          z.strictObject({ tag: z.literal('div'), text: plain }),
          z.strictObject({ tag: z.literal('hr') }),
          z.strictObject({
            tag: z.literal('action'),
            actions: z.tuple([
              z.strictObject({
                tag: z.literal('button'),
                text: plain,
                url: link,
                type: z.literal('primary'),
              }),
            ]),
          }),
        ]),
      ),
    }),
  }),
  z.object({
    msg_type: z.literal('text'),
    content: z.strictObject({ text: text.regex(/^[^<]*$/, 'a tag, which may be a mention') }),
  }),
]);

/** What Feishu would refuse, and what would ping somebody; null: nothing. */
export function faultOfFeishu(body: string): string | null {
  if (Buffer.byteLength(body) > 20 * 1_024) return `${Buffer.byteLength(body)} bytes`;
  const parsed = feishuMessage.safeParse(JSON.parse(body));
  return parsed.success ? null : z.prettifyError(parsed.error);
}

export const FEISHU_HOOK = '/open-apis/bot/v2/hook/8c1f0000-aaaa-bbbb-cccc-123456789abc';
export async function feishuService({
  secret,
  keyword,
  now = () => AT,
  isGone,
  isOld,
}: Settings & { isOld?: boolean } = {}): Promise<Service> {
  const shown: string[] = [];
  const taken = countedOver(now);
  const say = (code: number, msg: string): Reply =>
    answer(isOld ? { StatusCode: code, StatusMessage: msg } : { code, msg, data: {} });
  const { url, received } = await receiver(({ path, body }) => {
    if (isGone || path !== FEISHU_HOOK)
      return say(19_001, 'param invalid: incoming webhook access token invalid');
    const message = JSON.parse(body) as Record<string, unknown>;
    if (secret !== undefined) {
      const { timestamp, sign } = message;
      const isNear =
        /^\d{10}$/.test(String(timestamp)) && Math.abs(Number(timestamp) * 1_000 - now()) <= HOUR;
      if (typeof timestamp !== 'string' || !isNear || sign !== base64(`${timestamp}\n${secret}`, ''))
        return say(19_021, 'sign match fail or timestamp is not within one hour from current time');
    }
    if (keyword !== undefined && !body.includes(keyword)) return say(19_024, 'Key Words Not Found');
    taken.add();
    if (taken.within(1_000) > 5 || taken.within(60_000) > 100) return say(11_232, 'frequency limited');
    const fault = faultOfFeishu(body);
    if (fault) return say(9_499, `Bad Request: ${fault}`);
    shown.push(body);
    return say(0, 'success');
  });
  return { url: `${url}${FEISHU_HOOK}`, received, shown };
}

// ---- DingTalk

const at = z.strictObject({ atMobiles: nothing, atUserIds: nothing, isAtAll: z.literal(false) });
const dingtalkMessage = z.union([
  z.strictObject({
    msgtype: z.literal('markdown'),
    markdown: z.strictObject({ title: text, text }),
    at,
  }),
  z.strictObject({ msgtype: z.literal('text'), text: z.strictObject({ content: text }), at }),
]);
export function faultOfDingTalk(body: string): string | null {
  if (Buffer.byteLength(body) > 20_000) return `${Buffer.byteLength(body)} bytes`;
  const parsed = dingtalkMessage.safeParse(JSON.parse(body));
  return parsed.success ? null : z.prettifyError(parsed.error);
}

export const DINGTALK_TOKEN = '566cc69da782ec33e42542f6a9b7d9d1e0a1b2c3d4e5f60718293a4b5c6d7e8f';
export async function dingtalkService({
  secret,
  keyword,
  now = () => AT,
  isGone,
}: Settings = {}): Promise<Service> {
  const shown: string[] = [];
  const taken = countedOver(now);
  let silentUntil = 0;
  const say = (errcode: number, errmsg: string): Reply => answer({ errcode, errmsg });
  const { url, received } = await receiver(({ path, body }) => {
    const { searchParams: query } = new URL(path, 'https://x');
    if (isGone || query.get('access_token') !== DINGTALK_TOKEN) return say(300_001, 'token is not exist');
    if (secret !== undefined) {
      const timestamp = query.get('timestamp') ?? '';
      const isNear = /^\d{13}$/.test(timestamp) && Math.abs(Number(timestamp) - now()) <= HOUR;
      if (!isNear || query.get('sign') !== base64(secret, `${timestamp}\n${secret}`))
        return say(310_000, 'sign not match');
    }
    if (keyword !== undefined && !body.includes(keyword)) return say(310_000, 'keywords not in content');
    taken.add();
    if (taken.within(60_000) > 20) silentUntil = now() + 600_000;
    if (now() < silentUntil) return say(130_101, 'send too fast, exceed 20 times per minute');
    const fault = faultOfDingTalk(body);
    if (fault) return say(40_035, `invalid parameter: ${fault}`);
    shown.push(body);
    return say(0, 'ok');
  });
  return { url: `${url}/robot/send?access_token=${DINGTALK_TOKEN}`, received, shown };
}

// ---- WeCom

const wecomMessage = z.strictObject({
  msgtype: z.literal('text'),
  text: z.strictObject({
    content: text
      .regex(/^[^<]*$/, 'a tag, which may be a mention')
      .refine((it) => Buffer.byteLength(it) <= 2_048, 'content exceeds 2048 bytes'),
    mentioned_list: nothing,
    mentioned_mobile_list: nothing,
  }),
});
export function faultOfWeCom(body: string): string | null {
  const parsed = wecomMessage.safeParse(JSON.parse(body));
  return parsed.success ? null : z.prettifyError(parsed.error);
}

export const WECOM_KEY = '693a91f6-7000-4bc4-97a0-0ec2sifa5aaa';
export async function wecomService({ now = () => AT, isGone }: Settings = {}): Promise<Service> {
  const shown: string[] = [];
  const taken = countedOver(now);
  const say = (errcode: number, errmsg: string): Reply => answer({ errcode, errmsg });
  const { url, received } = await receiver(({ path, body }) => {
    if (isGone || new URL(path, 'https://x').searchParams.get('key') !== WECOM_KEY)
      return say(93_000, 'invalid webhook url, hint: [1]');
    taken.add();
    if (taken.within(60_000) > 20) return say(45_009, 'api freq out of limit');
    const fault = faultOfWeCom(body);
    if (fault) return say(40_058, fault);
    shown.push(body);
    return say(0, 'ok');
  });
  return { url: `${url}/cgi-bin/webhook/send?key=${WECOM_KEY}`, received, shown };
}

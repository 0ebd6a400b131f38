import { describe, expect, it } from 'vitest';
import { feishuCard, feishuText } from '../../../lib/adapters/channels/feishu/card.ts';
import { CODES, createSender, signatureOf } from '../../../lib/adapters/channels/feishu/sender.ts';
import { signatureOf as signedAsDingTalk } from '../../../lib/adapters/channels/dingtalk/sender.ts';
import { FEISHU_HOOK, faultOfFeishu, feishuService } from './bot-services.ts';
import { botSuite } from './bot.suite.ts';
import { AT, localExchange, messageTo, receiver, targetOf } from './kit.ts';

const SECRET = 'jobchimeFeishuSecret01';
const ADDRESS = `https://open.feishu.cn${FEISHU_HOOK}`;
const feishu = createSender({ exchange: localExchange, version: '0' });

botSuite({
  channel: 'feishu',
  createSender,
  whole: feishuCard,
  short: feishuText,
  faultOf: faultOfFeishu,
  codes: CODES,
  codeName: 'code',
  service: feishuService,
  address: ADDRESS,
  shownAs: 'Feishu (open.feishu.cn/…)',
  secret: SECRET,
  secrets: [
    ADDRESS,
    FEISHU_HOOK,
    FEISHU_HOOK.split('/').at(-1)!,
    SECRET,
    signatureOf(SECRET, String(AT / 1_000)),
  ],
});

describe("Feishu's signature", () => {
  it.each([
    [SECRET, '1764111600', 'plpGco9Sip/EkeJ6iDimwFwFLFah6qlzf3anhil691U='],
    [SECRET, '1764111611', 'Pmqdid3g4pMWYkgNcOY/+kwQiwa7V4s7AsGj2T8nQE0='],
    ['xxx', '1661860880', 'QnWVTSBe6FmQDE0bG6X0mURbI+DnvVyu1h+j5dHOjrU='],
  ])('is known: %s at %s', (secret, seconds, signature) => {
    expect(signatureOf(secret, seconds)).toBe(signature);
    expect(signedAsDingTalk(secret, seconds)).not.toBe(signature);
  });

  it('is made anew at each attempt: what was held for hours arrives', async () => {
    let now = AT;
    const { url, received, shown } = await feishuService({ secret: SECRET, now: () => now });
    for (now of [AT, AT + 5 * 3_600_000]) {
      const receipt = await feishu.send(messageTo(targetOf(url, [SECRET]), undefined, now));
      expect(receipt).toMatchObject({ kind: 'sent' });
    }
    expect(shown).toHaveLength(2);
    expect(received.map(({ body }) => (JSON.parse(body) as { timestamp: unknown }).timestamp)).toEqual([
      String(AT / 1_000),
      String(AT / 1_000 + 5 * 3_600),
    ]);
  });

  it('is refused by a bot that knows another secret, or whose clock is hours away', async () => {
    const other = await feishuService({ secret: 'another-secret' });
    const early = await feishuService({ secret: SECRET, now: () => AT + 2 * 3_600_000 });
    for (const { url } of [other, early]) {
      const receipt = await feishu.send(messageTo(targetOf(url, [SECRET])));
      expect(receipt).toMatchObject({ kind: 'never', reason: 'auth_error', disable: true });
      expect(receipt.detail).toMatch(
        /^Check the secret of the bot, and the clock of this machine\. HTTP 200/,
      );
    }
  });

  it('is not made the way of DingTalk, which a bot of Feishu refuses', async () => {
    const { url, shown } = await feishuService({ secret: SECRET });
    const timestamp = String(AT / 1_000);
    const body = {
      timestamp,
      sign: signedAsDingTalk(SECRET, timestamp),
      msg_type: 'text',
      content: { text: 'x' },
    };
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    expect(await answer.json()).toMatchObject({ code: 19_021 });
    expect(shown).toEqual([]);
  });
});

describe('a bot of Feishu', () => {
  it('may want the keyword Jobchime, and says so where it wants another', async () => {
    const { url } = await feishuService({ keyword: 'Jobchime' });
    expect(await feishu.send(messageTo(targetOf(url)))).toMatchObject({ kind: 'sent' });
    const other = await feishuService({ keyword: 'abracadabra' });
    const receipt = await feishu.send(messageTo(targetOf(other.url)));
    expect(receipt).toMatchObject({ kind: 'never', reason: 'auth_error', disable: true });
    expect(receipt.detail).toMatch(/^Add the keyword Jobchime to the bot, or use a signature\. HTTP 200/);
  });

  it('of the older kind answers with StatusCode', async () => {
    const { url } = await feishuService({ isOld: true });
    expect(await feishu.send(messageTo(targetOf(url)))).toMatchObject({ kind: 'sent' });
  });

  it('is left alone for a minute when it gets too much', async () => {
    const { url, shown } = await feishuService();
    const receipts = [];
    for (let n = 0; n < 6; n += 1) receipts.push(await feishu.send(messageTo(targetOf(url))));
    expect(shown).toHaveLength(5);
    expect(receipts[5]).toMatchObject({ kind: 'retry', reason: 'rate_limited', afterMs: 60_000 });
  });

  it('that refuses the card is sent a text, signed too', async () => {
    const { url, received } = await receiver(({ body }) => ({
      status: 200,
      body: body.includes('interactive') ? '{"code":9499,"msg":"Bad Request"}' : '{"code":0}',
    }));
    const receipt = await feishu.send(messageTo(targetOf(url, [SECRET])));
    expect(receipt).toMatchObject({ kind: 'sent', detail: expect.stringMatching(/^shortened/) as unknown });
    expect(JSON.parse(received[1]!.body)).toMatchObject({
      msg_type: 'text',
      sign: signatureOf(SECRET, String(AT / 1_000)),
      content: { text: expect.stringMatching(/Ecs\.0219.* · Jobchime$/) as unknown },
    });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dingtalk as definition } from '../../../lib/adapters/channels/dingtalk/definition.ts';
import { dingtalkMarkdown, dingtalkText, escaped } from '../../../lib/adapters/channels/dingtalk/markdown.ts';
import { CODES, createSender, signatureOf } from '../../../lib/adapters/channels/dingtalk/sender.ts';
import { DINGTALK_TOKEN, dingtalkService, faultOfDingTalk } from './bot-services.ts';
import { botSuite } from './bot.suite.ts';
import { AT, localExchange, messageTo, receiver, targetOf } from './kit.ts';
import { character } from '../../character.ts';

const SECRET = 'SECjobchime0000testsecret';
const ADDRESS = `https://oapi.dingtalk.com/robot/send?access_token=${DINGTALK_TOKEN}`;
const dingtalk = createSender({ exchange: localExchange, version: '0' });

botSuite({
  channel: 'dingtalk',
  createSender,
  whole: dingtalkMarkdown,
  short: dingtalkText,
  faultOf: faultOfDingTalk,
  codes: CODES,
  codeName: 'errcode',
  service: dingtalkService,
  address: ADDRESS,
  shownAs: 'DingTalk (oapi.dingtalk.com/…)',
  secret: SECRET,
  secrets: [
    ADDRESS,
    DINGTALK_TOKEN,
    SECRET,
    signatureOf(SECRET, String(AT)),
    encodeURIComponent(signatureOf(SECRET, String(AT))),
  ],
});

describe("DingTalk's signature", () => {
  it.each([
    [
      '1764111600000',
      'L0whqWdID0bmzqPBQEQuOOnSqVdVxTx6Uk0BqNflCjs=',
      'L0whqWdID0bmzqPBQEQuOOnSqVdVxTx6Uk0BqNflCjs%3D',
    ],
    [
      '1764111600001',
      'ZWd9BPZWA2lVtZbvIXUEV/q3+ZmcoJGKyq8bV+Ob1dw=',
      'ZWd9BPZWA2lVtZbvIXUEV%2Fq3%2BZmcoJGKyq8bV%2BOb1dw%3D',
    ],
  ])('is known, and encoded in the URL: at %s', async (ms, signature, inUrl) => {
    expect(signatureOf(SECRET, ms)).toBe(signature);
    const { url, received } = await dingtalkService({ secret: SECRET, now: () => Number(ms) });
    const receipt = await dingtalk.send(messageTo(targetOf(url, [SECRET]), undefined, Number(ms)));
    expect(receipt).toMatchObject({ kind: 'sent' });
    expect(received[0]!.path).toBe(
      `/robot/send?access_token=${DINGTALK_TOKEN}&timestamp=${ms}&sign=${inUrl}`,
    );
  });

  it('is made anew at each attempt, in place of one that was copied along', async () => {
    let now = AT;
    const { url, shown } = await dingtalkService({ secret: SECRET, now: () => now });
    for (now of [AT, AT + 5 * 3_600_000])
      await dingtalk.send(messageTo(targetOf(`${url}&timestamp=1&sign=x`, [SECRET]), undefined, now));
    expect(shown).toHaveLength(2);
  });

  it('that does not match disables the bot, and its words say what to check', async () => {
    const { url } = await dingtalkService({ secret: 'another-secret' });
    const receipt = await dingtalk.send(messageTo(targetOf(url, [SECRET])));
    expect(receipt).toMatchObject({ kind: 'never', reason: 'auth_error', disable: true });
    expect(receipt.detail).toMatch(/^Check the secret .*keyword Jobchime.* HTTP 200.*sign not match/);
  });
});

describe('a bot of DingTalk', () => {
  it('may want the keyword Jobchime', async () => {
    const { url } = await dingtalkService({ keyword: 'Jobchime' });
    expect(await dingtalk.send(messageTo(targetOf(url)))).toMatchObject({ kind: 'sent' });
  });

  it('is left alone for ten minutes when it gets too much, and takes messages then', async () => {
    let now = AT;
    const { url, shown } = await dingtalkService({ now: () => now });
    const receipts = [];
    for (let n = 0; n < 21; n += 1) receipts.push(await dingtalk.send(messageTo(targetOf(url))));
    expect(shown).toHaveLength(20);
    expect(receipts[20]).toMatchObject({ kind: 'retry', reason: 'rate_limited', afterMs: 600_000 });
    now += 600_000;
    expect(await dingtalk.send(messageTo(targetOf(url)))).toMatchObject({ kind: 'sent' });
  });

  it('that censors a message is sent its headline alone', async () => {
    const { url, received } = await receiver(({ body }) => ({
      status: 200,
      body: body.includes('markdown') ? '{"errcode":430102,"errmsg":"no"}' : '{"errcode":0}',
    }));
    expect(await dingtalk.send(messageTo(targetOf(`${url}/?access_token=t`)))).toMatchObject({
      kind: 'sent',
    });
    expect(JSON.parse(received[1]!.body)).toMatchObject({ msgtype: 'text' });
  });

  it('reads nothing in foreign words as Markdown, HTML or an escape', () => {
    expect(escaped('[click](https://evil.example) <b> **x** 1. # &lt;')).toBe(
      String.raw`\[click\]\(https://evil.example\) &lt;b\> \*\*x\*\* 1. \# &amp;lt;`,
    );
    fc.assert(
      fc.property(fc.string({ unit: character }), (text) => {
        expect(escaped(text).replaceAll(/\\./g, '')).not.toMatch(/[\\*_[\]()#>!`~|<-]|^\d+\./);
      }),
    );
  });

  it('has its token in the query of its URL', () => {
    expect(definition.accepts!(ADDRESS)).toMatchObject({ ok: true });
    expect(definition.accepts!('https://oapi.dingtalk.com/robot/send')).toEqual({
      ok: false,
      problem: 'has no access_token in its query',
      fix: "Copy the whole URL from the bot's settings.",
    });
  });
});

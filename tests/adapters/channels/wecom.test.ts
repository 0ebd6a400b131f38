import { describe, expect, it } from 'vitest';
import { wecom as definition } from '../../../lib/adapters/channels/wecom/definition.ts';
import { CODES, createSender } from '../../../lib/adapters/channels/wecom/sender.ts';
import { wecomShortText, wecomText } from '../../../lib/adapters/channels/wecom/text.ts';
import { describe as contentOf } from '../../../lib/core/notify/message.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import { faultOfWeCom, WECOM_KEY, wecomService } from './bot-services.ts';
import { botSuite } from './bot.suite.ts';
import { localExchange, messageTo, receiver, targetOf } from './kit.ts';

const ADDRESS = `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${WECOM_KEY}`;
const wecom = createSender({ exchange: localExchange, version: '0' });

botSuite({
  channel: 'wecom',
  createSender,
  whole: wecomText,
  short: wecomShortText,
  faultOf: faultOfWeCom,
  codes: CODES,
  codeName: 'errcode',
  service: wecomService,
  address: ADDRESS,
  shownAs: 'WeCom (qyapi.weixin.qq.com/…)',
  secrets: [ADDRESS, WECOM_KEY],
});

describe('a bot of WeCom', () => {
  it('is left alone for a minute when it gets too much', async () => {
    const { url, shown } = await wecomService();
    const receipts = [];
    for (let n = 0; n < 21; n += 1) receipts.push(await wecom.send(messageTo(targetOf(url))));
    expect(shown).toHaveLength(20);
    expect(receipts[20]).toMatchObject({ kind: 'retry', reason: 'rate_limited', afterMs: 60_000 });
  });

  it('gets the headline and the link whatever is cut between them, and a word on that', () => {
    const failedSubJobs = Array.from({ length: 500 }, (_, i) => `createNic ${i}: ${'配额不足'.repeat(30)}`);
    const content = { ...contentOf(SAMPLES['job.failed']!), failedSubJobs };
    const { text } = wecomText(content);
    expect(text.content).toMatch(
      /^❌ web-7: creating the server failed: no room for this flavor in eu-de-03 \(Ecs\.0219\)/,
    );
    expect(text.content).toContain('... and more than fits here');
    expect(text.content.endsWith(content.link!)).toBe(true);
    expect(Buffer.byteLength(text.content)).toBeGreaterThan(1_700);
  });

  it('is told the reason once, in the headline', () => {
    const { text } = wecomText(contentOf(SAMPLES['job.failed']!));
    expect(text.content.match(/^.*No host has 4 vCPUs & 8 GiB left in eu-de-03 ＜az＞$/gm)).toHaveLength(1);
  });

  it('that finds a message too long is sent its headline alone', async () => {
    const { url, received } = await receiver(({ body }) => ({
      status: 200,
      body: body.length > 500 ? '{"errcode":40058,"errmsg":"exceed"}' : '{"errcode":0}',
    }));
    expect(await wecom.send(messageTo(targetOf(`${url}/?key=k`)))).toMatchObject({ kind: 'sent' });
    expect(received).toHaveLength(2);
  });

  it('has its key in the query of its URL', () => {
    expect(definition.accepts!(ADDRESS)).toMatchObject({ ok: true });
    expect(definition.accepts!('https://qyapi.weixin.qq.com/cgi-bin/webhook/send')).toMatchObject({
      ok: false,
    });
  });
});

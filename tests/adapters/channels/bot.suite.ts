import { describe, expect, it } from 'vitest';
import { BY_STATUS, type CodeTable } from '../../../lib/adapters/channels/bot.ts';
import type { CreateSender } from '../../../lib/adapters/channels/definition.ts';
import { CHANNELS, targetOn, type KnownChannel } from '../../../lib/adapters/channels/registry.ts';
import { byStatus } from '../../../lib/adapters/channels/verdict.ts';
import { describe as contentOf } from '../../../lib/core/notify/message.ts';
import type { MessageContent } from '../../../lib/core/notify/message-content.ts';
import { newEndpoint } from '../../../lib/core/notify/endpoint.ts';
import { gapOf } from '../../../lib/core/notify/send-pace.ts';
import type { Receipt } from '../../../lib/core/notify/delivery.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import type { Received } from './kit.ts';
import {
  ALL_STATUSES,
  answered,
  AT,
  longest,
  whateverIsWritten,
  leaks,
  localExchange,
  messageTo,
  receiver,
  scripted,
  targetOf,
} from './kit.ts';

interface Case {
  channel: KnownChannel;
  createSender: CreateSender;
  whole(content: MessageContent): object;
  short(content: MessageContent): object;
  /** What the service would refuse, or would ping somebody; null: nothing. */
  faultOf(body: string): string | null;
  codes: CodeTable;
  codeName: string;
  service(settings?: {
    isGone?: boolean;
    now?: () => number;
  }): Promise<{ url: string; received: Received[]; shown: string[] }>;
  /** One as it is on the wire, and what of it lets one in. */
  address: string;
  shownAs: string;
  secret?: string;
  secrets: string[];
}

/** What holds for every bot that answers 200 and a code. */
export function botSuite(it_: Case): void {
  const { channel, createSender, whole, short, faultOf, codes, codeName, service, address } = it_;
  const bot = (exchange = localExchange) => createSender({ exchange, version: '0' });
  const codeAnswer = (code: number) =>
    scripted(answered(200, JSON.stringify({ [codeName]: code, msg: 'words of the bot' })));
  const sent = (exchange = localExchange): Promise<Receipt> =>
    bot(exchange).send(messageTo(targetOf(address)));

  describe(`a message to ${channel}`, () => {
    it.each(Object.keys(SAMPLES))('%s is shown to the group', async (name) => {
      const { url, received, shown } = await service();
      const receipt = await bot().send(messageTo(targetOf(url), SAMPLES[name]));
      expect(receipt).toMatchObject({ kind: 'sent' });
      expect(shown).toHaveLength(1);
      expect(received[0]).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } });
    });

    it('keeps within all limits and pings nobody, whatever the cloud and the users write', () => {
      whateverIsWritten((content) => {
        expect(faultOf(JSON.stringify(whole(content)))).toBeNull();
        expect(faultOf(JSON.stringify(short(content)))).toBeNull();
      }, 200);
    });

    it.each([
      '&',
      '"',
      '*',
      '超',
      '👩‍👩‍👧',
      '\u0301',
      '<at id=all></at>',
      '<@all>',
      '\ud800',
      '\r\n',
      '\u0007',
      'x',
    ])('keeps within all limits when everything is as long as can be: %j', (char) => {
      const content = longest(char);
      expect(faultOf(JSON.stringify(whole(content)))).toBeNull();
      expect(faultOf(JSON.stringify(short(content)))).toBeNull();
    });

    it('begins with what happened to what, and why', () => {
      expect(JSON.stringify(whole(contentOf(SAMPLES['job.failed']!)))).toMatch(
        /"❌ web-7: creating the server failed: no room for this flavor in eu-de-03 \(Ecs\.0219\)/,
      );
    });
  });

  describe(`the answers of ${channel}`, () => {
    it('speak by their status where they have no code', async () => {
      for (const status of ALL_STATUSES) {
        const { detail, ...rest } = await sent(scripted(answered(status, '<html>')));
        expect(rest, String(status)).toEqual(byStatus(BY_STATUS, status));
        expect(detail).toContain(`HTTP ${status}`);
      }
    });

    it.each(Object.keys(codes).map(Number))('mean with %i what the table says', async (code) => {
      const { verdict, hint = '', afterMs } = codes[code]!;
      const receipt = await sent(codeAnswer(code));
      expect(receipt).toMatchObject({ ...verdict, ...(afterMs !== undefined && { afterMs }) });
      expect(receipt.detail).toContain(hint);
      expect(receipt.detail).toContain(String(code));
    });

    it('are taken by the code and not by the status', async () => {
      expect(await sent(codeAnswer(0))).toMatchObject({ kind: 'sent' });
      expect(await sent(codeAnswer(987_654))).toMatchObject({ kind: 'retry', reason: 'rejected' });
      const html = scripted(answered(200, '<html>please log in</html>'));
      expect(await sent(html)).toMatchObject({ kind: 'retry', reason: 'uncertain' });
      const busy = scripted(answered(503, JSON.stringify({ [codeName]: 0 })));
      expect(await sent(busy)).toMatchObject({ kind: 'retry', reason: 'server_error' });
    });

    it('are no refusals for as many messages as the channel sends', async () => {
      let now = AT;
      const { url, shown } = await service({ now: () => now });
      const gap = gapOf(
        newEndpoint({ endpoint: '', subscription: '', channel, shown: '' }, AT),
        CHANNELS[channel],
      );
      for (let n = 0; n < 120; n += 1, now += gap) await bot().send(messageTo(targetOf(url), undefined, now));
      expect(shown).toHaveLength(120);
    });

    it('disable a bot that is gone, and say what to do', async () => {
      const { url } = await service({ isGone: true });
      const receipt = await bot().send(messageTo(targetOf(url)));
      expect(receipt).toMatchObject({ kind: 'never', reason: 'gone', disable: true });
      expect(receipt.detail).toContain('The bot is gone: make a new one. HTTP 200');
    });

    it('that never come leave it uncertain', async () => {
      const { url } = await receiver(() => null);
      const hasty = bot((request) => localExchange({ ...request, deadlineMs: 300 }));
      expect(await hasty.send(messageTo(targetOf(`${url}/?key=k&access_token=t`)))).toMatchObject({
        kind: 'retry',
        reason: 'uncertain',
      });
    });

    it('never give away what lets one in', async () => {
      const { secret, secrets } = it_;
      const target = targetOf(address, secret === undefined ? [] : [secret]);
      expect(await leaks(bot, target, secrets)).toEqual([]);
      expect(targetOn(channel, () => address).shown).toBe(it_.shownAs);
    });
  });
}

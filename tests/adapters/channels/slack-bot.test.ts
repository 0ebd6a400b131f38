import { describe, expect, it } from 'vitest';
import { botAddress, SLACK_API } from '../../../lib/adapters/channels/slack/address.ts';
import { BY_CODE } from '../../../lib/adapters/channels/slack/codes.ts';
import { createSlack, tryTarget } from '../../../lib/adapters/channels/slack/sender.ts';
import type { Message } from '../../../lib/ports.ts';
import { shortUpdate, slackPayload, slackText } from '../../../lib/adapters/channels/slack/blocks.ts';
import { describe as contentOf } from '../../../lib/core/notify/message.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import { problemsOf } from './block-kit.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import {
  whateverIsWritten,
  ALL_STATUSES,
  answered,
  AT,
  everyStatus,
  leaks,
  localExchange,
  messageTo,
  receiver,
  scripted,
  targetOf,
} from './kit.ts';
import { CHANNEL, slackService, TOKEN } from './slack-service.ts';

const target = (api: string) => targetOf(botAddress(api, CHANNEL, TOKEN));
const slack = createSlack({ exchange: localExchange });
const living = (message: Message, how: Message['living']): Message => ({ ...message, living: how! });
const spot = { channel: CHANNEL, ts: '1772366700.000001' };

describe('a bot in Slack', () => {
  it.each(Object.keys(SAMPLES))(
    'posts %s where Slack takes no more than it documents, and changes it',
    async (name) => {
      let now = AT;
      const service = await slackService({ now: () => now });
      const message = messageTo(target(service.api), SAMPLES[name]);
      const receipt = await slack.send(message);
      expect(receipt).toEqual({
        kind: 'sent',
        detail: 'ok',
        spot: { channel: CHANNEL, ts: service.shown[0]!.ts },
      });
      now += 1_000;
      const changed = living(message, {
        how: 'update',
        spot: { channel: CHANNEL, ts: service.shown[0]!.ts },
      });
      expect(await slack.send(changed)).toMatchObject({ kind: 'sent' });
      expect(service.shown).toMatchObject([{ changes: 1 }]);
    },
  );

  it('sends its token in a header only, and names what it asks for by the channel', async () => {
    const { api, received } = await slackService();
    await slack.send(messageTo(target(api)));
    const [{ path, headers, body }] = received as [(typeof received)[0]];
    expect(path).toBe('/api/chat.postMessage');
    expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(JSON.parse(body)).toMatchObject({ channel: CHANNEL, unfurl_links: false });
    expect(path + body).not.toContain(TOKEN);
  });

  it('shows an answer in the channel, too, where it is bad news', async () => {
    let now = AT;
    const service = await slackService({ now: () => now });
    await slack.send(messageTo(target(service.api)));
    const at = { channel: CHANNEL, ts: service.shown[0]!.ts };
    for (const name of ['job.failed', 'job.succeeded', 'job.overdue']) {
      now += 1_000;
      const message = messageTo(target(service.api), SAMPLES[name]);
      expect(await slack.send(living(message, { how: 'reply', spot: at }))).toMatchObject({ kind: 'sent' });
    }
    expect(service.shown.slice(1).map(({ thread, broadcast }) => [thread, broadcast])).toEqual([
      [at.ts, true],
      [at.ts, false],
      [at.ts, false],
    ]);
  });

  it('changes a message without blocks where Slack refuses those, within what a change may have', async () => {
    const asked: Record<string, unknown>[] = [];
    const { url } = await receiver(({ body }) => {
      const said = JSON.parse(body) as { blocks?: unknown[] };
      asked.push(said);
      return {
        status: 200,
        body: JSON.stringify(said.blocks?.length ? { ok: false, error: 'invalid_blocks' } : { ok: true }),
      };
    });
    const message = messageTo(target(`${url}/api/`));
    const receipt = await slack.send(living(message, { how: 'update', spot }));
    expect(receipt).toMatchObject({ kind: 'sent', detail: 'without blocks (invalid_blocks): ok' });
    expect(asked[1]).toMatchObject({ blocks: [], ts: spot.ts });
  });

  it.each(['hook', 'bot'] as const)(
    'calls whom the subscription names for failures, and nobody else (%s)',
    async (way) => {
      const { url, received } = await receiver(() => ({ status: 200, body: '{"ok":true}' }));
      const to = way === 'bot' ? target(`${url}/api/`) : targetOf(`${url}/services/T/B/x`);
      const calling = { ...to, mention: ['here', 'U0123456789', 'S0123456789'] };
      const ping = '<!here> <@U0123456789> <!subteam^S0123456789>';
      const event = {
        ...SAMPLES['job.failed']!,
        data: { ...SAMPLES['job.failed']!.data, status: '<!channel> <@U999>' },
      } as Event;
      await slack.send(messageTo(calling, event));
      await slack.send(messageTo(calling, SAMPLES['job.succeeded']));
      await slack.send(messageTo(to, event));
      const bodies = received.map(({ body }) => {
        const { channel: _, ...rest } = JSON.parse(body) as Record<string, unknown>;
        return rest;
      });
      expect(bodies.map((body) => JSON.stringify(body).includes(ping))).toEqual([true, false, false]);
      expect(bodies.map((body) => problemsOf(body, ping))).toEqual([[], [], []]);
      expect(slackText(contentOf(event), calling.mention).text).toContain(ping);
      expect(problemsOf(slackText(contentOf(event), calling.mention), ping)).toEqual([]);
      const changed = living(messageTo(calling, event), { how: 'update', spot });
      if (way === 'bot') await slack.send(changed);
      expect(received.at(-1)!.body).not.toContain(ping);
    },
  );

  it('keeps a change within what Slack takes, whatever the cloud and the users write', () => {
    whateverIsWritten((content) => {
      expect(slackPayload(content).text.length).toBeLessThanOrEqual(4_000);
      expect(shortUpdate(content).text.length).toBeLessThanOrEqual(4_000);
    }, 100);
  });
});

describe('what Slack answers a bot', () => {
  it('has a receipt for every status', async () => {
    const receipts = await everyStatus(
      (exchange) => createSlack({ exchange }),
      (url) => target(`${url}/api/`),
      'words',
    );
    for (const status of ALL_STATUSES) {
      const { kind, reason } = receipts.get(status)! as { kind: string; reason?: string };
      if (status >= 200 && status < 300)
        expect([status, kind, reason]).toEqual([status, 'retry', 'uncertain']);
      if (status === 404) expect([kind, reason]).toEqual(['never', 'gone']);
      if (status === 429) expect([kind, reason]).toEqual(['retry', 'rate_limited']);
      if (status >= 500) expect([kind, reason]).toEqual(['retry', 'server_error']);
    }
  });

  it.each([...BY_CODE])('%s', async (word, { verdict, lost, shorten, afterMs, hint }) => {
    const exchange = scripted(answered(200, JSON.stringify({ ok: false, error: word })));
    const receipt = await createSlack({ exchange }).send(messageTo(target(SLACK_API)));
    expect(receipt).toMatchObject({
      ...verdict,
      ...(lost && { lost }),
      ...(afterMs !== undefined && { afterMs }),
    });
    expect(receipt.detail).toContain(shorten ? `without blocks (${word})` : (hint ?? word));
  });

  it('is waited for as long as Slack asks', async () => {
    for (const headers of [{ 'retry-after': '37' }]) {
      const exchange = scripted(answered(429, '{"ok":false,"error":"ratelimited"}', headers));
      const receipt = await createSlack({ exchange }).send(messageTo(target(SLACK_API)));
      expect(receipt).toMatchObject({ kind: 'retry', reason: 'rate_limited', afterMs: 37_000 });
    }
  });

  it('is uncertain where it does not come, or is none of Slack', async () => {
    const { url } = await receiver(() => null);
    const hasty = createSlack({ exchange: (request) => localExchange({ ...request, deadlineMs: 300 }) });
    expect(await hasty.send(messageTo(target(`${url}/api/`)))).toMatchObject({
      kind: 'retry',
      reason: 'uncertain',
    });
    const exchange = scripted(answered(200, '<html>a proxy</html>'));
    const receipt = await createSlack({ exchange }).send(messageTo(target(SLACK_API)));
    expect(receipt).toMatchObject({ kind: 'retry', reason: 'uncertain' });
  });

  it('never gives the token away', async () => {
    const found = await leaks((exchange) => createSlack({ exchange }), target(SLACK_API), [TOKEN]);
    expect(found).toEqual([]);
    const echoed = JSON.stringify({ ok: false, error: TOKEN, needed: `Bearer ${TOKEN}` });
    const exchange = scripted(answered(200, echoed));
    const receipt = await createSlack({ exchange }).send(messageTo(target(SLACK_API)));
    expect(JSON.stringify(receipt)).not.toContain(TOKEN);
  });

  it('tells doctor whose token it is, without a message, and why it is none', async () => {
    let word: string | undefined;
    const service = await slackService({ refuses: () => word });
    const tools = { exchange: localExchange, version: '0' };
    const tried = () => tryTarget(tools, botAddress(service.api, CHANNEL, TOKEN), AT);
    expect(await tried()).toEqual({
      ok: true,
      says: `the token is that of jobchime in Acme; nothing was posted in ${CHANNEL}`,
    });
    word = 'token_revoked';
    expect(await tried()).toMatchObject({ ok: false, says: expect.stringContaining('token_revoked') });
    expect(service.shown).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { createSlack } from '../../../lib/adapters/channels/slack/sender.ts';
import { slackPayload, slackText } from '../../../lib/adapters/channels/slack/blocks.ts';
import { describe as contentOf } from '../../../lib/core/notify/message.ts';
import { LANGS } from '../../../lib/core/notify/reader.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import { BREAKING, INTERIM, serveRaw } from '../platform/serve.ts';
import { problemsOf } from './block-kit.ts';
import {
  longest,
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

const PATH = '/services/T0ABCDEFG/B0HIJKLMN/xOxOxOxOxOxOxOxOxOxOxOxO';
const slack = createSlack({ exchange: localExchange });
const target = (url: string) => targetOf(`${url}${PATH}`);

/** A workspace that reads as strictly as Slack does. */
const workspace = () =>
  receiver(({ body }) =>
    problemsOf(JSON.parse(body)).length === 0
      ? { status: 200, body: 'ok' }
      : { status: 400, body: 'invalid_blocks' },
  );

describe('a message to Slack', () => {
  it.each(Object.keys(SAMPLES))('%s is taken by a strict workspace', async (name) => {
    const { url, received } = await workspace();
    const receipt = await slack.send(messageTo(target(url), SAMPLES[name]));
    expect(receipt).toEqual({ kind: 'sent', detail: 'HTTP 200: ok' });
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ path: PATH, headers: { 'content-type': 'application/json' } });
  });

  it('keeps within all limits and pings nobody, whatever the cloud and the users write', () => {
    whateverIsWritten((content) => {
      expect(problemsOf(slackPayload(content))).toEqual([]);
      expect(problemsOf(slackText(content))).toEqual([]);
    });
  });

  it('keeps within all limits when everything is as long as can be', () => {
    const content = longest('&');
    expect(problemsOf(slackPayload(content))).toEqual([]);
    expect(problemsOf(slackText(content))).toEqual([]);
  });

  it('says that it left failed sub-jobs out', () => {
    const failedSubJobs = Array.from({ length: 20 }, (_, i) => `createNic ${i}`);
    const content = { ...contentOf(SAMPLES['job.failed']!), failedSubJobs, subJobsOmitted: 7 };
    const { blocks } = slackPayload(content);
    expect(JSON.stringify(blocks)).toContain('... and 17 more');
  });

  it.each(LANGS)('shows facts in their order in %s, short ones in columns', (lang) => {
    for (const event of Object.values(SAMPLES)) {
      const content = contentOf(event, { lang, zone: 'UTC' });
      const lines = slackPayload(content).blocks!.flatMap((block) =>
        'fields' in block ? block.fields.map(({ text }) => text) : [block.text.text],
      );
      const labels = content.facts.filter(({ isReason }) => !isReason).map(({ label }) => label);
      const shown = lines.map((line) =>
        labels.findIndex((label) => line.startsWith(`${label}${lang === 'zh' ? '：' : ': '}`)),
      );
      const order = shown.filter((at) => at >= 0);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }
    const { blocks } = slackPayload(contentOf(SAMPLES['job.failed']!, { lang, zone: 'UTC' }));
    expect(blocks!.some((block) => 'fields' in block && block.fields.length > 1)).toBe(true);
  });

  it('goes out once more without blocks when Slack refuses the blocks', async () => {
    const { url, received } = await receiver(({ body }) =>
      'blocks' in JSON.parse(body) ? { status: 400, body: 'invalid_blocks' } : { status: 200, body: 'ok' },
    );
    const receipt = await slack.send(messageTo(target(url)));
    expect(receipt).toEqual({ kind: 'sent', detail: 'without blocks (invalid_blocks): HTTP 200: ok' });
    expect(received.map(({ body }) => problemsOf(JSON.parse(body)))).toEqual([[], []]);
    expect(JSON.parse(received[1]!.body).text).toContain('Ecs.0219');
  });

  it('is given up when it is refused without blocks too', async () => {
    const { url, received } = await receiver(() => ({ status: 400, body: 'msg_blocks_too_long' }));
    const receipt = await slack.send(messageTo(target(url)));
    expect(receipt).toMatchObject({ kind: 'never', reason: 'client_error', disable: false });
    expect(received).toHaveLength(2);
  });
});

const expected = (status: number): object => {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status >= 300 && status < 400) return { kind: 'retry', reason: 'redirected' };
  if (status === 400) return { kind: 'never', reason: 'client_error', disable: false };
  if (status === 401 || status === 403) return { kind: 'retry', reason: 'auth_error' };
  if (status === 404 || status === 410) return { kind: 'never', reason: 'gone', disable: true };
  if (status === 429) return { kind: 'retry', reason: 'rate_limited' };
  if (status >= 400 && status < 500) return { kind: 'retry', reason: 'client_error' };
  return { kind: 'retry', reason: 'server_error' };
};

describe("Slack's answers", () => {
  it('has a receipt for every status', async () => {
    const receipts = await everyStatus((exchange) => createSlack({ exchange }), target, 'something');
    for (const status of ALL_STATUSES) {
      const { detail, ...rest } = receipts.get(status)!;
      expect(rest, String(status)).toEqual(expected(status));
      expect(detail).toContain(`HTTP ${status}`);
    }
  });

  it.each([
    [404, 'no_service', 'gone'],
    [404, 'no_team', 'gone'],
    [404, 'channel_not_found', 'gone'],
    [410, 'channel_is_archived', 'gone'],
    [400, 'user_not_found', 'gone'],
    [403, 'no_active_hooks', 'gone'],
    [403, 'invalid_token', 'auth_error'],
    [400, 'invalid_token', 'auth_error'],
    [403, 'action_prohibited', 'auth_error'],
    [403, 'team_disabled', 'auth_error'],
  ])('%i %s disables the endpoint as %s', async (status, body, reason) => {
    const channel = createSlack({ exchange: scripted(answered(status, body)) });
    const receipt = await channel.send(messageTo(targetOf('https://hooks.slack.com/services/x')));
    expect(receipt).toMatchObject({ kind: 'never', reason, disable: true });
  });

  it('does not believe a word in an answer that is no refusal', async () => {
    const exchange = scripted(answered(503, 'no_service'));
    const receipt = await createSlack({ exchange }).send(messageTo(targetOf('https://x')));
    expect(receipt).toMatchObject({ kind: 'retry', reason: 'server_error' });
  });

  it.each(Object.entries({ ...BREAKING, ...INTERIM }))(
    'takes its 200 for taken, although there is %s',
    async (_what, answer) => {
      const server = await serveRaw((socket) => socket.once('data', () => answer('HTTP/1.1 200 OK')(socket)));
      const hasty = createSlack({ exchange: (request) => localExchange({ ...request, deadlineMs: 300 }) });
      expect(await hasty.send(messageTo(targetOf(server.url)))).toMatchObject({ kind: 'sent' });
    },
  );

  it('that never comes leaves it uncertain', async () => {
    const { url } = await receiver(() => null);
    const hasty = createSlack({ exchange: (request) => localExchange({ ...request, deadlineMs: 300 }) });
    expect(await hasty.send(messageTo(target(url)))).toMatchObject({ kind: 'retry', reason: 'uncertain' });
  });

  it('waits as long as Slack asks', async () => {
    const { url } = await receiver(() => ({ status: 429, headers: { 'retry-after': '37' } }));
    const receipt = await slack.send(messageTo(target(url), undefined, AT));
    expect(receipt).toMatchObject({ kind: 'retry', reason: 'rate_limited', afterMs: 37_000 });
  });

  it('never gives the URL away, which is itself the key', async () => {
    const secret = 'xOxOxOxOxOxOxOxOxOxOxOxO';
    const url = `https://hooks.slack.com${PATH}`;
    const found = await leaks((exchange) => createSlack({ exchange }), targetOf(url), [url, PATH, secret]);
    expect(found).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { createWebhook } from '../../../lib/adapters/channels/webhook/sender.ts';
import type { Exchange } from '../../../lib/adapters/channels/post.ts';
import type { RequestSettings, Target } from '../../../lib/core/notify/subscription.ts';
import { isJobEvent } from '../../../lib/core/jobs/event.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import {
  answered,
  DELIVERY,
  leaks,
  localExchange,
  messageTo,
  receiver,
  scripted,
  targetOf,
  type Reply,
} from './kit.ts';

const KEY = `whsec_${Buffer.from('the new key of thirty-two bytes.').toString('base64')}`;
const failed = SAMPLES['job.failed']!;
const JOB = isJobEvent(failed) ? failed.data.job.jobId : '';
const create = (exchange: Exchange) => createWebhook({ exchange, version: '1.2.3' });
const wanting = (url: string, request: RequestSettings): Target => ({ ...targetOf(url, [KEY]), request });

async function attempt(request: RequestSettings, reply: Reply = { status: 200 }) {
  const { url, received } = await receiver(() => reply);
  const receipt = await create(localExchange).send(messageTo(wanting(`${url}/hook`, request)));
  return { receipt, received: received[0]! };
}

describe('a request as its receiver wants it', () => {
  it('has the method, the headers and the type of content of its subscription', async () => {
    const { received } = await attempt({
      method: 'PUT',
      headers: {
        authorization: () => 'Bearer tk_0123456789',
        'x-source': () => 'jobchime',
        'user-agent': () => 'us',
      },
      contentType: 'application/vnd.example+json',
    });
    expect(received.method).toBe('PUT');
    expect(received.headers).toMatchObject({
      authorization: 'Bearer tk_0123456789',
      'x-source': 'jobchime',
      'user-agent': 'us',
      'content-type': 'application/vnd.example+json',
      'webhook-id': DELIVERY,
    });
  });

  it('waits for as long as its subscription says', async () => {
    const asked: number[] = [];
    const exchange: Exchange = async ({ deadlineMs }) => (asked.push(deadlineMs), answered(200));
    await create(exchange).send(messageTo(wanting('https://example.com', { timeoutMs: 30_000 })));
    await create(exchange).send(messageTo(wanting('https://example.com', {})));
    expect(asked).toEqual([30_000, 15_000]);
  });

  it('gives no value of its headers away, with its word or without', async () => {
    const target = wanting('https://example.com/hooks', {
      headers: { authorization: () => 'GenieKey 0f3a-77c1-token', 'x-team': () => 'spoken-words-of-a-team' },
    });
    const secrets = ['GenieKey 0f3a-77c1-token', '0f3a-77c1-token', 'spoken-words-of-a-team'];
    expect(await leaks(create, target, secrets)).toEqual([]);
  });
});

describe('a service that answers 200 with an error code', () => {
  it.each([
    ['{"errcode":0,"errmsg":"ok"}', { errcode: 0 }, 'sent'],
    ['{"errcode":310000,"errmsg":"keywords not in content"}', { errcode: 0 }, 'retry'],
    ['{"errcode":"0"}', { errcode: 0 }, 'retry'],
    ['{}', { errcode: 0 }, 'retry'],
    ['ok', { errcode: 0 }, 'retry'],
    ['', { errcode: 0 }, 'retry'],
    ['{"result":{"ok":true}}', { 'result.ok': true }, 'sent'],
    ['{"result":{"ok":false}}', { 'result.ok': true }, 'retry'],
    ['{"a":1,"b":2}', { a: 1, b: 2 }, 'sent'],
    ['{"a":1,"b":3}', { a: 1, b: 2 }, 'retry'],
    ['{"status":"ok","error":null}', { status: 'ok', error: null }, 'sent'],
    ['{}', { constructor: null }, 'retry'],
  ])('has taken the message only where its answer %s has %j', async (body, json, kind) => {
    const { receipt } = await attempt({ success: { json } }, { status: 200, body });
    expect(receipt).toMatchObject(kind === 'sent' ? { kind } : { kind, reason: 'rejected' });
    expect(receipt.detail).toContain('HTTP 200');
  });

  it('is judged by its status where that is no success already', async () => {
    const { receipt } = await attempt(
      { success: { json: { errcode: 0 } } },
      { status: 401, body: '{"errcode":0}' },
    );
    expect(receipt).toMatchObject({ kind: 'retry', reason: 'auth_error' });
  });
});

describe('a 429 that says in its body how long to wait', () => {
  const send = (body: string, headers: Record<string, string> = {}, status = 429) =>
    create(scripted(answered(status, body, headers))).send(messageTo(targetOf('https://example.com', [KEY])));

  it.each([
    ['{"message":"You are being rate limited.","retry_after":1.337,"global":false}', 1_337],
    ['{"ok":false,"error_code":429,"parameters":{"retry_after":35}}', 35_000],
    ['{"retry_after":1e9}', 24 * 3_600_000],
  ])('%s is obeyed', async (body, afterMs) => {
    expect(await send(body)).toMatchObject({ kind: 'retry', reason: 'rate_limited', afterMs });
  });

  it.each([
    '{"retry_after":"soon"}',
    '{"retry_after":-1}',
    '{"retry_after":0}',
    '{"parameters":[]}',
    'later',
  ])('%s says nothing', async (body) => {
    expect(await send(body)).not.toHaveProperty('afterMs');
  });

  it('gives way to a Retry-After, and no other status is read so', async () => {
    expect(await send('{"retry_after":5}', { 'retry-after': '7' })).toMatchObject({ afterMs: 7_000 });
    expect(await send('{"retry_after":5}', {}, 500)).not.toHaveProperty('afterMs');
  });
});

describe('what a template puts behind the URL of the target', () => {
  const where = async (path: string, target = '/v2/alerts', over: RequestSettings = {}) => {
    const { url, received } = await receiver(() => ({ status: 200 }));
    const receipt = await create(localExchange).send(messageTo(wanting(url + target, { path, ...over })));
    return { at: received[0]!.path, marked: 'jobchime-template' in received[0]!.headers, receipt };
  };

  it.each([
    [
      '/{{ event.data.job.jobId }}/close?identifierType=alias',
      '/v2/alerts',
      `/v2/alerts/${JOB}/close?identifierType=alias`,
    ],
    ['?requestId={{ delivery.id }}', '/v2/alerts', `/v2/alerts?requestId=${DELIVERY}`],
    ['&requestId={{ delivery.id }}', '/m?key=a%2Fb', `/m?key=a%2Fb&requestId=${DELIVERY}`],
    ['{% if event.type == "job.succeeded" %}/close{% endif %}', '/v2/alerts', '/v2/alerts'],
    ['/{{ "a/b?c&d=é #" }}', '/v2', '/v2/a%2Fb%3Fc%26d%3D%C3%A9%20%23'],
    ['/{% capture x %}{{ "a b" }}{% endcapture %}{{ x }}', '/v2', '/v2/a%20b'],
    ['/{{ event.data.subJobs.total }}', '/v2', /^\/v2\/\d+$/],
  ])('%s behind %s is %s', async (path, target, wanted) => {
    const { at, marked, receipt } = await where(path, target);
    if (typeof wanted === 'string') expect(at).toBe(wanted);
    else expect(at).toMatch(wanted);
    expect([marked, receipt.kind]).toEqual([false, 'sent']);
  });

  it.each([
    ['/{{ ".." }}/admin', 'a place beside the target'],
    ['/{{ "../.." | raw }}/admin', 'a place beside the target, as it stands'],
    ['/%2e%2e/admin', 'the same in another spelling'],
    ['{% assign x = "@evil.example.com/" %}{{ x | raw }}', 'another host'],
    ['{% assign x = ".evil.example.com/" %}{{ x | raw }}', 'a longer host'],
    ['/{{ "a b\\r\\nHost: evil" | raw }}', 'another header'],
    ['/{{ "x" | append: "#frag" | raw }}', 'a fragment'],
    ['/{{ event.nothing }}', 'what is not there'],
    ['/{% for i in (1..99999) %}aaaaaaaaaa{% endfor %}', 'what is too long'],
    ['/{% for i in (1..99999999) %}{% for j in (1..99999999) %}{% endfor %}{% endfor %}', 'what never ends'],
  ])('%s is %s: the message goes to the target itself, marked', async (path) => {
    const { at, marked, receipt } = await where(path);
    expect([at, marked, receipt.kind]).toEqual(['/v2/alerts', true, 'sent']);
    expect(receipt.detail).toContain('sent to the target as it stands, the template of path failed');
  });

  it('never makes another host of a target that has no path', async () => {
    for (const path of [
      '{% if true %}.evil.example.com{% endif %}',
      '{% if true %}&x{% endif %}',
      '{% if true %}:1{% endif %}',
    ]) {
      const { at, marked } = await where(path, '');
      expect([at, marked]).toEqual(['/', true]);
    }
  });

  it('shows nothing of a secret that stands there', async () => {
    const target = wanting('https://example.com/hooks', {
      path: '/{{ secret.token }}',
      secrets: { token: () => 'a secret/of a path' },
    });
    expect(await leaks(create, target, ['a secret/of a path', 'a%20secret%2Fof%20a%20path'])).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { createWebhook, webhookBody } from '../../../lib/adapters/channels/webhook/sender.ts';
import { createRender } from '../../../lib/adapters/channels/webhook/template.ts';
import type { Exchange } from '../../../lib/adapters/channels/post.ts';
import type { RequestSettings, Target } from '../../../lib/core/notify/subscription.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import { answered, leaks, localExchange, messageTo, receiver, targetOf } from './kit.ts';

const KEY = `whsec_${Buffer.from('the new key of thirty-two bytes.').toString('base64')}`;
const create = (exchange: Exchange) => createWebhook({ exchange, version: '1.2.3' });
const wanting = (url: string, request: RequestSettings, keys: string[] = []): Target => ({
  ...targetOf(url, keys),
  request,
});
const FAILED = SAMPLES['job.failed']!;

const fill = createRender();
const made = (template: string, contentType = 'application/json') =>
  fill(template, contentType, {
    text: 'a "quote", a \\ and\na line',
    list: [1, 'b'],
    none: null,
    empty: '',
    object: { a: '</script>' },
  });

async function sent(request: RequestSettings, event = FAILED, keys: string[] = []) {
  const { url, received } = await receiver(() => ({ status: 200 }));
  const receipt = await create(localExchange).send(messageTo(wanting(url, request, keys), event, Date.now()));
  return { receipt, received: received[0]! };
}

describe('a template of JSON', () => {
  it.each([
    ['{"a": {{ text }}}', { a: 'a "quote", a \\ and\na line' }],
    ['{"a": {{ text | json }}}', { a: 'a "quote", a \\ and\na line' }],
    ['{"a": {{ text | upcase | truncate: 4, "" }}}', { a: 'A "Q' }],
    [
      '{"a": {{ list }}, "b": {{ none }}, "c": {{ object }}}',
      { a: [1, 'b'], b: null, c: { a: '</script>' } },
    ],
    ['{"a": {{ list[0] }}, "b": {{ list | size }}}', { a: 1, b: 2 }],
    ['{"a": {{ list | json | raw }}}', { a: [1, 'b'] }],
    ['{"a": "{{ "as it is" | raw }}"}', { a: 'as it is' }],
    ['{"a": {{ missing | default: "else" }}}', { a: 'else' }],
    ['{"a": {% if missing %}1{% else %}2{% endif %}}', { a: 2 }],
    ['{"a": {% echo text %}}', { a: 'a "quote", a \\ and\na line' }],
    [
      '{% capture it %}{{ text }}!{{ list[0] }}{% endcapture %}{"a": {{ it }}}',
      { a: 'a "quote", a \\ and\na line!1' },
    ],
    [
      '{% capture it %}{{ text }}{% endcapture %}{"a": {{ it | json }}, "b": {{ text }}}',
      {
        a: 'a "quote", a \\ and\na line',
        b: 'a "quote", a \\ and\na line',
      },
    ],
    ['[{% for it in list %}{{ it }}{% unless forloop.last %},{% endunless %}{% endfor %}]', [1, 'b']],
  ])('%s has values that cannot break it', (template, wanted) => {
    const { body = '' } = made(template) as { body?: string };
    expect(JSON.parse(body)).toEqual(wanted);
  });

  it.each([
    ['{"a": {{ missing }}}', 'line 1, column 10: undefined variable: missing'],
    ['{\n  "a": {{ text.a.b }}}', 'line 2'],
    ['{"a": {{ text | shout }}}', 'undefined filter: shout'],
    ['{"a": {{ object.constructor }}}', 'undefined variable'],
    ['{"a": {{ object.__proto__ }}}', 'undefined variable'],
    ['{% include "package.json" %}', 'Failed to lookup "package.json"'],
    ['{% render "package.json" %}', 'Failed to lookup'],
    ['{% layout "package.json" %}', 'Failed to lookup'],
    ['{% include "/etc/passwd" %}', 'Failed to lookup'],
    ['{% if text', 'not closed'],
    ['{% nonsense %}', 'tag "nonsense" not found'],
    ['{% for i in (1..100000000) %}x{% endfor %}', 'memory alloc limit exceeded'],
    ['{"a": "{{ text }}"}', 'what comes of it is no JSON'],
    ['{"a": }', 'what comes of it is no JSON'],
    ['', 'what comes of it is no JSON'],
    [`"${'x'.repeat(300_000)}"`, 'limit exceeded'],
    [
      '[{% for i in (1..3000) %}"{{ text | append: text | append: text | append: text }}",{% endfor %}1]',
      'more than 262144 characters',
    ],
  ])('%s fails, and says where', (template, problem) => {
    expect(made(template)).toMatchObject({ ok: false, problem: expect.stringContaining(problem) as string });
  });

  it('ends where it takes too long', () => {
    const loop =
      '[{% for a in (1..2000) %}{% for b in (1..2000) %}{% for c in (1..2000) %}{% endfor %}{% endfor %}{% endfor %}1]';
    expect(createRender(20)(loop, 'application/json', {})).toMatchObject({
      ok: false,
      problem: expect.stringContaining('render limit') as string,
    });
  });

  it('quotes no value of what it was filled with', () => {
    expect(JSON.stringify((made('{"a": "{{ text }}"}') as { problem: string }).problem)).not.toContain(
      'quote',
    );
  });
});

describe('a template of another type', () => {
  it('puts values in as they are', () => {
    expect(made('{{ text }} / {{ list | json }} / {{ text | url_encode }}', 'text/plain')).toEqual({
      ok: true,
      body: 'a "quote", a \\ and\na line / [1,"b"] / a+%22quote%22%2C+a+%5C+and%0Aa+line',
    });
  });
});

describe('a message in a form of its own', () => {
  it('has what the template makes of event, message and secrets', async () => {
    const { received, receipt } = await sent({
      body: '{"t": {{ message.title }}, "id": {{ event.id }}, "k": {{ secret.key }}, "c": {{ event.data.error.code }}, "d": {{ delivery.id }}, "s": {{ subscription.id }}}',
      secrets: { key: () => 'a "key"' },
    });
    expect(receipt).toEqual({ kind: 'sent', detail: 'HTTP 200' });
    expect(JSON.parse(received.body)).toEqual({
      t: 'web-7: creating the server failed: no room for this flavor in eu-de-03 (Ecs.0219)',
      id: FAILED.metadata.id,
      k: 'a "key"',
      c: expect.any(String) as string,
      d: `dlv_${'a'.repeat(32)}`,
      s: 'team',
    });
    expect(received.headers).not.toHaveProperty('jobchime-template');
    expect(received.headers).not.toHaveProperty('webhook-signature');
  });

  it('is signed over what is sent where there is a key', async () => {
    const { received } = await sent({ body: '{"t": {{ message.title }}}' }, FAILED, [KEY]);
    const verified = new Webhook(KEY).verify(received.body, received.headers as Record<string, string>);
    expect(verified).toEqual({
      t: 'web-7: creating the server failed: no room for this flavor in eu-de-03 (Ecs.0219)',
    });
  });

  it.each(Object.entries(SAMPLES))('%s has every part of a message', async (_, event) => {
    const parts = ['title', 'lead', 'text', 'tone', 'status', 'about', 'place', 'hint', 'url', 'facts'];
    const body = `{${parts.map((it) => `"${it}": {{ message.${it} }}`).join(', ')}, "old": {{ story.title }}}`;
    const { received } = await sent({ body }, event);
    expect(received.headers).not.toHaveProperty('jobchime-template');
    const said = JSON.parse(received.body) as Record<string, unknown>;
    expect(said.old).toBe(said.title);
    expect(said.text).not.toBe('');
  });
});

describe('a template that fails', () => {
  it.each([
    [
      'on this event',
      '{"a": {{ event.data.job.nme }}}',
      'line 1, column 10: undefined variable: event.data.job.nme',
    ],
    ['in its form', '{"a": {{ event.id ', 'not closed'],
    ['with what comes of it', '{"a": "{{ message.title }}"}', 'no JSON'],
  ])('%s loses no message: the standard body goes out, marked', async (_, body, why) => {
    const request = {
      body,
      contentType: 'application/vnd.example+json',
      secrets: { key: () => 'an-own-secret' },
    };
    const { receipt, received } = await sent(request, FAILED, [KEY]);
    expect(receipt).toMatchObject({ kind: 'sent' });
    expect(receipt.detail).toMatch(/^standard body sent, the template failed \(.+\): HTTP 200$/);
    expect(receipt.detail).toContain(why);
    expect(received.body).toBe(webhookBody(FAILED));
    expect(received.headers).toMatchObject({
      'jobchime-template': 'failed',
      'content-type': 'application/json',
    });
    expect(() =>
      new Webhook(KEY).verify(received.body, received.headers as Record<string, string>),
    ).not.toThrow();
  });

  it('gives none of its secrets away, and neither does one that is filled in', async () => {
    const secrets = { key: () => 'R0UT1NG-"key"-9876', other: () => 'an-own-secret' };
    const values = ['R0UT1NG-"key"-9876', JSON.stringify('R0UT1NG-"key"-9876').slice(1, -1), 'an-own-secret'];
    for (const body of [
      '{"k": {{ secret.key }}}',
      '{"k": "{{ secret.key }}"}',
      '{{ secret.key | an-own-secret }}',
    ]) {
      expect(await leaks(create, wanting('https://example.com/hook', { body, secrets }), values)).toEqual([]);
    }
  });

  it('is tried again like any other message', async () => {
    const failing = create(async () => answered(500, 'broken'));
    const receipt = await failing.send(messageTo(wanting('https://example.com', { body: '{{' })));
    expect(receipt).toMatchObject({ kind: 'retry', reason: 'server_error' });
  });
});

import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { createWebhook, webhookBody } from '../../lib/adapters/channels/webhook/sender.ts';
import { createHttp } from '../../lib/adapters/platform/http.ts';
import { verifyWebhook } from '../../receiver/index.ts';
import { verifyWebhook as onTheWeb } from '../../receiver/web.ts';
import { SAMPLES } from '../core/notify/samples.ts';

const key = (n: number): string => `whsec_${Buffer.alloc(32, n).toString('base64')}`;
const NOW = Date.parse('2026-03-01T12:00:00Z');
const EVENT = SAMPLES['job.failed'];

/** What our own channel sends, as it arrives. */
async function sent(keys: string[]): Promise<{ headers: IncomingHttpHeaders; body: Buffer }> {
  const arrived: { headers: IncomingHttpHeaders; body: Buffer }[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    arrived.push({ headers: request.headers, body: await buffer(request) });
    response.end();
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const http = createHttp({ allowPrivate: () => true, redact: (text) => text });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  const target = {
    endpoint: 'ep',
    shown: url,
    address: () => url,
    signingKeys: keys.map((one) => () => one),
  };
  const channel = createWebhook({ exchange: http.exchange, version: '0' });
  const receipt = await channel.send({
    deliveryId: 'dlv_1',
    event: EVENT!,
    subscription: 'ci',
    target,
    at: NOW,
  });
  expect(receipt.kind).toBe('sent');
  await http.close();
  server.close();
  return arrived[0]!;
}

describe('verifying a webhook', () => {
  it('believes what our channel sends, with the old key and the new one', async () => {
    const { headers, body } = await sent([key(2), key(1)]);
    const message = { deliveryId: 'dlv_1', event: JSON.parse(webhookBody(EVENT!)) as unknown };
    for (const keys of [key(1), key(2), [key(9), key(1)]]) {
      expect(verifyWebhook(headers, body, keys, { now: NOW + 60_000 })).toEqual({ ok: true, message });
    }
    const fetched = new Headers(headers as Record<string, string>);
    expect(verifyWebhook(fetched, body.toString(), key(1), { now: NOW })).toEqual({ ok: true, message });
    expect(verifyWebhook(headers, body, key(3), { now: NOW })).toEqual({
      ok: false,
      reason: 'bad_signature',
    });
  });

  it('tells by what to put events in order and to which run they belong', async () => {
    const { headers, body } = await sent([key(1)]);
    const verified = verifyWebhook(headers, body, key(1), { now: NOW });
    if (!verified.ok) throw new Error(verified.reason);
    const { id, time, version, sequence, correlationId } = EVENT!.metadata;
    const { type, data } = { type: EVENT!.kind, data: EVENT!.data };
    expect(verified.message.event).toEqual({
      id,
      type,
      timestamp: time,
      version,
      sequence,
      data,
      ...(correlationId !== undefined && { correlationId }),
    });
    const correlated = { ...EVENT!, metadata: { ...EVENT!.metadata, sequence: 2, correlationId: 'run-7' } };
    expect(JSON.parse(webhookBody(correlated))).toMatchObject({
      sequence: 2,
      correlationId: 'run-7',
      version: 1,
    });
    expect(JSON.parse(webhookBody(SAMPLES.ping!))).not.toHaveProperty('correlationId');
  });

  it('agrees with the library of Standard Webhooks, whatever the body is', () => {
    fc.assert(
      fc.property(fc.object(), fc.uuid(), (data, id) => {
        const body = JSON.stringify(data);
        const signature = new Webhook(key(1)).sign(id, new Date(NOW), body);
        const headers = {
          'Webhook-Id': id,
          'Webhook-Timestamp': String(NOW / 1_000),
          'Webhook-Signature': `v1a,x v1,AAAA ${signature}`,
        };
        expect(verifyWebhook(headers, body, key(1), { now: NOW })).toMatchObject({ ok: true });
        expect(verifyWebhook(headers, `${body} `, key(1), { now: NOW })).toMatchObject({
          reason: 'bad_signature',
        });
      }),
    );
  });

  const body = '{"id": "evt_1"}';
  const headers = {
    'webhook-id': 'dlv_1',
    'webhook-timestamp': String(NOW / 1_000),
    'webhook-signature': new Webhook(key(1)).sign('dlv_1', new Date(NOW), body),
  };

  it.each([-301_000, 301_000])('refuses what was signed %i ms away from now', (away) => {
    expect(verifyWebhook(headers, body, key(1), { now: NOW + away })).toEqual({ ok: false, reason: 'stale' });
    const patient = { now: NOW + away, toleranceSeconds: 600 };
    expect(verifyWebhook(headers, body, key(1), patient)).toMatchObject({ ok: true });
  });

  it.each([
    [{ ...headers, 'webhook-id': 'dlv_2' }, 'bad_signature'],
    [{ ...headers, 'webhook-timestamp': String(NOW / 1_000 + 1) }, 'bad_signature'],
    [{ ...headers, 'webhook-timestamp': 'soon' }, 'stale'],
    [{ ...headers, 'webhook-timestamp': `${NOW / 1_000}.5` }, 'stale'],
    [{ ...headers, 'webhook-signature': 'v1,' }, 'bad_signature'],
    [{ ...headers, 'webhook-signature': headers['webhook-signature'].replace('v1', 'v2') }, 'bad_signature'],
    [{ ...headers, 'webhook-signature': undefined }, 'missing_header'],
    [{ ...headers, 'webhook-id': ['a', 'b'] }, 'missing_header'],
    [{}, 'missing_header'],
  ])('refuses %j', (given, reason) => {
    expect(verifyWebhook(given, body, key(1), { now: NOW })).toEqual({ ok: false, reason });
  });

  it('takes headers that each come as a list, and the bytes in any form', () => {
    const listed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
    const bytes = new TextEncoder().encode(body);
    for (const given of [body, bytes, Buffer.from(body), bytes.buffer])
      expect(verifyWebhook(listed, given, key(1), { now: NOW })).toMatchObject({ ok: true });
  });

  it('throws for a body that was parsed, and says what to hand in', () => {
    const verify = () => verifyWebhook(headers, JSON.parse(body) as string, key(1), { now: NOW });
    expect(verify).toThrow(TypeError);
    expect(verify).toThrow('hand in what arrived');
  });

  it('refuses what is genuine but no JSON object', () => {
    for (const text of ['', 'null', '1', '{']) {
      const signature = new Webhook(key(1)).sign('dlv_1', new Date(NOW), text);
      const signed = { ...headers, 'webhook-signature': signature };
      expect(verifyWebhook(signed, text, key(1), { now: NOW })).toEqual({ ok: false, reason: 'not_json' });
    }
  });

  it.each([
    ['a version before it', `v1,${key(1)}`, "has 'v1,' before it"],
    ['quotation marks', `"${key(1)}"`, 'quotation marks'],
    ['a space before it', ` ${key(1)}`, 'spaces or line breaks'],
    ['a line break behind it', `${key(1)}\n`, 'spaces or line breaks'],
    ['capitals', key(1).toUpperCase(), 'small letters'],
    ['a password', 'my-super-secret-webhook-password-1234', 'begin with whsec_'],
    ['a password of letters', 'mysupersecretwebhookpassword12345678', 'begin with whsec_'],
    ['base64 of URLs', `whsec_${'-_'.repeat(20)}`, 'not 24 to 64 bytes'],
    ['bits left over', `whsec_${'A'.repeat(33)}`, 'not 24 to 64 bytes'],
    ['a cut key', key(1).slice(0, 20), 'not 24 to 64 bytes'],
    ['too many bytes', `whsec_${Buffer.alloc(65).toString('base64')}`, 'not 24 to 64 bytes'],
    ['nothing', '', 'is its variable set'],
    ['no text', undefined, 'is its variable set'],
  ])('throws for %s in the place of a key, and says what a key looks like', (_what, wrong, says) => {
    for (const keys of [wrong, [key(1), wrong]]) {
      const verify = () => verifyWebhook(headers, body, keys as string, { now: NOW });
      expect(verify).toThrow(TypeError);
      expect(verify).toThrow(says);
      expect(verify).toThrow('whsec_ and 24 to 64 random bytes in base64');
      if (wrong) expect(verify).not.toThrow(wrong);
    }
  });

  it('refuses a key that is none, without telling it', () => {
    expect(() => verifyWebhook(headers, body, 'whsec_c2hvcnQ=')).toThrow(TypeError);
    expect(() => verifyWebhook(headers, body, 'whsec_c2hvcnQ=')).not.toThrow('c2hvcnQ');
    expect(() => verifyWebhook(headers, body, [])).toThrow(TypeError);
  });
});

describe('verifying with WebCrypto', () => {
  const arbitraryHeaders = fc.record({
    id: fc.uuid(),
    shift: fc.constantFrom(0, 0, 0, 299, 301, -301),
    signature: fc.constantFrom(
      'right',
      'right',
      'with the old key',
      'of another body',
      'v1,',
      'v1,A',
      'v1,!',
      'v2,AAAA',
      '',
    ),
    before: fc.constantFrom('', 'v1a,x ', 'v1,AAAA '),
  });

  it('answers what the receiver for Node answers, whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), arbitraryHeaders, async (body, it) => {
        const at = new Date(NOW);
        const signatures: Record<string, string> = {
          right: new Webhook(key(1)).sign(it.id, at, body),
          'with the old key': new Webhook(key(2)).sign(it.id, at, body),
          'of another body': new Webhook(key(1)).sign(it.id, at, `${body} `),
        };
        const headers = new Headers({
          'webhook-id': it.id,
          'webhook-timestamp': String(NOW / 1_000),
          'webhook-signature': it.before + (signatures[it.signature] ?? it.signature),
        });
        const given = [headers, new TextEncoder().encode(body), [key(1), key(2)]] as const;
        const now = NOW + it.shift * 1_000;
        expect(await onTheWeb(...given, { now })).toEqual(verifyWebhook(...given, { now }));
      }),
    );
  });

  it('says of a key and of a body what is wrong with them, as the one for Node does', async () => {
    await expect(onTheWeb({}, '', 'password')).rejects.toThrow('does not begin with whsec_');
    const headers = {
      'webhook-id': 'a',
      'webhook-timestamp': String(NOW / 1_000),
      'webhook-signature': 'v1,x',
    };
    await expect(onTheWeb(headers, {} as string, key(1), { now: NOW })).rejects.toThrow(
      'before anything parses it',
    );
  });

  // A published vector of Svix, who wrote the reference: a test key, no secret.
  it.each([
    [
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1614265330,
      '{"test": 2432232314}',
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    ],
  ])('knows the answer for %s, as the one for Node does', async (secret, id, seconds, body, signature) => {
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signature,
    };
    const options = { now: seconds * 1_000 };
    expect(await onTheWeb(headers, body, secret, options)).toMatchObject({ ok: true });
    expect(verifyWebhook(headers, body, secret, options)).toMatchObject({ ok: true });
    expect(await onTheWeb(headers, `${body} `, secret, options)).toMatchObject({ ok: false });
  });
});

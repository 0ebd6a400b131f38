/** The challenge against real receivers, which verify it with a library of their own. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { sendChallenge } from '../../../lib/adapters/channels/webhook/challenge.ts';
import type { RequestSettings } from '../../../lib/core/notify/subscription.ts';
import { createHttp } from '../../../lib/adapters/platform/http.ts';
import { newTarget } from '../../../lib/core/notify/target.ts';
import { answerChallenge, verifyWebhook } from '../../../receiver/index.ts';

const KEY = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const OLD = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const CHALLENGE = 'a-text-that-nobody-can-guess';
const AT = Date.parse('2026-03-01T12:00:00Z');

const closing: (() => unknown)[] = [];
afterEach(async () => void (await Promise.all(closing.splice(0).map((close) => close()))));

type Arrived = { headers: IncomingHttpHeaders; body: string };

/** What comes of the challenge at a receiver that answers like this. */
async function asked(
  answer: (response: ServerResponse, arrived: Arrived) => void,
  allowPrivate = true,
  request?: RequestSettings,
): Promise<{ why: string | null; arrived: Arrived[]; url: string }> {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      arrived.push({ headers: request.headers, body });
      answer(response, arrived.at(-1)!);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const http = createHttp({ allowPrivate: () => allowPrivate, redact: (said) => said });
  closing.push(
    () => server.close(),
    () => http.close(),
  );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/secret-path`;
  const old = { key: () => OLD, until: AT + 1 };
  const why = await sendChallenge(
    { exchange: http.exchange, version: '1' },
    {
      id: 'chl_1',
      challenge: CHALLENGE,
      subscription: 'sub_1',
      target: {
        ...newTarget('webhook', () => url, [() => KEY]),
        oldKeys: [old],
        ...(request && { request }),
      },
      at: AT,
    },
  );
  return { why, arrived, url };
}

describe('the challenge', () => {
  it('is sent as its receiver wants a request, but never in a body or to a place of a template', async () => {
    const request: RequestSettings = {
      method: 'PUT',
      headers: { authorization: () => 'Bearer tk_0123456789', 'webhook-id': () => 'never' },
      body: '{}',
      path: '/x',
      timeoutMs: 30_000,
    };
    const echo = (response: ServerResponse, { headers, body }: Arrived) =>
      headers.authorization === 'Bearer tk_0123456789'
        ? response.end(
            JSON.stringify({
              challenge: (JSON.parse(body) as { data: { challenge: string } }).data.challenge,
            }),
          )
        : response.writeHead(401).end();
    const { why, arrived } = await asked(echo, true, request);
    expect([why, arrived[0]!.headers['webhook-id']]).toEqual([null, 'chl_1']);
    const refused = await asked(
      (response) => response.writeHead(403).end('no Bearer tk_0123456789'),
      true,
      request,
    );
    expect(refused.why).toContain('HTTP 403');
    expect(refused.why).not.toContain('tk_0123456789');
  });

  it('is signed like every message, with every key, and says what it is for', async () => {
    const { why, arrived } = await asked((response) => response.end(CHALLENGE));
    expect(why).toBeNull();
    const { headers, body } = arrived[0]!;
    expect(headers).toMatchObject({ 'webhook-id': 'chl_1', 'content-type': 'application/json' });
    for (const key of [KEY, OLD]) expect(verifyWebhook(headers, body, key, { now: AT }).ok).toBe(true);
    expect(JSON.parse(body)).toEqual({
      id: 'chl_1',
      type: 'jobchime.challenge',
      timestamp: '2026-03-01T12:00:00.000Z',
      version: 1,
      sequence: 1,
      data: { subscription: 'sub_1', challenge: CHALLENGE },
    });
    const now = Math.floor(Date.now() / 1_000);
    const signature = new Webhook(KEY).sign('chl_1', new Date(now * 1_000), body);
    expect(
      new Webhook(KEY).verify(body, {
        'webhook-id': 'chl_1',
        'webhook-timestamp': String(now),
        'webhook-signature': signature,
      }),
    ).toBeTruthy();
  });

  it('is answered by the kit for receivers, once it is known to be genuine', async () => {
    const { why } = await asked((response, { headers, body }) => {
      const verified = verifyWebhook(headers, body, KEY, { now: AT });
      response.end(verified.ok ? answerChallenge(verified.message) : 'not genuine');
    });
    expect(why).toBeNull();
    for (const event of [
      { type: 'ping', data: { challenge: CHALLENGE } },
      { type: 'jobchime.challenge' },
      { type: 'jobchime.challenge', data: null },
      { type: 'jobchime.challenge', data: { challenge: 7 } },
    ])
      expect(answerChallenge({ event })).toBeNull();
  });

  it.each([
    ['as JSON', JSON.stringify({ challenge: CHALLENGE })],
    ['as JSON with more in it', JSON.stringify({ ok: true, challenge: CHALLENGE })],
    ['as a text', CHALLENGE],
    ['as a text with a line break', `${CHALLENGE}\n`],
    ['as a text in quotation marks', JSON.stringify(CHALLENGE)],
  ])('is answered %s', async (_, body) => {
    expect((await asked((response) => response.end(body))).why).toBeNull();
  });

  it.each<[string, (response: ServerResponse, arrived: Arrived) => void, string]>([
    ['nothing', (r) => r.end(), 'HTTP 200 without the challenge'],
    ['ok', (r) => r.end('ok'), 'HTTP 200 without the challenge'],
    ['another text', (r) => r.end(JSON.stringify({ challenge: `${CHALLENGE}!` })), 'without the challenge'],
    ['all that it was sent', (r, { body }) => r.end(body), 'HTTP 200 without the challenge'],
    ['the answer with a status of 500', (r) => r.writeHead(500).end(CHALLENGE), 'HTTP 500'],
    [
      'the answer with a status of 404',
      (r) => r.writeHead(404).end('no such hook'),
      'HTTP 404: no such hook',
    ],
    ['a redirect', (r) => r.writeHead(302, { location: '/other' }).end(CHALLENGE), 'HTTP 302'],
    ['null', (r) => r.end('null'), 'without the challenge'],
    ['a list', (r) => r.end(JSON.stringify([CHALLENGE])), 'without the challenge'],
    ['with the end of the connection', (r) => void r.destroy(), 'reset'],
    ['too much', (r) => r.end(CHALLENGE + 'x'.repeat(70_000)), 'without the challenge'],
  ])('is not answered by %s', async (_, answer, why) => {
    expect((await asked(answer)).why).toContain(why);
  });

  it('does not leave by any other door than messages do', async () => {
    const { why, arrived } = await asked((response) => response.end(CHALLENGE), false);
    expect([why?.split(':')[0], arrived]).toEqual(['blocked_address', []]);
  });

  it('gives no secret away in what it says of an answer', async () => {
    const { why, arrived } = await asked((response, { headers, body }) =>
      response.writeHead(400).end(`${KEY} ${JSON.stringify(headers)} ${body} /hooks/secret-path`),
    );
    const signature = String(arrived[0]!.headers['webhook-signature']);
    for (const secret of [
      KEY,
      KEY.slice(6),
      OLD.slice(6),
      'secret-path',
      CHALLENGE,
      ...signature.split(/[ ,]/).filter((part) => part.length > 2),
    ])
      expect(why).not.toContain(secret);
    expect(why).toContain('HTTP 400');
  });
});

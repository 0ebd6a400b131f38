import type { Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { createWebhook } from '../../../lib/adapters/channels/webhook/sender.ts';
import type { Exchange } from '../../../lib/adapters/channels/post.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import { BREAKING, INTERIM, serveRaw } from '../platform/serve.ts';
import {
  ALL_STATUSES,
  ALL_TROUBLES,
  answered,
  AT,
  DELIVERY,
  everyStatus,
  leaks,
  localExchange,
  messageTo,
  receiver,
  scripted,
  targetOf,
  type Reply,
} from './kit.ts';

const KEY = `whsec_${Buffer.from('the new key of thirty-two bytes.').toString('base64')}`;
const OLD_KEY = `whsec_${Buffer.from('the old key of thirty-two bytes.').toString('base64')}`;
const create = (exchange: Exchange) => createWebhook({ exchange, version: '1.2.3' });
const webhook = create(localExchange);
const hasty = create((request) => localExchange({ ...request, deadlineMs: 300 }));

/** One attempt at `reply`; the signature is as old as the attempt, so it is made now, as its verifier's clock is real. */
async function attempt(reply: Reply, keys = [KEY], at = AT) {
  const { url, received } = await receiver(() => reply);
  const receipt = await webhook.send(messageTo(targetOf(`${url}/hook`, keys), undefined, at));
  return { receipt, received: received[0]! };
}

describe('a message to a program', () => {
  it.each(Object.entries(SAMPLES))(
    '%s is a Standard Webhook with the members of the event',
    async (_, event) => {
      const { url, received } = await receiver(() => ({ status: 204 }));
      const receipt = await webhook.send(messageTo(targetOf(url, [KEY]), event, Date.now()));
      expect(receipt).toEqual({ kind: 'sent', detail: 'HTTP 204' });
      const { headers, body } = received[0]!;
      const verified = new Webhook(KEY).verify(body, headers as Record<string, string>);
      const { time, ...metadata } = event.metadata;
      expect(verified).toEqual({ ...metadata, type: event.kind, timestamp: time, data: event.data });
    },
  );

  it('says who sends it, which delivery it is and when it was tried', async () => {
    const { received } = await attempt({ status: 200 });
    expect(received.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'jobchime/1.2.3',
      'webhook-id': DELIVERY,
      'webhook-timestamp': String(AT / 1_000),
    });
  });

  it('is verified with the new key and with the old one while both are configured', async () => {
    const { received } = await attempt({ status: 200 }, [KEY, OLD_KEY], Date.now());
    const headers = received.headers as Record<string, string>;
    for (const key of [KEY, OLD_KEY]) {
      expect(() => new Webhook(key).verify(received.body, headers)).not.toThrow();
    }
    const stranger = `whsec_${Buffer.from('a key of somebody else entirely.').toString('base64')}`;
    expect(() => new Webhook(stranger).verify(received.body, headers)).toThrow('No matching signature');
  });

  it('keeps its id and its body at the next attempt, and signs anew', async () => {
    const first = (await attempt({ status: 500 }, [KEY], AT)).received;
    const second = (await attempt({ status: 500 }, [KEY], AT + 60_000)).received;
    expect(second.body).toBe(first.body);
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
  });

  it('is signed over the very bytes that are sent, whatever language they are in', async () => {
    const event = structuredClone(SAMPLES['job.failed']!);
    if (event.kind !== 'job.failed') throw new Error('not the sample');
    event.data.job.name = 'größe-№7 🔔 \ud800';
    const { url, received } = await receiver(() => ({ status: 200 }));
    await webhook.send(messageTo(targetOf(url, [KEY]), event, Date.now()));
    const { body, headers } = received[0]!;
    expect(() => new Webhook(KEY).verify(body, headers as Record<string, string>)).not.toThrow();
  });

  it.each([[[]], [['whsec_']], [['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']], [['whsec_n@t base64']]])(
    'is not sent with the signing keys %j: that is a mistake of ours',
    async (keys) => {
      const { url, received } = await receiver(() => ({ status: 200 }));
      await expect(webhook.send(messageTo(targetOf(url, keys)))).rejects.toThrow('signing key');
      expect(received).toEqual([]);
    },
  );
});

const expected = (status: number): object => {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status >= 300 && status < 400) return { kind: 'retry', reason: 'redirected' };
  if (status === 401 || status === 403) return { kind: 'retry', reason: 'auth_error' };
  if (status === 410) return { kind: 'never', reason: 'gone', disable: true };
  if (status === 429) return { kind: 'retry', reason: 'rate_limited' };
  if (status >= 400 && status < 500) return { kind: 'retry', reason: 'client_error' };
  return { kind: 'retry', reason: 'server_error' };
};

describe("a receiver's answers", () => {
  it('has a receipt for every status', async () => {
    const receipts = await everyStatus(create, (url) => targetOf(url, [KEY]));
    for (const status of ALL_STATUSES) {
      expect(receipts.get(status), String(status)).toEqual({ ...expected(status), detail: `HTTP ${status}` });
    }
  });

  it.each([
    [429, '120', 120_000],
    [502, '1', 1_000],
    [503, ' 60 ', 60_000],
    [504, '3600', 3_600_000],
    [429, 'Sun, 01 Mar 2026 12:07:00 GMT', 120_000],
    [429, '31536000', 86_400_000],
    [429, 'Sun, 01 Mar 2099 12:07:00 GMT', 86_400_000],
    [429, '0', undefined],
    [429, '-5', undefined],
    [429, 'soon', undefined],
    [429, 'in 2099', undefined],
    [429, '1.5', undefined],
    [429, '', undefined],
    [429, 'Sun, 01 Mar 2026 12:00:00 GMT', undefined],
    [500, '60', undefined],
    [400, '60', undefined],
  ])('%i with Retry-After "%s" asks for a wait of %s ms', async (status, header, afterMs) => {
    const { receipt } = await attempt({ status, headers: { 'retry-after': header } });
    expect(receipt.kind).toBe('retry');
    expect('afterMs' in receipt ? receipt.afterMs : undefined).toBe(afterMs);
  });

  it('does not follow a redirect', async () => {
    const elsewhere = await receiver(() => ({ status: 200 }));
    const { receipt } = await attempt({ status: 307, headers: { location: elsewhere.url } });
    expect(receipt).toMatchObject({ kind: 'retry', reason: 'redirected' });
    expect(elsewhere.received).toEqual([]);
  });

  it('keeps the beginning of what the receiver says, on one line', async () => {
    const body = `  no such tenant\r\n\u001b[31m${'x'.repeat(5_000)}`;
    const { receipt } = await attempt({ status: 422, body });
    expect(receipt.detail).toMatch(/^HTTP 422: no such tenant \[31mx+…$/);
    expect(receipt.detail.length).toBeLessThanOrEqual(256);
  });

  it('never gives the signing keys or the URL away', async () => {
    const url = 'https://example.com/hooks/s3cr3t-path?token=s3cr3t-query';
    const keys = [KEY, OLD_KEY];
    const secrets = ['s3cr3t-path', 's3cr3t-query', ...keys, ...keys.map((key) => key.slice(6))];
    expect(await leaks(create, targetOf(url, keys), secrets)).toEqual([]);
  });

  it.each([
    ['as a header', (it: string) => `webhook-signature: ${it}`],
    ['alone', (it: string) => `got ${it}, which is wrong`],
    ['without its version', (it: string) => `got ${it.replaceAll('v1,', '')}, which is wrong`],
    ['in JSON', (it: string) => JSON.stringify({ headers: { 'webhook-signature': it } })],
  ])('keeps no echo of its signatures: %s', async (_what, echo) => {
    let signature = '';
    const exchange: Exchange = async ({ headers }) => {
      signature = headers['webhook-signature']!;
      return answered(401, echo(signature));
    };
    const receipt = await create(exchange).send(
      messageTo(targetOf('https://example.com/hooks', [KEY, OLD_KEY])),
    );
    const parts = signature.split(' ').map((one) => one.slice('v1,'.length));
    expect(parts).toHaveLength(2);
    expect(parts.filter((part) => receipt.detail.includes(part))).toEqual([]);
    expect(receipt.detail).toContain('[redacted]');
  });
});

describe('an answer that breaks', () => {
  const answers = Object.entries({ ...BREAKING, ...INTERIM });
  const answered = async (answer: (socket: Socket) => void) => {
    const server = await serveRaw((socket) => socket.once('data', () => answer(socket)));
    return hasty.send(messageTo(targetOf(server.url, [KEY])));
  };

  it.each(answers)('after 200 means delivered: %s', async (_what, answer) => {
    expect(await answered(answer('HTTP/1.1 200 OK'))).toMatchObject({ kind: 'sent' });
  });

  it.each(answers)('after 503 means try again: %s', async (_what, answer) => {
    expect(await answered(answer('HTTP/1.1 503 Busy'))).toMatchObject({
      kind: 'retry',
      reason: 'server_error',
    });
  });
});

describe('an exchange without an answer', () => {
  it.each(ALL_TROUBLES)('is told by its reason: %s', async (reason) => {
    const channel = create(scripted({ ok: false, reason, detail: 'what the network said' }));
    const receipt = await channel.send(messageTo(targetOf('https://example.com', [KEY])));
    const final = { blocked_address: 'blocked_address', bad_url: 'client_error' }[reason as string];
    expect(receipt).toMatchObject(
      final ? { kind: 'never', reason: final, disable: false } : { kind: 'retry' },
    );
    expect(receipt.detail).toBe(`${reason}: what the network said`);
  });

  it('is uncertain when the receiver hangs: it has the message, and nobody knows what it made of it', async () => {
    const { url } = await receiver(() => null);
    const receipt = await hasty.send(messageTo(targetOf(url, [KEY])));
    expect(receipt).toMatchObject({ kind: 'retry', reason: 'uncertain' });
  });

  it.each([
    ['uncertain once it is written', 'written', 'uncertain'],
    ['a timeout of ours before that', 'not written', 'timeout'],
  ])('that we end is %s, and says nothing of the receiver', async (_, when, reason) => {
    const ending = new AbortController();
    const { url, received } = await receiver(() => {
      ending.abort();
      return null;
    });
    if (when === 'not written') ending.abort();
    const message = { ...messageTo(targetOf(url, [KEY])), signal: ending.signal };
    const receipt = await webhook.send(message);
    expect(receipt).toMatchObject({ kind: 'retry', reason });
    expect(receipt).not.toHaveProperty('hung');
    expect(received).toHaveLength(when === 'written' ? 1 : 0);
  });

  it('is uncertain when the connection breaks before the answer', async () => {
    const server = await serveRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const receipt = await webhook.send(messageTo(targetOf(server.url, [KEY])));
    expect(receipt).toMatchObject({ kind: 'retry', reason: 'uncertain' });
  });

  it('is a timeout when not even the connection comes about', async () => {
    const { port } = await serveRaw(() => {});
    const receipt = await hasty.send(messageTo(targetOf(`https://127.0.0.1:${port}`, [KEY])));
    expect(receipt).toMatchObject({ kind: 'retry', reason: 'timeout' });
  });

  it('is unreachable when nobody listens', async () => {
    const receipt = await webhook.send(messageTo(targetOf('http://127.0.0.1:1', [KEY])));
    expect(receipt).toMatchObject({ kind: 'retry', reason: 'unreachable' });
  });
});

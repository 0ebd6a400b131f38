import fc from 'fast-check';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Exchange } from '../../../lib/adapters/channels/post.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import type { Receipt } from '../../../lib/core/notify/delivery.ts';
import type { Target } from '../../../lib/core/notify/subscription.ts';
import {
  createHttp,
  type HttpAnswer,
  type HttpReason,
  type HttpTrouble,
} from '../../../lib/adapters/platform/http.ts';
import type { Channel, Message } from '../../../lib/ports.ts';
import { describe as contentOf } from '../../../lib/core/notify/message.ts';
import type { MessageContent } from '../../../lib/core/notify/message-content.ts';
import { anyReader, hostileEvent } from '../../core/notify/hostile.ts';
import { SAMPLES } from '../../core/notify/samples.ts';

export const AT = Date.parse('2026-03-01T12:05:00Z');
export const DELIVERY = `dlv_${'a'.repeat(32)}`;

export const targetOf = (address: string, signingKeys: string[] = []): Target => ({
  endpoint: 'ep_1',
  shown: 'shown',
  address: () => address,
  signingKeys: signingKeys.map((key) => () => key),
});

export const messageTo = (target: Target, event: Event = SAMPLES['job.failed']!, at = AT): Message => ({
  deliveryId: DELIVERY,
  event,
  subscription: 'team',
  target,
  at,
});

/** `check` holds of every message, whatever the cloud and the users write, in any language. */
export const whateverIsWritten = (check: (content: MessageContent) => void, numRuns = 300): void =>
  fc.assert(
    fc.property(hostileEvent, anyReader, (event, reader) => check(contentOf(event, reader))),
    { numRuns },
  );

/** A message in which everything that comes from others is as long as can be. */
export function longest(char: string): MessageContent {
  const long = char.repeat(100_000 / char.length);
  return {
    ...contentOf(SAMPLES['job.failed']!),
    title: long,
    lead: long,
    hint: long,
    link: `https://a.example/${'&'.repeat(480)}`,
    facts: Array.from({ length: 14 }, (_, i) => ({ label: i === 0 ? 'Reason' : long, value: long })),
    failedSubJobs: Array.from({ length: 500 }, () => long),
  };
}

export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A real server on 127.0.0.1 that remembers what it got; null leaves the caller waiting. */
export async function receiver(
  reply: (received: Received, nth: number) => Reply | null,
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const one = {
        method: req.method ?? '',
        path: req.url ?? '',
        headers: req.headers,
        body: Buffer.concat(chunks).toString(),
      };
      received.push(one);
      const answer = reply(one, received.length);
      if (answer) res.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

/** The real door out, open to the test's own servers. */
export const { exchange: localExchange } = createHttp({ allowPrivate: () => true, redact: (text) => text });

/** Answers the same to everything, and cannot be told from the network. */
export const scripted =
  (answer: HttpAnswer | HttpTrouble): Exchange =>
  async () =>
    answer;

export const answered = (status: number, body = '', headers: Record<string, string> = {}): HttpAnswer => ({
  ok: true,
  status,
  headers,
  body,
  truncated: false,
});

export const ALL_STATUSES: readonly number[] = Array.from({ length: 500 }, (_, i) => 100 + i);

/** What a channel makes of every HTTP status there is. A status below 200 never ends a real exchange, so it is scripted. */
export async function everyStatus(
  channel: (exchange: Exchange) => Channel,
  target: (url: string) => Target,
  body = '',
): Promise<Map<number, Receipt>> {
  let status = 0;
  const server = await receiver(() => ({ status, body: [204, 304].includes(status) ? '' : body }));
  const receipts = new Map<number, Receipt>();
  for (status of ALL_STATUSES) {
    const exchange = status < 200 ? scripted(answered(status, body)) : localExchange;
    receipts.set(status, await channel(exchange).send(messageTo(target(server.url))));
  }
  return receipts;
}

export const ALL_TROUBLES: readonly HttpReason[] = [
  'timeout',
  'stopped',
  'dns',
  'refused',
  'reset',
  'tls',
  'too_large',
  'blocked_address',
  'bad_url',
  'network',
];

/**
 * Every answer a channel can get, from an endpoint that echoes all it knows and a network that names the URL: no secret may
 * be found in any receipt. Returns the receipts that hold one.
 */
export async function leaks(
  channel: (exchange: Exchange) => Channel,
  target: Target,
  secrets: readonly string[],
): Promise<string[]> {
  const url = target.address();
  const echo = `You sent ${url} with ${secrets.join(' and ')}; your path was ${new URL(url).pathname}`;
  const answers: (HttpAnswer | HttpTrouble)[] = [
    // Pushed about, so that a secret also lies across the place where the text is cut.
    ...ALL_STATUSES.map((status) =>
      answered(status, `${'.'.repeat(status % 256)}${echo}`, { location: url, 'retry-after': url }),
    ),
    ...ALL_TROUBLES.map((reason) => ({ ok: false as const, reason, detail: echo })),
  ];
  const receipts = await Promise.all(
    answers.map(async (answer) => JSON.stringify(await channel(scripted(answer)).send(messageTo(target)))),
  );
  return receipts.filter((receipt) => secrets.some((secret) => receipt.includes(secret)));
}

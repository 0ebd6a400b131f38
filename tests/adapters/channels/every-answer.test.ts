/**
 * Every status and every fault, over real sockets, for every channel that speaks HTTP: what becomes of the delivery and of its target
 * is what docs/security.md says, to the millisecond of the clock that is handed in.
 */
import { readFileSync } from 'node:fs';
import { createServer as createTcpServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { deliver, type DeliverDeps } from '../../../lib/app/deliver/deliver.ts';
import { CHANNELS, targetOn, type KnownChannel } from '../../../lib/adapters/channels/registry.ts';
import { createHttp } from '../../../lib/adapters/platform/http.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import { newDelivery, type Delivery } from '../../../lib/core/notify/delivery.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import { OVER_HTTP, sendersOverHttp } from '../../../lib/wire/local/senders.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import { recordingTelemetry, subscription, testClock } from '../../kit.ts';
import type { Exchange } from '../../../lib/adapters/channels/post.ts';
import { receiver } from './kit.ts';

const page = readFileSync(new URL('../../../docs/security.md', import.meta.url), 'utf8');
/** The table that begins with this word, row by row. */
function tableOf(head: string): string[][] {
  const from = page.indexOf(`| ${head} `);
  const [, , ...rows] = page.slice(from).split('\n\n')[0]!.split('\n');
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
const STATUSES = tableOf('status');
const FAULTS = tableOf('fault');
const COLUMN: Record<string, number> = { webhook: 1, slack: 2, teams: 3 };
const said = (channel: string, status: number): string => {
  const row = [String(status), `${Math.floor(status / 100)}xx`].flatMap(
    (name) => STATUSES.find(([it]) => it === name) ?? [],
  );
  return row[COLUMN[channel] ?? 4]!;
};

/** `tried again: \`timeout\``, as it is seen in the row and in that of its target. */
function outcomeOf(words: string): { state: Delivery['state']; reason: string; target: 'ok' | 'disabled' } {
  const [, what = words, reason = ''] = /^(.*?)(?:: `(\w+)`)?$/.exec(words) ?? [];
  if (what === 'delivered') return { state: 'delivered', reason: 'ok', target: 'ok' };
  if (what === 'accepted') return { state: 'delivered', reason: 'accepted', target: 'ok' };
  if (what === 'tried again') return { state: 'retrying', reason, target: 'ok' };
  if (what === 'given up') return { state: 'failed', reason, target: 'ok' };
  expect(what).toBe('held, the target is disabled');
  return { state: 'held', reason, target: 'disabled' };
}

const http = createHttp({ allowPrivate: () => true, redact: (text) => text });
const guarded = createHttp({ allowPrivate: () => false, redact: (text) => text });
afterAll(() => Promise.all([http.close(), guarded.close()]));
let store: SqliteStore;
beforeAll(() => void (store = openStore(':memory:')));
afterAll(() => store.close());

let count = 0;
/** One attempt of one delivery to one target. */
async function attempted(channel: KnownChannel, url: string, exchange: Exchange = http.exchange) {
  const clock = testClock();
  const address = `${url}/${(count += 1)}?key=k&access_token=t`;
  const target = targetOn(channel, () => address, [() => `whsec_${Buffer.alloc(32, 1).toString('base64')}`]);
  const { signingKeys: _, ...unsigned } = target;
  const one: Subscription = {
    ...subscription('team'),
    channel,
    targets: [channel === 'webhook' ? target : unsigned],
  };
  const event = { ...SAMPLES['job.failed']! };
  event.metadata = { ...event.metadata, id: `evt_${String(count).padStart(32, '0')}` };
  await store.events.create([newEventRow(event, clock.now())]);
  const [made] = await store.deliveries.create([newDelivery(event, one, target, clock.now())]);
  const deps: DeliverDeps = {
    store,
    subscriptions: { all: async () => [one] },
    channels: sendersOverHttp({ exchange, version: '0' }),
    clock: clock.now,
    telemetry: recordingTelemetry(),
    rules: CHANNELS,
  };
  const again = async (): Promise<Delivery> => {
    await deliver(deps, (await store.deliveries.get(made!.row.key))!);
    return (await store.deliveries.get(made!.row.key))!;
  };
  const row = await again();
  const endpoint = async () =>
    (await store.endpoints.get(target.endpoint)) ?? { state: 'ok', pausedUntil: 0 };
  return { row, clock, again, endpoint };
}

describe.each(OVER_HTTP)('%s', (channel) => {
  const { schedule } = CHANNELS[channel];

  it('does with every status what is documented', async () => {
    let status = 0;
    const { url } = await receiver(() => ({ status, body: [204, 304].includes(status) ? '' : 'words' }));
    for (status = 200; status < 600; status += 1) {
      const wanted = outcomeOf(said(channel, status));
      const { row, clock, endpoint } = await attempted(channel, url);
      const [{ counts, detail } = { counts: false, detail: '' }] = row.attempts;
      expect({ status, state: row.state, reason: row.reason, target: (await endpoint()).state }).toEqual({
        status,
        ...wanted,
      });
      expect([counts, detail]).toEqual([true, expect.stringContaining(`HTTP ${status}`)]);
      if (row.state !== 'retrying') continue;
      // Spread by a tenth, so that retries do not come as a crowd.
      const wait = row.due!.at - clock.now();
      expect(Math.abs(wait / schedule[0]! - 1)).toBeLessThan(0.101);
    }
  }, 60_000);

  it.each([429, 502, 503, 504])(
    'leaves the whole target alone for as long as %i says, and spends nothing',
    async (status) => {
      const { url } = await receiver(() => ({ status, headers: { 'retry-after': '120' } }));
      const { row, clock, endpoint } = await attempted(channel, url);
      expect(row).toMatchObject({ state: 'retrying', spent: 0, due: { at: clock.now() + 120_000 } });
      expect((await endpoint()).pausedUntil).toBe(clock.now() + 120_000);
    },
  );

  it('tries as often as its schedule says, and gives up', async () => {
    const { url, received } = await receiver(() => ({ status: 500 }));
    const { row, clock, again } = await attempted(channel, url);
    let last = row;
    for (const wait of schedule) {
      expect(last).toMatchObject({ state: 'retrying', reason: 'server_error' });
      expect(Math.abs((last.due!.at - clock.now()) / wait - 1)).toBeLessThan(0.101);
      clock.pass(last.due!.at - clock.now());
      last = await again();
    }
    expect(last).toMatchObject({
      state: 'failed',
      reason: 'server_error',
      due: null,
      spent: schedule.length + 1,
    });
    expect(received).toHaveLength(schedule.length + 1);
  });

  it.each(FAULTS)('%s', async (fault, before, after) => {
    const hasty: Exchange = (request) => http.exchange({ ...request, deadlineMs: 150 });
    const stopped: Exchange = (request) => http.exchange({ ...request, signal: AbortSignal.timeout(100) });
    const meet = async (how: 'before' | 'after', url: string, exchange?: Exchange): Promise<void> => {
      const { row, endpoint } = await attempted(channel, url, exchange);
      const wanted = outcomeOf(how === 'before' ? before : after);
      expect({ how, state: row.state, reason: row.reason, target: (await endpoint()).state }).toEqual({
        how,
        ...wanted,
      });
    };
    const silent = await tcp(() => {});
    switch (fault) {
      case 'no answer within 15 s':
        await meet('after', silent, hasty);
        return meet('after', await tcp((socket) => drip(socket)), hasty);
      case 'the time of the Lambda function is over':
        return meet('after', silent, stopped);
      case 'the connection breaks':
        await meet('before', await tcp((socket) => socket.resetAndDestroy(), 'connection'));
        return meet('after', await tcp((socket) => socket.destroy()));
      case 'what comes is no HTTP':
        return meet('after', await tcp((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n\r\n')));
      case 'headers without end, and no status':
        return meet('after', await tcp((socket) => flood(socket)));
      case 'the name does not resolve':
        return meet('before', 'http://name.that.is.not.invalid');
      case 'nobody listens':
        return meet('before', await closedPort());
      case 'no trusted TLS':
        return meet('before', silentTls(await tcp((socket) => socket.end('HTTP/1.1 400 no\r\n\r\n'))));
      case 'the address is blocked':
        return meet('before', silent, guarded.exchange);
      case 'the URL cannot be sent to':
        return meet('before', 'ftp://127.0.0.1');
      default:
        throw new Error(`nobody tries this: ${fault}`);
    }
  });
});

/** A server that does something with what arrives, or with each connection. */
async function tcp(how: (socket: Socket) => void, at: 'data' | 'connection' = 'data'): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    if (at === 'connection') how(socket);
    else socket.once('data', () => how(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
async function closedPort(): Promise<string> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
const silentTls = (url: string): string => url.replace('http:', 'https:');
/** Interim answers that never end: none of them has a status that counts. */
function drip(socket: Socket): void {
  socket.write('HTTP/1.1 103 Early Hints\r\n');
  const timer = setInterval(() => socket.write('x-more: 1\r\n'), 20);
  socket.on('close', () => clearInterval(timer));
}
function flood(socket: Socket): void {
  socket.write('HTTP/1.1 103 Early Hints\r\n');
  socket.write(`x-more: ${'x'.repeat(1024)}\r\n`.repeat(200));
}

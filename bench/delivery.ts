import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bench, type Round, type Runner } from './harness/bench.ts';
import { inChild, type Child } from './harness/child.ts';
import { inLanes } from './check/world.ts';
import { cpuUsOf, post, startAlertmanager } from './delivery/alertmanager.ts';
import { nowMs } from './harness/machine.ts';
import { arrivalsAt, countsAt } from './pipeline/sink.ts';
import type { Server } from './pipeline/servers.ts';

/** How events are handed over; all at once, where nothing is said. */
interface Size {
  events: number;
  /** Offered: so many a second, on time, whatever has become of those before. */
  perSecond?: number;
  /** One by one, this many side by side, each waited for. */
  inFlight?: number;
  /** The sender is killed once it has accepted all and so much has arrived, and started again. */
  killAt?: number;
  /** Of the receiver's answers, in percent, are 429 with `Retry-After: 1`. */
  refused?: number;
  /** Sent before the round begins: nobody restarts a service for each event. */
  warm?: number;
  /** The round is over after this time, whatever has arrived. */
  withinMs?: number;
}

/** The contender that delivers, in a process of its own. */
interface Sender {
  submit(ids: readonly string[]): Promise<void>;
  cpuUs(): Promise<number>;
  /** Messages that it still has and sends later. */
  waiting(): Promise<number>;
  /** Dies by SIGKILL and is started again with what it has on its disk. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Nothing has arrived for this long: the round is over. What the sender still has to send is not lost, it waits. */
const SILENCE_MS = 5_000;
/** What is due within this time is offered in one call. */
const OFFER_EVERY_MS = 5;

let next = process.pid * 1_000_000;
const newIds = (count: number): string[] =>
  Array.from({ length: count }, () => `evt_${(next++).toString(16).padStart(32, '0')}`);

/** Hands events over and says when each of them was due to be: a sender that is late is late for all behind, too. */
async function handOver(
  { perSecond, inFlight }: Size,
  ids: readonly string[],
  submit: Sender['submit'],
  arrival: (id: string) => Promise<unknown>,
): Promise<Map<string, number>> {
  const due = new Map<string, number>();
  if (inFlight) {
    await inLanes(ids.length, inFlight, async (n) => {
      due.set(ids[n]!, nowMs());
      await submit([ids[n]!]);
      await arrival(ids[n]!);
    });
  } else if (perSecond) {
    const began = nowMs();
    ids.forEach((id, n) => due.set(id, began + (n * 1_000) / perSecond));
    const accepted: Promise<void>[] = [];
    for (let n = 0; n < ids.length;) {
      const until = Math.min(ids.length, Math.floor(((nowMs() - began) * perSecond) / 1_000) + 1);
      if (until > n) accepted.push(submit(ids.slice(n, until)));
      n = Math.max(n, until);
      await sleep(OFFER_EVERY_MS);
    }
    await Promise.all(accepted);
  } else await submit(ids);
  return due;
}

/** Waits until `count` messages have arrived, or none any more, or the time is over. `each` hears of every look. */
async function allArrived(
  port: number,
  count: number,
  until = Infinity,
  each: (announced: number) => Promise<void> = async () => {},
): Promise<number> {
  let last = { announced: -1, at: nowMs() };
  for (;;) {
    const { announced, forged } = await countsAt(port);
    if (forged > 0) throw new Error('a message was not signed as it should be');
    if (announced > last.announced) last = { announced, at: nowMs() };
    if (announced >= count || nowMs() - last.at > SILENCE_MS || nowMs() > until) return announced;
    await each(announced);
    await sleep(20);
  }
}

function delivering(size: Size, port: number, start: () => Promise<Sender>): Runner {
  let sender: Sender;
  const { events, killAt, refused, warm = 0, withinMs = Infinity } = size;
  const arrival = async (id: string): Promise<unknown> =>
    (await fetch(`http://127.0.0.1:${port}/wait/${id}`)).arrayBuffer();
  return {
    async prepare() {
      await fetch(`http://127.0.0.1:${port}/reset`);
      sender = await start();
      await sender.submit(newIds(warm));
      await allArrived(port, warm);
      await fetch(`http://127.0.0.1:${port}/reset?refuse=${refused ?? 0}`);
    },
    async round(): Promise<Round> {
      const ids = newIds(events);
      const before = await sender.cpuUs();
      const began = nowMs();
      const handed = handOver(size, ids, sender.submit, arrival);
      let toKill = killAt === undefined ? Infinity : events * killAt;
      if (killAt !== undefined) await handed;
      const announced = await allArrived(port, events, began + withinMs, async (so) => {
        if (so < toKill) return;
        toKill = Infinity;
        await sender.restart();
      });
      const due = await handed;
      const arrivals = await arrivalsAt(port);
      const cpuUs = killAt === undefined ? (await sender.cpuUs()) - before : 0;
      const waiting = announced < events ? await sender.waiting() : 0;
      await sender.close();
      const waits = [...due]
        .flatMap(([id, at]) => {
          const came = arrivals.get(id);
          return came === undefined ? [] : [came - at];
        })
        .toSorted((a, b) => a - b);
      return {
        units: events,
        counters: { handedOver: events },
        wallMs: Math.max(...arrivals.values()) - began,
        cpuUs,
        figures: {
          lostPercent: (100 * (events - announced - waiting)) / events,
          waitingPercent: (100 * waiting) / events,
          ...(waits.length > 0 && {
            p50Ms: waits[Math.floor(waits.length * 0.5)]!,
            p95Ms: waits[Math.floor(waits.length * 0.95)]!,
          }),
        },
      };
    },
  };
}

async function startOurs(port: number): Promise<Sender> {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-bench-'));
  const begin = async (): Promise<Child> => {
    const child = await inChild(new URL('delivery/ours.ts', import.meta.url));
    await child.call('start', port, folder);
    return child;
  };
  let child = await begin();
  return {
    submit: (ids) => child.call('submit', ids),
    cpuUs: () => child.cpuUs(),
    waiting: () => child.call('waiting'),
    async restart() {
      await child.stop();
      child = await begin();
    },
    async close() {
      await child.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function startTheirs(port: number): Promise<Sender> {
  let server: Server = await startAlertmanager(port);
  return {
    submit: (ids) => post(server.port, ids),
    cpuUs: async () => cpuUsOf(server.pid),
    // It says nothing of its queue, and has sent for seconds when it is asked.
    waiting: async () => 0,
    async restart() {
      server = await server.again();
    },
    close: () => server.stop(),
  };
}

/** As deliveries come in life. A store that is handed thousands at once is a size of its own, without a goal. */
const OFFERED = ['500 a second', '1,000 a second', '2,000 a second', '16 in flight'];

export default bench<Size>({
  about:
    'Events are handed over, and each is one message to one receiver on this machine. Jobchime has an event on disk before it says yes, signs and guards each message, and records each attempt on disk; Alertmanager keeps its queue in memory. Both are processes of their own, whose processor time is taken.',
  unit: 'event',
  // Each round is a sender of its own, which is warm before it is measured.
  warmUps: 0,
  cases: (quick) => {
    if (quick) return { 'all at once': { events: 100 }, '200 a second': { events: 40, perSecond: 200 } };
    const warm = 1_000;
    return {
      '500 a second': { events: 1_500, perSecond: 500, warm },
      '1,000 a second': { events: 10_000, perSecond: 1_000, warm },
      '2,000 a second': { events: 10_000, perSecond: 2_000, warm },
      '16 in flight': { events: 10_000, inFlight: 16, warm },
      'all at once': { events: 10_000, warm },
      'killed half way': { events: 2_000, killAt: 0.5 },
      // It asks for a second of rest at every tenth message: who obeys is slow, and what waits is not lost.
      '10 % answered with 429': { events: 500, refused: 10, withinMs: 5_000 },
    };
  },
  async stage() {
    const world = await inChild(new URL('pipeline/world.ts', import.meta.url));
    return { at: await world.call('start'), close: () => world.stop() };
  },
  contenders: {
    jobchime: {
      title: 'Jobchime, on disk',
      open: (size, port: number) => delivering(size, port, () => startOurs(port)),
    },
    alertmanager: {
      title: 'Alertmanager, in memory',
      needs: ['prometheus-alertmanager'],
      open: (size, port: number) => delivering(size, port, () => startTheirs(port)),
    },
  },
  figures: { p50Ms: 'p50, ms', p95Ms: 'p95, ms', lostPercent: 'lost, %', waitingPercent: 'waiting, %' },
  goals: [
    { of: 'jobchime', to: 'alertmanager', figure: 'perSecond', min: 0.8, cases: OFFERED },
    {
      of: 'jobchime',
      to: 'alertmanager',
      figure: 'perSecond',
      min: 1,
      cases: ['16 in flight'],
      stretch: true,
    },
    { of: 'jobchime', to: 'alertmanager', figure: 'p95Ms', max: 1.2, cases: OFFERED },
    { of: 'jobchime', figure: 'lostPercent', max: 0 },
  ],
  plot: ['perSecond', 'cpuUs'],
});

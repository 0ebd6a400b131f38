import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bench, type Round, type Runner } from './harness/bench.ts';
import { inChild, type Child } from './harness/child.ts';
import { inLanes } from './check/world.ts';
import { cpuUsOf, post, startAlertmanager } from './delivery/alertmanager.ts';
import { countsAt } from './pipeline/sink.ts';
import type { Server } from './pipeline/servers.ts';

interface Size {
  events: number;
  /** Handed over one by one, this many side by side, each waited for; else all at once. */
  inFlight?: number;
  /** The sender is killed when so much of it has arrived, and started again. */
  killAt?: number;
  /** Of the receiver's answers, in percent, are 429 with `Retry-After: 1`. */
  refused?: number;
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
const SILENCE_MS = 8_000;

let next = process.pid * 1_000_000;

function delivering(size: Size, port: number, start: () => Promise<Sender>): Runner {
  let sender: Sender;
  const { events, inFlight, killAt, refused } = size;
  return {
    async prepare() {
      await fetch(`http://127.0.0.1:${port}/reset?refuse=${refused ?? 0}`);
      sender = await start();
    },
    async round(): Promise<Round> {
      const ids = Array.from({ length: events }, () => `evt_${(next++).toString(16).padStart(32, '0')}`);
      const before = await sender.cpuUs();
      const began = performance.now();
      const waits: number[] = [];
      if (inFlight) {
        await inLanes(events, inFlight, async (n) => {
          const at = performance.now();
          await sender.submit([ids[n]!]);
          await (await fetch(`http://127.0.0.1:${port}/wait/${ids[n]}`)).arrayBuffer();
          waits.push(performance.now() - at);
        });
      } else void sender.submit(ids).catch(() => {});
      let killed = killAt === undefined;
      let last = { announced: -1, at: performance.now() };
      for (;;) {
        const { announced } = await countsAt(port);
        if (announced > last.announced) last = { announced, at: performance.now() };
        if (announced >= events || performance.now() - last.at > SILENCE_MS) break;
        if (!killed && announced >= events * killAt!) {
          killed = true;
          await sender.restart();
        }
        await sleep(20);
      }
      const wallMs = last.at - began;
      const cpuUs = killAt === undefined ? (await sender.cpuUs()) - before : 0;
      const waiting = last.announced < events ? await sender.waiting() : 0;
      await sender.close();
      waits.sort((a, b) => a - b);
      const figures = {
        lostPercent: (100 * (events - last.announced - waiting)) / events,
        waitingPercent: (100 * waiting) / events,
        ...(inFlight && { p50Ms: waits[events >> 1]!, p95Ms: waits[Math.floor(events * 0.95)]! }),
      };
      return { units: events, counters: { handedOver: events }, figures, wallMs, cpuUs };
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

export default bench<Size>({
  about:
    'Events are handed over, and each is one message to one receiver on this machine. Jobchime has an event on disk before it says yes, signs and guards each message, and records each attempt on disk; Alertmanager keeps its queue in memory. Both are processes of their own, whose processor time is taken.',
  unit: 'event',
  cases: (quick) => {
    const events = quick ? 100 : 10_000;
    return {
      'all at once': { events },
      ...(!quick && {
        '16 in flight': { events: 4_000, inFlight: 16 },
        'killed half way': { events, killAt: 0.5 },
        '10 % answered with 429': { events: 2_000, refused: 10 },
      }),
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
    { of: 'jobchime', to: 'alertmanager', figure: 'perSecond', min: 0.8, cases: ['all at once'] },
    {
      of: 'jobchime',
      to: 'alertmanager',
      figure: 'perSecond',
      min: 1,
      cases: ['all at once'],
      stretch: true,
    },
    { of: 'jobchime', to: 'alertmanager', figure: 'p95Ms', max: 1.2, cases: ['16 in flight'] },
    { of: 'jobchime', figure: 'lostPercent', max: 0 },
  ],
  plot: ['perSecond', 'cpuUs'],
});

import { createEventBridgeBus } from '../../lib/adapters/bus/eventbridge.ts';
import { DEFAULT_POLICY } from '../../lib/core/jobs/policy.ts';
import { releaseHeld } from '../../lib/app/deliver/release.ts';
import { ringDue } from '../../lib/app/deliver/ring-due.ts';
import { expire } from '../../lib/app/upkeep/expire.ts';
import { createPacer } from '../../lib/app/sweep/pacer.ts';
import { submit } from '../../lib/app/sweep/submit.ts';
import { sweepWindow } from '../../lib/app/sweep/sweep-window.ts';
import type { Dynamo } from '../../tests/adapters/store/dynamodb/dynalite.ts';
import { createCloud, submission } from './cloud.ts';
import { PURPOSES, unitsOf, type Purpose } from './ledger.ts';
import { minus, NOTHING, type Usage } from './prices.ts';
import { MESSAGE, openStack, type Stack } from './stack.ts';

/** What was counted in some minutes. */
export interface Seen {
  minutes: number;
  jobs: number;
  published: number;
  putEvents: number;
  checks: number;
  sweeps: number;
  /** Milliseconds for which the sweep was awake: working, and waiting for the next check. */
  awakeMs: number;
  /** From the ends of jobs until they were found out, in all. */
  lateMs: number;
  /** Requests to the table, and their units. */
  requests: Record<Purpose, number>;
  writes: Record<Purpose, number>;
  reads: Record<Purpose, number>;
  /** All of it, but for how the jobs were handed in: the event that did it, its message, and the function that took it. */
  usage: Usage;
  handingIn: Usage;
}

/** The figures of a steady rate, in jobs a second. */
export type Rated = Seen & { rate: number };

const START = Date.UTC(2026, 2, 1, 12);
const MINUTE = 60_000;
/** By then as many jobs end as are handed in. */
const WARM_MINUTES = 5;
/** Some nine checks for each job, and five requests a second: what one origin allows at its pace. */
const JOBS_OF_ORIGIN = 0.4;

/** What the function makes of its minute: as in functions/sweep.ts and lib/wire/aws/sweep.ts. */
const WINDOW_MS = 50_000;
const BUDGET = 200;
const RINGS = 100;
const RETENTION_MS = 30 * 24 * 60 * MINUTE;

/** Minutes in which `rate` jobs a second come and go, after enough of them for a steady state. */
export async function jobs(dynamo: Dynamo, rate: number): Promise<Rated> {
  const minutes = Math.max(rate > 1 ? 2 : 4, Math.ceil(1 / rate));
  return { ...(await watch(dynamo, rate, WARM_MINUTES, minutes)), rate };
}

/** A minute in which nothing is going on. */
export const idle = (dynamo: Dynamo): Promise<Seen> => watch(dynamo, 0, 1, 1);

async function watch(dynamo: Dynamo, rate: number, warmMinutes: number, minutes: number): Promise<Seen> {
  const stack = await openStack(dynamo, START);
  const { time } = stack;
  const begin = START + warmMinutes * MINUTE;
  const end = begin + minutes * MINUTE;
  const { counts, ...tasks } = parts(stack, Math.max(1, Math.ceil(rate / JOBS_OF_ORIGIN)));
  const seen = (): Counted =>
    structuredClone({ counts, calls: stack.calls, usage: stack.usage, bill: stack.bill });
  const measure = async (): Promise<[before: Counted, after: Counted]> => {
    await time.until(begin);
    const before = seen();
    await time.until(end);
    return [before, seen()];
  };
  const every = (ms: number, work: (n: number) => Promise<unknown>): Promise<unknown> =>
    Promise.all(
      Array.from({ length: Math.floor((end - START) / ms) }, async (_, n) => {
        await time.until(START + n * ms);
        await work(n);
      }),
    );
  const [[before, after]] = await time.run(
    Promise.all([measure(), every(MINUTE, tasks.sweep), every(1_000 / rate, tasks.track)]),
  );
  return difference(before, after, minutes);
}

interface Counted extends Pick<Stack, 'calls' | 'usage' | 'bill'> {
  counts: ReturnType<typeof parts>['counts'];
}

function difference(before: Counted, after: Counted, minutes: number): Seen {
  const since = (of: (counted: Counted) => number): number => of(after) - of(before);
  const byPurpose = (of: (counted: Counted) => Record<string, number>): Record<Purpose, number> =>
    Object.fromEntries(PURPOSES.map((it) => [it, since((c) => of(c)[it] ?? 0)])) as Record<Purpose, number>;
  const whole = ({ usage, bill }: Counted): Usage => ({ ...usage, ...unitsOf(bill) });
  return {
    minutes,
    jobs: since((c) => c.counts.jobs),
    checks: since((c) => c.counts.checks),
    sweeps: since((c) => c.counts.sweeps),
    awakeMs: since((c) => c.counts.awakeMs),
    lateMs: since((c) => c.counts.lateMs),
    published: since((c) => c.usage.events),
    putEvents: since((c) => c.calls.putEvents),
    requests: byPurpose((c) => c.bill.requests),
    writes: byPurpose((c) => c.bill.writes),
    reads: byPurpose((c) => c.bill.reads),
    usage: minus(whole(after), whole(before)),
    handingIn: minus(after.counts.handingIn, before.counts.handingIn),
  };
}

/** The two functions, put together as in lib/wire/aws, over clocks and clients of this world. */
function parts(stack: Stack, origins: number) {
  const { store, telemetry, time, usage, invoke } = stack;
  const counts = { jobs: 0, checks: 0, sweeps: 0, awakeMs: 0, lateMs: 0, handingIn: { ...NOTHING } };
  const clouds = createCloud(time, (lateMs) => {
    counts.checks += 1;
    counts.lateMs += lateMs ?? 0;
  });
  const bus = createEventBridgeBus({
    client: stack.eventBridge,
    busName: 'jobchime',
    clock: time.now,
    sleep: time.sleep,
  });
  const deps = {
    store,
    jobs: store.jobs,
    deliveries: store.deliveries,
    telemetry,
    clouds,
    bus,
    clock: time.now,
    policy: DEFAULT_POLICY,
    pacer: createPacer(),
    budget: BUDGET,
    retention: RETENTION_MS,
    doorbell: { ring: async () => {} },
    subscriptions: { all: async () => [] },
  };
  return {
    counts,
    async track(n: number): Promise<void> {
      const detail = submission(n, origins);
      clouds.begin(detail.jobIds[0]!);
      const take = async (): Promise<void> => {
        const [tracked] = await stack.as('tracking', () => submit(deps, detail));
        if (tracked?.outcome !== 'tracked') throw new Error(`not tracked: ${JSON.stringify(tracked)}`);
      };
      await invoke('track', take, counts.handingIn);
      counts.handingIn.events += 1;
      counts.handingIn.sqsRequests += MESSAGE;
      counts.jobs += 1;
    },
    async sweep(n: number): Promise<void> {
      usage.schedules += 1;
      counts.sweeps += 1;
      counts.awakeMs += await invoke('sweep', async () => {
        const started = time.now();
        const until = started + WINDOW_MS;
        const lease = { holder: `run-${n}`, until };
        const [checks] = await Promise.all([
          sweepWindow({ ...deps, lease }, { until, sleep: time.sleep }),
          ringDue(deps, RINGS),
          releaseHeld(deps, BUDGET),
          expire(deps, BUDGET),
        ]);
        telemetry.line('info', 'sweep.finished', { ...checks, ms: time.now() - started });
      });
    },
  };
}

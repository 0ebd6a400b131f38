/**
 * What a stage on AWS can do and what it costs: npm run bench -- aws-scale
 *
 * The bundles run for real, each in a process that has no more of a processor than Lambda gives it, against stand-ins of AWS and
 * of a cloud. What takes more workers than a machine has runs in a time that need not be waited for, with the processor
 * time that was measured before. Units are counted over an emulated table. `bench/aws/prices.ts` and `bench/aws/latency.ts` have what is assumed.
 */
import { startDynamo } from '../tests/adapters/store/dynamodb/dynalite.ts';
import limits from '../deploy/limits.cjs';
import { CAPACITY } from '../lib/wire/aws/sweep.ts';
import { RATE } from './aws/cloud.ts';
import { delivery } from './aws/delivery.ts';
import { idle, jobs, type Rated } from './aws/jobs.ts';
import { openWorld, type Measured, type Swept } from './aws/scale/measured.ts';
import { model, type Modelled } from './aws/scale/model.ts';
import { allOf, costsOf, idleMonth, jobOf, untoldOf, type Costs } from './aws/scale/money.ts';
import { reading, type Reading } from './aws/scale/reading.ts';
import type { Counted, CountedGoal, CountedTable } from './harness/counted.ts';

interface Size {
  /** Workers that run for real, and those of the model. */
  real: readonly number[];
  modelled: readonly number[];
  warmFor: number;
  seconds: number;
  subscriptions: readonly number[];
  messages: number;
  read: number;
  rates: readonly number[];
  /** Up to this one units are counted at the rate itself. */
  countedUpTo: number;
  endsPerMinute: number;
  minutes: number;
}
const WHOLE: Size = {
  real: [1, 4],
  modelled: [1, 4, 16],
  warmFor: 20,
  seconds: 30,
  subscriptions: [50, 500, 5_000],
  messages: 400,
  read: 300,
  rates: [0.1, 1, 10, 100],
  countedUpTo: 10,
  endsPerMinute: 10_000,
  minutes: 2,
};
const QUICK: Size = {
  real: [1],
  modelled: [],
  warmFor: 1,
  seconds: 2,
  subscriptions: [5],
  messages: 20,
  read: 20,
  // To count a rate takes its minutes.
  rates: [],
  countedUpTo: 0,
  endsPerMinute: 60,
  minutes: 1,
};

/** Origins that the plan gives one worker, at a third of a job a second each, and some that it gives another. */
const ORIGINS_OF_WORKER = Math.floor(CAPACITY / RATE);
const JOBS_OF_ORIGIN = 1 / 3;
/** More jobs come than have to end, so that not a minute falls short by chance. */
const MARGIN = 1.05;
/** Left to the next minute is what fell due in the last ten seconds. */
const LAG_MS = 15_000;

const GOALS = { atOne: 12, fromTenOn: 8, idle: 2 };

export default async function awsScale({ quick }: { quick: boolean }): Promise<Counted> {
  const size = quick ? QUICK : WHOLE;
  const world = await openWorld(Math.max(...size.real), !quick);
  const swept: Swept[] = [];
  for (const workers of size.real) swept.push(await world.sweep(workers, size.seconds, size.warmFor));
  const tracked = await world.track(size.messages);
  const routed = [];
  for (const n of size.subscriptions)
    routed.push({ subscriptions: n, ...(await world.route(n, size.messages)) });
  await world.close();

  const cpuUs = swept[0]!.cpuUs;
  const modelled: Modelled[] = [];
  const ofWorkers = (workers: number): Promise<Modelled> => {
    const origins = workers * ORIGINS_OF_WORKER;
    return model({ origins, jobsPerSecond: origins * JOBS_OF_ORIGIN, minutes: size.minutes, cpuUs });
  };
  for (const workers of size.modelled) modelled.push(await ofWorkers(workers));
  const perSecond = size.endsPerMinute / 60;
  const full = await model({
    origins: Math.ceil(perSecond / JOBS_OF_ORIGIN),
    jobsPerSecond: perSecond * MARGIN,
    minutes: size.minutes,
    cpuUs,
  });

  const dynamo = await startDynamo();
  const read: Reading[] = [];
  for (const n of size.subscriptions) read.push(await reading(dynamo, n, size.read));
  const sent = await delivery(dynamo);
  const month = await idleMonth(await idle(dynamo));
  const costs: Costs[] = [];
  let counted: Rated | null = null;
  const cpu = { track: tracked.cpuUs, route: routed[0]!.route.cpuUs, webhook: routed[0]!.webhook.cpuUs };
  for (const rate of size.rates) {
    if (counted === null || rate <= size.countedUpTo) counted = await jobs(dynamo, rate);
    // One worker is enough for little, and what it does was counted; more are planned.
    const awake =
      rate <= 1
        ? counted.awakeMs / 1_000 / counted.minutes
        : (
            await model({
              origins: Math.ceil(rate / JOBS_OF_ORIGIN),
              jobsPerSecond: rate,
              minutes: size.minutes,
              cpuUs,
            })
          ).awakeSeconds;
    costs.push(costsOf(rate, counted, awake, sent, cpu, month));
  }
  await dynamo.close();

  return {
    name: 'aws-scale',
    about:
      'What the functions on AWS can do, and what that costs. Each bundle runs in a process that has as much of a processor as Lambda gives its memory; more workers than this machine has, and minutes, pass in a model that runs the real plan and the real sweep with the processor time that was measured.',
    quick,
    tables: [
      sweepTable(swept, modelled, full),
      messageTable(tracked, routed),
      {
        title: 'Read units of an event, by subscriptions',
        rows: [
          ['subscriptions', 'each event', 'a container, once, and after each change'],
          ...read.map((one) => [String(one.subscriptions), one.perEvent.toFixed(2), one.first.toFixed(1)]),
        ],
      },
      costTable(costs),
      {
        title: 'Dollars of a month in which nothing happens',
        rows: [
          ['what', 'dollars'],
          ['minutes of the sweep', month.sweep.toFixed(2)],
          [`empty receives of ${month.queues} queues`, month.receives.toFixed(2)],
          ['in all', (month.sweep + month.receives).toFixed(2)],
          [`beside: ${month.alarms.count} alarms`, month.alarms.dollars.toFixed(2)],
          [
            `beside: ${month.metrics.count} metrics that are there all the time`,
            month.metrics.dollars.toFixed(2),
          ],
          ['beside: the dashboard', month.dashboard.toFixed(2)],
        ],
      },
    ],
    goals: [
      goal(
        full.endsPerMinute >= size.endsPerMinute && full.lagMs <= LAG_MS,
        `${size.endsPerMinute} ends a minute, with ${full.workers} of ${limits['sweep']!.concurrency} workers: ${full.endsPerMinute.toFixed(0)}`,
      ),
      goal(
        CAPACITY <= swept[0]!.atMost,
        `a worker is planned with no more checks a second than it can make: ${CAPACITY} of ${swept[0]!.atMost.toFixed(0)}`,
      ),
      goal(
        read.every(({ perEvent }) => perEvent <= read[0]!.perEvent + 0.01),
        'an event costs the same read units, however many subscriptions there are',
      ),
      ...costs.flatMap((one) => {
        const most = one.rate >= 10 ? GOALS.fromTenOn : one.rate === 1 ? GOALS.atOne : null;
        if (most === null) return [];
        const of = (what: string, dollars: number): CountedGoal =>
          goal(
            dollars <= most,
            `${what}, at ${one.rate} a second: at most ${most} dollars for a million; ${dollars.toFixed(2)}`,
          );
        return [
          of('a job until its event is published', jobOf(one)),
          of('everything, with a message by webhook', allOf(one)),
        ];
      }),
      goal(
        month.sweep + month.receives <= GOALS.idle,
        `at most ${GOALS.idle} dollars for an idle month; ${(month.sweep + month.receives).toFixed(2)}`,
      ),
    ],
  };
}

const goal = (holds: boolean, words: string): CountedGoal => ({ holds, words });

const sweepTable = (
  swept: readonly Swept[],
  modelled: readonly Modelled[],
  full: Modelled,
): CountedTable => ({
  title: `Checks of the sweep, ${limits['sweep']!.memory} MB`,
  rows: [
    [
      'workers',
      'checks a second',
      'CPU us a check',
      'a worker at most, checks a second',
      'ends a minute',
      'seconds until found',
      'late by, seconds',
    ],
    ...swept.map((one) => [
      `${one.workers}, ${howRun(one)}`,
      one.perSecond.toFixed(0),
      one.cpuUs.toFixed(0),
      one.atMost.toFixed(0),
      '',
      '',
      (one.lagMs / 1_000).toFixed(1),
    ]),
    ...[...modelled, full].map((one) => [
      `${one.workers}, in the model`,
      one.checksPerSecond.toFixed(0),
      '',
      '',
      one.endsPerMinute.toFixed(0),
      (one.lateMs / 1_000).toFixed(1),
      (one.lagMs / 1_000).toFixed(1),
    ]),
  ],
});

const howRun = ({ isBounded }: Measured): string => (isBounded ? 'really' : 'really, share reckoned');

function messageTable(
  tracked: Measured,
  routed: readonly { subscriptions: number; route: Measured; webhook: Measured }[],
): CountedTable {
  const row = (what: string, name: string, one: Measured): string[] => [
    what,
    one.perSecond.toFixed(0),
    one.cpuUs.toFixed(0),
    String(limits[name]!.concurrency),
    (one.perSecond * limits[name]!.concurrency * 60).toFixed(0),
  ];
  return {
    title: 'Messages of queues, in full batches',
    rows: [
      ['', 'a second, of one container', 'CPU us each', 'containers at most', 'a minute at most'],
      row('track: jobs handed in', 'track', tracked),
      ...routed.map(({ subscriptions, route }) =>
        row(`route: events, ${subscriptions} subscriptions`, 'route', route),
      ),
      row('webhook: messages', 'webhook', routed[0]!.webhook),
    ],
  };
}

function costTable(costs: readonly Costs[]): CountedTable {
  const row = (what: string, of: (one: Costs) => number): string[] => [
    what,
    ...costs.map((one) => of(one).toFixed(2)),
  ];
  return {
    title: 'Dollars for a million jobs',
    rows: [
      ['jobs a second', ...costs.map(({ rate }) => String(rate))],
      row('table', ({ table }) => table),
      row('the sweep', ({ sweep }) => sweep),
      row('its event', ({ event }) => event),
      row('log', ({ log }) => log),
      row('a job until its event is published', jobOf),
      row('handed in as an event of its own', ({ handingIn }) => handingIn),
      row('its event on its way to those who route it', ({ routing }) => routing),
      row('what is left of it, in table and archives', ({ kept }) => kept),
      row('empty receives', ({ idle: one }) => one),
      row('a job of which nobody is told', untoldOf),
      row('one message by webhook', ({ delivery: one }) => one),
      row('everything', allOf),
    ],
  };
}

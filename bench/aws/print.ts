import type { Bundle, Pair } from './bundles.ts';
import type { Sent } from './delivery.ts';
import type { Rated, Seen } from './jobs.ts';
import { LATENCY } from './latency.ts';
import { memoryOf } from './memory.ts';
import { dollars, PRICES, priced, type Usage } from './prices.ts';

/** How much slower than its floor a bundle may be. Its KB beyond the floor are the program itself. */
const OVER_FLOOR = 1.1;
/** Dollars for a million jobs that come at this rate, in jobs a second. */
const JOB_DOLLARS = 12;
const JUDGED_RATE = 1;
/** Write units of a job, and of each check that did not end it. */
const JOB_UNITS = 5;
const CHECK_UNITS = 3;
const MILLION = 1_000_000;

type Row = readonly string[];

/** The first column reads from the left, numbers stand on the right. */
function table(rows: readonly Row[]): void {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)));
    console.log(cells.join('  '));
  }
  console.log();
}

function judge(holds: boolean, target: string): boolean {
  console.log(`${holds ? 'holds' : 'MISSED'}: ${target}`);
  return holds;
}

export function printBundles(bundles: readonly Bundle[]): boolean {
  console.log(
    'Bundles beside their floor: the same packages, and nothing of ours. Processor ms of importing them.\n',
  );
  table([
    ['function', 'KB', 'floor', 'ratio', 'ms', 'floor', 'ratio'],
    ...bundles.map(({ name, kb, ms }) => [
      name,
      kb.ours.toFixed(0),
      kb.floor.toFixed(0),
      kb.ratio.toFixed(2),
      ms.ours.toFixed(0),
      ms.floor.toFixed(0),
      ms.ratio.toFixed(2),
    ]),
  ]);
  // As it is shown.
  const isOver = ({ ratio }: Pair): boolean => Number(ratio.toFixed(2)) > OVER_FLOOR;
  const over = bundles.filter(({ ms }) => isOver(ms)).map(({ name }) => name);
  const named = over.length > 0 ? `, but for ${over.join(', ')}` : '';
  return judge(over.length === 0, `imported in at most ${OVER_FLOOR} times the time of the floor${named}`);
}

export function printJobs(rated: readonly Rated[], idle: Seen): boolean {
  const perJob = (seen: Seen, of: (seen: Seen) => number): number => of(seen) / seen.jobs;
  const row = (what: string, of: (seen: Seen) => number, digits = 2): Row => [
    what,
    ...rated.map((seen) => perJob(seen, of).toFixed(digits)),
    of(idle).toFixed(digits),
  ];
  const cost = (what: string, of: (dollars: Usage) => number): Row =>
    row(what, ({ usage }) => of(priced(usage)) * MILLION);
  const memory = memoryOf('sweep');

  console.log('\nA job of four minutes, tracked, checked every 30 s, settled, published and unindexed.');
  console.log(
    `Assumed: ${Object.entries(LATENCY)
      .map(([who, ms]) => `${who} ${ms} ms`)
      .join(', ')}.\n`,
  );
  table([
    ['for each job, at a rate of', ...rated.map(({ rate }) => `${rate}/s`), 'idle minute'],
    row('requests to the cloud', ({ checks }) => checks),
    row('seconds until its end is found out', ({ lateMs }) => lateMs / 1_000, 1),
    row('PutEvents: calls', ({ putEvents }) => putEvents),
    row('PutEvents: entries', ({ published }) => published),
    row('requests to the table: tracking', ({ requests }) => requests.tracking),
    row('  checking', ({ requests }) => requests.checking),
    row('  settling and publishing', ({ requests }) => requests.ending),
    row('  storing the event', ({ requests }) => requests.storing),
    row('write units: tracking', ({ writes }) => writes.tracking),
    row('  checking', ({ writes }) => writes.checking),
    row('  settling and publishing', ({ writes }) => writes.ending),
    row('  storing the event', ({ writes }) => writes.storing),
    row('read units: tracking', ({ reads }) => reads.tracking),
    row('  checking', ({ reads }) => reads.checking),
    row('  settling and publishing', ({ reads }) => reads.ending),
    row('  storing the event', ({ reads }) => reads.storing),
    row('runs of the sweep', ({ sweeps }) => sweeps),
    row(`seconds of the sweep, ${memory} MB`, ({ awakeMs }) => awakeMs / 1_000),
    row('bytes of log', ({ usage }) => usage.logBytes, 0),
  ]);
  table([
    ['dollars for a million of them', ...rated.map(({ rate }) => `${rate}/s`), 'idle minute'],
    cost('write units', ({ writeUnits }) => writeUnits),
    cost('read units', ({ readUnits }) => readUnits),
    cost('events', ({ events }) => events),
    cost(
      'time and runs of the sweep',
      ({ gbSeconds, invocations, schedules }) => gbSeconds + invocations + schedules,
    ),
    cost('log', ({ logBytes }) => logBytes),
    row('in all', ({ usage }) => dollars(usage) * MILLION),
    row(
      'dollars a month at this rate',
      (seen) => (dollars(seen.usage) / seen.minutes) * 43_800 * (seen.jobs || 1),
    ),
    row('beside: handed in as an event of its own', ({ handingIn }) => dollars(handingIn) * MILLION),
  ]);
  const judged = rated.find(({ rate }) => rate === JUDGED_RATE)!;
  const paid = perJob(judged, ({ usage }) => dollars(usage)) * MILLION;
  const units = judged.writes.tracking / judged.jobs + judged.writes.ending / judged.published;
  const ofCheck = judged.writes.checking / (judged.checks - judged.published);
  return [
    judge(
      paid <= JOB_DOLLARS,
      `at most ${JOB_DOLLARS} dollars for a million jobs at ${JUDGED_RATE} a second`,
    ),
    judge(Number(units.toFixed(2)) <= JOB_UNITS, `at most ${JOB_UNITS} write units for a job`),
    judge(
      ofCheck <= CHECK_UNITS,
      `at most ${CHECK_UNITS} write units for a check that is postponed; these are ${ofCheck.toFixed(2)}`,
    ),
  ].every(Boolean);
}

export function printDelivery({ routing, delivery }: Sent): void {
  const row = (what: string, usage: Usage): Row => [
    what,
    usage.writeUnits.toFixed(1),
    usage.readUnits.toFixed(1),
    usage.sqsRequests.toFixed(1),
    ((usage.gbSeconds / memoryOf('webhook')) * 1_024 * 1_000).toFixed(0),
    usage.logBytes.toFixed(0),
    (dollars(usage) * MILLION).toFixed(2),
  ];
  console.log(
    '\nDeliveries: each queue message alone; in batches of 10 requests and runs are down to a tenth.\n',
  );
  table([
    ['', 'write units', 'read units', 'SQS requests', 'ms', 'bytes of log', 'dollars a million'],
    row('an event, routed', routing),
    row('each delivery of it', delivery),
  ]);
  const list = Object.entries(PRICES).map(
    ([what, price]) => `${what} ${Number((price * MILLION).toPrecision(6))}`,
  );
  console.log(`Prices, dollars a million: ${list.join(', ')}.`);
}

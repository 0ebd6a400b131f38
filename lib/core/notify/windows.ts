import { localTime, readLocalTime } from '../input/local-time.ts';
import type { WindowReason } from '../jobs/summary-data.ts';
import { refilled, wholeTokens, type Bucket } from '../token-bucket.ts';
import type { Row } from '../row.ts';
import { MINUTE, SECOND } from './retry.ts';

/** When a subscription has its events gathered into one message. All of it in milliseconds. */
export interface Windows {
  /** False: each event speaks for itself, however many there are. Left out: as its channel has it. */
  rollup?: Rollup | false;
  digest?: Digest;
  quiet?: Quiet;
}
/** All in one message, again and again. */
export interface Digest {
  when: { every: number } | { at: string; zone: string };
  /** Failures do not wait for it. */
  failuresAtOnce: boolean;
}
/** What happens then is told afterwards. */
export interface Quiet {
  /** `22:00`, on the clocks of the zone. */
  from: string;
  to: string;
  /** On which days it begins. */
  days: readonly Day[];
  zone: string;
  failuresAtOnce: boolean;
}
export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Day = (typeof DAYS)[number];
/** One message for many events, while there are more than people can read. */
export interface Rollup {
  /** Messages a minute that go out one by one. */
  above: number;
  /** From the first event that is gathered to the message. */
  wait: number;
  /** Between two such messages. */
  every: number;
}
export const DEFAULT_ROLLUP: Rollup = { above: 5, wait: 30 * SECOND, every: 5 * MINUTE };

/** Null: its events are not gathered for being many. */
export const rollupOf = (
  { windows }: { windows?: Windows },
  { rollup: usual }: { rollup?: Rollup },
): Rollup | null => (windows?.rollup ?? usual) || null;

/** It needs somebody to act, so it goes out now. */
const URGENT: readonly string[] = [
  'origin.unreachable',
  'origin.at_risk',
  'subscription.failing',
  'subscription.disabled',
  'delivery.failed',
];
export const isUrgent = ({ kind }: { kind: string }): boolean => URGENT.includes(kind);

/** A window that an event belongs into. */
export interface Gathering {
  why: WindowReason;
  /** Which one, of those of a subscription and a target. */
  id: string;
  closesAt: number;
  /** So many are not worth a message of their own: they go out one by one. Null: all do. */
  few: number | null;
  /** Whose it is, where somebody muted it. */
  mute?: string;
}
/** What decides whether an event is gathered. */
export interface Seen {
  kind: string;
  isFailure: boolean;
  /** When it was found out. */
  since: number;
  /** It has been in a window that is opened again and again. */
  alone: boolean;
}

/**
 * The window that an event waits in because of the time it is: quiet hours, or until the next digest. Null: it is none of these. After quiet
 * hours everything goes on as if it had just happened.
 */
export function timedWindow(
  windows: Windows,
  rollup: Rollup | null,
  seen: Seen,
  now: number,
): Gathering | null {
  const { quiet, digest } = windows;
  const until = quietEnd(windows, seen, now);
  if (until !== null)
    return { why: 'quiet_hours', id: String(until), closesAt: until, few: fewAfter(windows, rollup) };
  if (!digest || isUrgent(seen) || seen.alone || (digest.failuresAtOnce && seen.isFailure)) return null;
  const next = nextDigest(digest, now);
  const closesAt = (quiet && quietUntil(quiet, next)) ?? next;
  return { why: 'digest', id: String(closesAt), closesAt, few: 1 };
}

/** When quiet hours end that hold the event at this time; null: none do. */
export const quietEnd = (
  { quiet }: Windows,
  seen: Pick<Seen, 'kind' | 'isFailure'>,
  at: number,
): number | null =>
  quiet && !isUrgent(seen) && !(quiet.failuresAtOnce && seen.isFailure) ? quietUntil(quiet, at) : null;

/** How many go on one by one when what held them all is over. */
export const fewAfter = ({ digest }: Windows, rollup: Rollup | null): number | null =>
  digest || !rollup ? null : rollup.above;

function nextDigest({ when }: Digest, now: number): number {
  if ('every' in when) return (Math.floor(now / when.every) + 1) * when.every;
  const today = localTime(now, when.zone).slice(0, 10);
  const times = [0, 1, 2].map((days) => at(dayAfter(today, days), when.at, when.zone));
  return times.find((time) => time > now)!;
}

/** When the quiet hours end that it is now; null: it is not quiet. */
export const quietUntil = (quiet: Quiet, now: number): number | null => quietAt(quiet, now)?.end ?? null;

/** The quiet hours that there are at this time. */
function quietAt({ from, to, days, zone }: Quiet, now: number): { begin: number; end: number } | null {
  const today = localTime(now, zone).slice(0, 10);
  for (const day of [today, dayAfter(today, -1)]) {
    if (!days.includes(DAYS[new Date(`${day}T00:00Z`).getUTCDay()]!)) continue;
    const end = at(to <= from ? dayAfter(day, 1) : day, to, zone);
    const begin = at(day, from, zone);
    if (begin <= now && now < end) return { begin, end };
  }
  return null;
}

const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** Both were checked when they were written. */
function at(day: string, time: string, zone: string): number {
  const read = readLocalTime(`${day}T${time}`, zone);
  if (!read.ok) throw new Error(`${day} ${time} is not a time in ${zone}`);
  return read.value;
}

/** A row that knows how many messages its target gets. */
export interface Counted extends Row {
  /** What may still go out one by one; left out: all that may. */
  singles?: Bucket;
  /** The newest window of those that are opened because there is too much. */
  gathers?: { opened: number; closesAt: number };
}

/** A failure is told within a minute: this long after it was found out at the latest, and the rest is for sending. */
const FAILURE_MS = 45 * SECOND;
/** What is told late anyway is still gathered with what comes with it. */
const LEAST_MS = 5 * SECOND;
/** After so long without a window it is quiet again. */
export const CALM_MS = MINUTE;

const bucketOf = ({ above }: Rollup) => ({ size: above, perSecond: above / 60 });

/** A single message goes out: one less may. */
export const withSingle = <R extends Counted>(row: R, rollup: Rollup, now: number): R => {
  const { tokens } = refilled(row.singles, bucketOf(rollup), now);
  return { ...row, singles: { tokens: Math.max(0, tokens - 1), at: now } };
};

/**
 * Whether the next event to a target is gathered, and into which window; null: it speaks for itself. `row` is the target's as it has
 * to be stored for that: who opens a window or closes it earlier has to win that write.
 * @param since When the event was found out.
 */
export function rolledUp<R extends Counted>(
  row: R,
  rollup: Rollup,
  event: Pick<Seen, 'isFailure' | 'since'>,
  now: number,
): { gathering: Gathering; row: R } | null {
  const former = row.gathers;
  const least = now + LEAST_MS;
  const soon = Math.max(least, event.since + FAILURE_MS);
  if (former && isOpen(former, rollup, now)) {
    const closesAt = event.isFailure ? Math.min(former.closesAt, soon) : former.closesAt;
    const next = closesAt === former.closesAt ? row : { ...row, gathers: { ...former, closesAt } };
    return { gathering: gatheringIn(former.opened, closesAt), row: next };
  }
  const isCalm = !former || now < former.closesAt || now - former.closesAt >= CALM_MS;
  if (isCalm && wholeTokens(refilled(row.singles, bucketOf(rollup), now)) >= 1) return null;
  const opened = Math.max(now, (former?.opened ?? 0) + 1);
  const inTurn = Math.max(now + rollup.wait, isCalm ? 0 : former.closesAt + rollup.every);
  const closesAt = event.isFailure ? Math.min(inTurn, soon) : inTurn;
  return { gathering: gatheringIn(opened, closesAt), row: { ...row, gathers: { opened, closesAt } } };
}

/** What is gathered for being much is told when quiet hours begin, rather than within them. */
export function beforeQuiet<G extends Gathering>(
  gathering: G,
  { quiet }: Windows,
  { isFailure }: Pick<Seen, 'isFailure'>,
): G {
  const hours = quiet && !(quiet.failuresAtOnce && isFailure) ? quietAt(quiet, gathering.closesAt) : null;
  return hours ? { ...gathering, closesAt: hours.begin } : gathering;
}

const gatheringIn = (opened: number, closesAt: number): Gathering => ({
  why: 'rate',
  id: String(opened),
  closesAt,
  few: 1,
});

/** One that closes later than any does was written by a clock that has been set back since. */
const isOpen = ({ closesAt }: { closesAt: number }, { wait, every }: Rollup, now: number): boolean =>
  closesAt > now && closesAt - now <= Math.max(wait, every + LEAST_MS, FAILURE_MS);

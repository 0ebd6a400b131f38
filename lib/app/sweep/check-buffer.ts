import type { Job } from '../../core/jobs/job.ts';
import type { Policy } from '../../core/jobs/policy.ts';
import { pool } from '../../core/pool.ts';
import { LATEST, checkQueue } from '../../core/row.ts';
import type { JobStore } from '../../ports.ts';
import { surviving } from './deps.ts';
import { dueTooLate, originsWaiting, type DueChecks } from './due-checks.ts';

export interface CheckBuffer extends DueChecks {
  /**
   * When the first check is due of those that are due in this window; `Infinity` where there is none. Where one that is known is
   * due by `soon`, what is not known yet is not looked for.
   */
  next(now: number, soon?: number): Promise<number>;
  /**
   * Ends the window. Where not all were checked, those that were go behind the rest, so that the next window begins with
   * the others, as far as `signal` leaves time for it. Answers how late the checks are that were left, in milliseconds.
   */
  end(now: number, signal?: AbortSignal): Promise<number>;
  /** How late the checks are that have not been made. */
  lag(now: number): number;
}

export interface BufferOptions {
  /** Origins of this worker that have jobs waiting for a time before `before`. Left out: all that have. */
  waiting?: (before: number) => Promise<string[]>;
  /** Hears of a row that could not be put off, where that shall not keep the others. */
  failed?: ((what: string, error: unknown) => void) | undefined;
}

/** A job as it is stored, but for the times of its checks, and when to check it next. */
interface Held {
  job: Job;
  at: number;
  checked: boolean;
}
interface OfOrigin {
  rows: Map<string, Held>;
  /** Rows that have been written away, as they were then: an index that is behind shows them as they were before. */
  gone: Map<string, Pick<Job, 'version' | 'createdAt'>>;
  /** What was due before has been read. */
  readTo: number;
  /** When that was. */
  readAt: number;
  /** There was no room for all that was due. */
  full: boolean;
}

/**
 * Of one origin. As many as a window of 50 s checks at 100 a second; at some 5 KB each they take 25 MB of the
 * function's 256. Jobs that end make room for others; of more that go on, some wait for the next window.
 */
const MAX_ROWS = 5_000;
/**
 * What fell due since is read this often, however fast an origin is checked: a query of the table costs more than a request to a
 * cloud. Those are the first checks of new jobs alone: all others are held.
 */
const READ_EVERY_MS = 2_000;
/** Far more than one project has. */
const MAX_ORIGINS = 500;
/** How long a list of the origins that have something due in this window is used: making it costs a query for each. */
const LIST_MS = 10_000;
/** An index may be behind the rows by this. */
const INDEX_LAG_MS = 2_000;
/** From the end of one window to the end of the next. */
const PERIOD_MS = 60_000;
/** For so long a row may keep a place in the index that is past, so that what it says of the row is still about right. */
const STALE_MS = 300_000;
/** A job that is not checked for so long, in a window of 50 s, is not checked because there are too many. */
const OVERLOADED_MS = 20_000;
const CONCURRENCY = 16;

/**
 * Checks for a worker that has one window, and hands over to another one. A job that goes on as before is not written: its
 * next check is remembered here, and its row stays as due as it is, which is where the next window finds it. A check put off in
 * the table would cost three units of DynamoDB, and a job of four minutes some eight of them. Whatever a check finds out is
 * written at once, and a check that is due only beyond the next window too.
 *
 * Killed at any time, nothing is lost but the moment up to which a job was to be left alone.
 */
export function checkBuffer(
  jobs: JobStore,
  until: number,
  policy: Policy,
  { waiting = (before) => originsWaiting(jobs, before, MAX_ORIGINS), failed }: BufferOptions = {},
): CheckBuffer {
  const origins = new Map<string, OfOrigin>();
  const handOf = (origin: string): OfOrigin => {
    const known = origins.get(origin);
    if (known) return known;
    const own = { rows: new Map(), gone: new Map(), readTo: 0, readAt: -Infinity, full: false };
    origins.set(origin, own);
    return own;
  };

  let list: { names: string[]; until: number } = { names: [], until: 0 };
  async function listed(now: number): Promise<string[]> {
    if (now < list.until) return list.names;
    // The first time those too that have something due too late only; after that they would only cost queries.
    const before = list.until === 0 ? LATEST : until;
    list = { names: await waiting(before), until: now + LIST_MS };
    return list.names;
  }

  /** What fell due since the last call. Rows with an outbox are to be published, not checked, so they are not held. */
  async function read(origin: string, own: OfOrigin, now: number): Promise<Job[]> {
    if (Math.abs(now - own.readAt) < READ_EVERY_MS) return [];
    own.readAt = now;
    const room = MAX_ROWS - own.rows.size;
    const since = Math.max(0, own.readTo - INDEX_LAG_MS);
    const due = await jobs.due(checkQueue(origin), now, room, since);
    const isFirst = own.readTo === 0;
    own.full = due.length >= room;
    own.readTo = own.full ? (due.at(-1)?.due?.at ?? own.readTo) : now;
    // Once in a window: a clock is seldom set back.
    const late = isFirst ? await dueTooLate(jobs, origin, now, room - due.length, policy) : [];
    const found = [...due, ...late];
    for (const job of found.filter(hasEmptyOutbox)) {
      const known = own.rows.get(job.key)?.job ?? own.gone.get(job.key);
      if (known && known.version >= job.version && known.createdAt === job.createdAt) continue;
      own.rows.set(job.key, { job, at: Math.min(job.due!.at, now), checked: false });
    }
    return found.filter((job) => !hasEmptyOutbox(job));
  }

  return {
    origins: async (now, limit) => (await listed(now)).slice(0, limit),

    async due(origin, now, limit) {
      const own = handOf(origin);
      const withOutbox = await read(origin, own, now);
      const due = [...own.rows.values()].filter(({ at }) => at <= now).toSorted((a, b) => a.at - b.at);
      return [...withOutbox, ...due.map(({ job }) => job)].slice(0, limit);
    },

    async keep(before, after) {
      const { rows, gone } = handOf(after.origin);
      rows.delete(after.key);
      const at = after.due?.at ?? Infinity;
      const age = at - before.due!.at;
      // What a clock that has been set back left too late in the index is put right.
      const stays = at < until + PERIOD_MS && age >= 0 && age < STALE_MS && hasEmptyOutbox(after);
      if (!stays) {
        const written = await jobs.save(after);
        if (written.outcome === 'saved') gone.set(after.key, generationOf(written.row));
        return written;
      }
      const inPlace = { ...after, due: before.due };
      const saved = isSame(before, inPlace)
        ? { outcome: 'saved' as const, row: inPlace }
        : await jobs.save(inPlace);
      if (saved.outcome === 'saved') rows.set(after.key, { job: saved.row, at, checked: true });
      return saved;
    },

    async next(now, soon = -Infinity) {
      const names = await listed(now);
      const known = Math.min(Infinity, ...names.map((origin) => firstOf(handOf(origin))));
      if (known <= soon) return known;
      const unread = names.map(async (origin) => {
        const { readTo, readAt } = handOf(origin);
        const [first] = await jobs.due(checkQueue(origin), until, 1, readTo + 1);
        return Math.max(first?.due?.at ?? Infinity, Math.min(readAt, now) + READ_EVERY_MS);
      });
      return Math.min(known, ...(await Promise.all(unread)));
    },

    async end(now, signal) {
      const lags = [...origins].map(async ([origin, own]) => {
        const lag = lagOf(own, now);
        if (lag < OVERLOADED_MS) return lag;
        const putOff = async ({ job, at }: Held): Promise<void> => {
          const save = () => jobs.save({ ...job, due: { queue: checkQueue(origin), at } });
          await surviving({ ...(failed && { survive: failed }) }, job.key, save, null);
        };
        const checked = [...own.rows.values()].filter((row) => row.checked);
        await pool(checked, CONCURRENCY, putOff, signal);
        return lag;
      });
      return Math.max(0, ...(await Promise.all(lags)));
    },

    lag: (now) => Math.max(0, ...[...origins.values()].map((own) => lagOf(own, now))),
  };
}

/** Of what was not checked: how late it is. */
function lagOf({ rows, readTo, full }: OfOrigin, now: number): number {
  const left = [...rows.values()].filter((row) => !row.checked);
  return now - Math.min(full ? readTo : now, ...left.map(({ at }) => at));
}

/** When the first of those that are held is to be checked. */
function firstOf({ rows }: OfOrigin): number {
  let first = Infinity;
  for (const { at } of rows.values()) first = Math.min(first, at);
  return first;
}

const generationOf = ({ version, createdAt }: Job): Pick<Job, 'version' | 'createdAt'> => ({
  version,
  createdAt,
});

const hasEmptyOutbox = (job: Job): boolean => job.outbox.length === 0;

/** But for the times of checks, which are what is not written. */
const isSame = (a: Job, b: Job): boolean => JSON.stringify(timeless(a)) === JSON.stringify(timeless(b));
const timeless = (job: Job): Job => ({ ...job, checkedAt: null, seenAt: 0, nextCheckAt: 0 });

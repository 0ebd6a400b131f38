import { change } from '../../core/change.ts';
import type { Job } from '../../core/jobs/job.ts';
import {
  durationsKey,
  isWorthAWrite,
  learntFrom,
  lessonOf,
  MAX_TYPES,
  newDurations,
  NO_LESSON,
  noted,
  taught,
  together,
  type Durations,
  type Learnt,
  type LearntOf,
  type Lesson,
} from '../../core/jobs/learnt.ts';
import type { Policy } from '../../core/jobs/policy.ts';
import { merged, NO_SKETCH, type Sketch } from '../../core/jobs/sketch.ts';
import type { Clock, Table } from '../../ports.ts';

/** How long jobs take, as far as that is known here: what is stored, and what was seen since and is not. */
export interface Learning {
  /** Of one origin; read again when it is older than a minute. */
  of(origin: string): Promise<LearntOf>;
  /** A check that made `after` of `before`, and the calls that it took: one. */
  note(before: Job, after: Job, now: number, cost?: number): void;
  /** Stores what was seen where that is worth a write; with `all`, everything. */
  flush(all?: boolean): Promise<void>;
}

/** Others may have learnt meanwhile. On AWS it is read once in a window. */
const FRESH_MS = 55_000;
/** What was not worth a write for this long is written anyway. */
const HOUR_MS = 3_600_000;

interface OfOrigin {
  readAt: number;
  rows: Map<string, Durations>;
}
interface Pending {
  origin: string;
  jobType: string;
  lesson: Lesson;
  since: number;
}

/**
 * Kept in memory and stored in parts: killed at any time, some ends were not learnt from, and nothing else is lost.
 */
export function createLearning(
  table: Table<Durations>,
  policy: Pick<Policy, 'checkGapMax'>,
  clock: Clock,
): Learning {
  const origins = new Map<string, OfOrigin>();
  const reading = new Map<string, Promise<OfOrigin>>();
  const pending = new Map<string, Pending>();
  // A plan takes some milliseconds, so it is made once for what it is made of.
  const ofType = new WeakMap<Durations, Learnt>();
  const ofAny = new WeakMap<OfOrigin['rows'], Learnt>();

  async function read(origin: string): Promise<OfOrigin> {
    const { rows } = await table.list({ prefix: durationsKey(origin, ''), limit: MAX_TYPES });
    const known = origins.get(origin)?.rows ?? new Map<string, Durations>();
    const found = new Map(rows.map((row) => [row.jobType, same(known.get(row.jobType), row)]));
    const isChanged = found.size !== known.size || [...found].some(([type, row]) => known.get(type) !== row);
    const fresh = { readAt: clock(), rows: isChanged ? found : known };
    origins.set(origin, fresh);
    return fresh;
  }

  async function hand(origin: string): Promise<OfOrigin> {
    const known = origins.get(origin);
    // A clock that has been set back makes what was read no fresher.
    if (known && Math.abs(clock() - known.readAt) < FRESH_MS) return known;
    const found = reading.get(origin) ?? read(origin).finally(() => reading.delete(origin));
    reading.set(origin, found);
    return found;
  }

  /** A type that is not among them is not known; without a type it is any of them. */
  const learntOf =
    (rows: OfOrigin['rows']): LearntOf =>
    (jobType) => {
      if (jobType === null) return kept(ofAny, rows, () => allOf(rows.values()));
      const row = rows.get(jobType);
      return row ? kept(ofType, row, () => row.took) : null;
    };
  function kept<K extends object>(made: WeakMap<K, Learnt>, of: K, took: () => Sketch): Learnt {
    const learnt = made.get(of) ?? learntFrom(took(), policy.checkGapMax);
    made.set(of, learnt);
    return learnt;
  }

  /** A program that names each job differently fills no memory: beyond some types, what is not known goes with all others. */
  function heldAs(origin: string, jobType: string): string {
    const known = origins.get(origin)?.rows;
    if (known?.has(jobType) || pending.has(durationsKey(origin, jobType))) return jobType;
    const held = [...pending.values()].filter((one) => one.origin === origin && !known?.has(one.jobType));
    return held.length + (known?.size ?? 0) >= MAX_TYPES - 1 ? '' : jobType;
  }

  /** Answers whether it is stored. */
  async function store({ origin, jobType, lesson }: Pending): Promise<boolean> {
    const { outcome } = await change(table, durationsKey(origin, jobType), (row) =>
      taught(row ?? newDurations(origin, jobType, clock()), lesson),
    );
    return outcome === 'saved';
  }

  return {
    of: async (origin) => learntOf((await hand(origin)).rows),

    note(before, after, now, cost) {
      const seen = lessonOf(before, after, now);
      if (!seen) return;
      const { origin } = after;
      const jobType = heldAs(origin, seen.jobType);
      const key = durationsKey(origin, jobType);
      const { lesson = NO_LESSON, since = now } = pending.get(key) ?? {};
      pending.set(key, { origin, jobType, lesson: noted(lesson, seen, cost), since });
    },

    async flush(all = false) {
      const now = clock();
      // A copy: what could not be stored goes back, for the next time.
      for (const [key, one] of Array.from(pending)) {
        const { rows } = await hand(one.origin);
        const known = rows.get(one.jobType) ?? null;
        const isOld = one.lesson.ended > 0 && Math.abs(now - one.since) >= HOUR_MS;
        if (!all && !isOld && !isWorthAWrite(known, one.lesson)) continue;
        // Out before it is stored: what is noted meanwhile is a lesson of its own.
        pending.delete(key);
        let isStored = false;
        try {
          const isBeyond = !known && rows.size >= MAX_TYPES - 1;
          isStored = await store(isBeyond ? { ...one, jobType: '' } : one);
        } finally {
          if (!isStored) pending.set(key, again(one, pending.get(key)));
        }
        await read(one.origin);
      }
    },
  };
}

const again = (one: Pending, since: Pending | undefined): Pending =>
  since ? { ...one, lesson: together(one.lesson, since.lesson) } : one;

const allOf = (rows: Iterable<Durations>): Sketch =>
  [...rows].reduce((sum, { took }) => merged(sum, took), NO_SKETCH);

/** The row that is known where it says the same. */
const same = (known: Durations | undefined, row: Durations): Durations =>
  known && known.version === row.version && known.createdAt === row.createdAt ? known : row;

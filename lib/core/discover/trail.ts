import { hash } from 'node:crypto';
import { noted, type Counted } from './counts.ts';
import type { Trace } from './trace.ts';

/**
 * How far the records of one account have been read. It is stored after each page, when the jobs of that page are: killed
 * before, the page is read again, and its jobs are there already.
 */
export interface Trail {
  /** All that was recorded before has been read; epoch milliseconds, 0: nothing has. */
  upTo: number;
  /** The next walk begins; epoch milliseconds. */
  nextAt: number;
  /** When something was last said to have happened there; epoch milliseconds. */
  rungAt?: number;
  /** When a walk last began that goes far back. */
  deepAt: number;
  /** The walk under way, if one is. */
  walk: Walk | null;
  /** Traces since then are known again; epoch milliseconds. */
  knownSince: number;
  seen: Seen[];
  counts: Counted[];
}

/** Through the pages of one time, from the newest trace to the oldest. */
interface Walk {
  from: number;
  to: number;
  /** Of the next page; null: of the first one. */
  marker: string | null;
  pages: number;
  /** The very first: what has ended already is not tracked any more. */
  isFirst: boolean;
  /** What it has met the end of. */
  ended: string[];
  /** The markers that it has followed, each by some letters of its hash. Missing in a walk that began before they were noted. */
  markers?: string;
}

/** The traces of ten minutes that have been read, each by some letters of the hash of its id. */
interface Seen {
  at: number;
  ids: string;
}

/** One page of traces, as the cloud answers it. */
export interface TracePage {
  traces: readonly Trace[];
  /** Marker of the page behind it; null: this is the last one. */
  next: string | null;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** From one walk to the next. */
const EVERY = MINUTE;
/** Where a schedule of minutes comes a little early. */
const SLACK = 5_000;
/** From one walk to the next where somebody rings, however often. */
const SOONEST = 10_000;
/** A trace is shown a minute after its call, the cloud says; this much later than it happened it is still found. */
const OVERLAP = 10 * MINUTE;
/** So often a walk goes farther back, for what is shown later still. */
const DEEP_EVERY = 30 * MINUTE;
const DEEP = 2 * HOUR;
/** The first walk goes back so far: what ended before may be deleted by now. */
const LOOK_BACK = DAY;
/** The cloud keeps traces for so long. */
const KEPT = 7 * DAY;

export const NEW_TRAIL: Trail = {
  upTo: 0,
  nextAt: 0,
  deepAt: 0,
  walk: null,
  knownSince: 0,
  seen: [],
  counts: [],
};

/** The trail with a walk under way; null: none is due. */
export function withWalk(trail: Trail, now: number): Trail | null {
  // What lies ahead was written before the clock was set back.
  if (trail.walk && trail.walk.to <= now && !isStale(trail.walk, now)) return trail;
  const waits = trail.nextAt - now;
  if (waits > SLACK && waits <= EVERY && !(isRung(trail, now) && earliestOf(trail) <= now)) return null;
  const upTo = Math.min(trail.upTo, now);
  const isFirst = trail.upTo === 0;
  const isDeep = Math.abs(now - trail.deepAt) >= DEEP_EVERY;
  const far = Math.max(now - DEEP, trail.knownSince);
  const back = isFirst ? now - LOOK_BACK : Math.min(upTo - OVERLAP, isDeep ? far : Infinity);
  const from = Math.max(back, now - KEPT);
  return {
    ...trail,
    knownSince: isFirst ? from : trail.knownSince,
    deepAt: isDeep ? now : trail.deepAt,
    walk: { from, to: now, marker: null, pages: 0, isFirst, ended: [] },
  };
}

/**
 * A walk whose records the cloud has dropped; or a first one that could not be read for hours: so late, ends that nobody was told
 * of are more noise than news.
 */
const isStale = ({ from, to, isFirst, pages }: Walk, now: number): boolean =>
  from < now - KEPT || (isFirst && pages === 0 && now - to > DEEP);

/**
 * What is kept of a walk whose page cannot be read; null: nothing. A page that a marker named (`isLost`): then from the newest one
 * again. The very first walk stays the same one: what ends while it waits has ended since somebody wanted to know.
 */
export function withFailed(trail: Trail, isLost: boolean): Trail | null {
  const { walk } = trail;
  if (!walk) return null;
  const again = { ...walk, marker: null, markers: '', pages: 0 };
  if (walk.marker && isLost) return { ...trail, walk: walk.isFirst ? again : null };
  return walk.isFirst ? trail : null;
}

/** Whether something is said to have happened since the last walk began. */
const isRung = ({ rungAt = 0, upTo }: Trail, now: number): boolean => rungAt > upTo && rungAt <= now;
const earliestOf = ({ upTo }: Trail): number => upTo + SOONEST;

/** Something is said to have happened there: when it can be read, and the trail that remembers it. Null: that is known already. */
export function withRing(trail: Trail, now: number): { trail: Trail; at: number } | null {
  if (isRung(trail, now)) return null;
  return { trail: { ...trail, rungAt: now }, at: Math.max(now, Math.min(earliestOf(trail), now + SOONEST)) };
}

export interface Read {
  trail: Trail;
  /** Traces of calls that have started jobs, which were not read before. */
  submitted: Trace[];
  /** Those that tell how jobs stand. */
  reported: Trace[];
  /** The walk was broken off: its pages go round. */
  isCut: boolean;
}

/** A walk of more pages than this goes round: it is 200,000 traces. */
const MAX_PAGES = 1_000;

/** What follows from one page of the walk that is under way. */
export function withPage(trail: Trail, { traces, next }: TracePage, now: number): Read {
  const walk = trail.walk!;
  const known = new Set(trail.seen.flatMap(({ ids }) => marksIn(ids)));
  const timeOf = (trace: Trace): number => Math.min(trace.at ?? walk.to, walk.to);
  const fresh = distinct(traces)
    .filter(({ id }) => !known.has(mark(id)))
    .toSorted((a, b) => timeOf(b) - timeOf(a) || b.jobs.reported.length - a.jobs.reported.length);
  const ended = new Set(walk.ended);
  const submitted = fresh.filter((trace) => {
    // What is recorded once it has begun is an end that somebody waits for.
    if (walk.isFirst && (trace.at ?? 0) < walk.to) for (const key of endsOf(trace)) ended.add(key);
    return trace.jobs.submitted.length > 0 && !(walk.isFirst && hasEnded(trace, ended));
  });
  const isBeyond = traces.every(({ at }) => at !== null && at < walk.from - HOUR);
  const followed = walk.markers ?? '';
  // A marker that comes again leads to what was read already, and would for ever.
  const isRound = next !== null && marksIn(followed).includes(mark(next));
  // The last page may have the marker of its own.
  const isCut = walk.pages + 1 >= MAX_PAGES || (isRound && next !== walk.marker);
  const isLast = next === null || isRound || isBeyond || isCut;
  const going = {
    ...walk,
    marker: next,
    pages: walk.pages + 1,
    ended: [...ended].slice(-MAX_ENDED),
    markers: followed + (next === null ? '' : mark(next)),
  };
  const remembered = withSeen(
    trail,
    fresh.map((trace) => ({ id: trace.id, at: timeOf(trace) })),
    now,
  );
  return {
    submitted,
    reported: fresh.filter(({ jobs }) => jobs.reported.length > 0),
    isCut,
    trail: {
      ...trail,
      ...remembered,
      counts: noted(trail.counts, fresh, timeOf, now),
      ...(isLast ? { walk: null, upTo: walk.to, nextAt: nextOf(trail) } : { walk: going }),
    },
  };
}

/** A walk that somebody rang for leaves the schedule as it is. */
function nextOf({ nextAt, walk }: Trail): number {
  const { to } = walk!;
  return nextAt > to + SLACK && nextAt <= to + EVERY ? nextAt : to + EVERY;
}

/** The same trace may be on a page twice. */
const distinct = (traces: readonly Trace[]): Trace[] => [
  ...new Map(traces.map((trace) => [trace.id, trace])).values(),
];

const MARK = 8;
const EACH = new RegExp(`.{${MARK}}`, 'g');
const marksIn = (text: string): string[] => text.match(EACH) ?? [];
const mark = (...parts: string[]): string =>
  hash('sha256', JSON.stringify(parts), 'base64url').slice(0, MARK);

/** Ends that one walk remembers. */
const MAX_ENDED = 3_000;

const aboutOf = ({ service, operation, name }: Trace): string[] =>
  name === null ? [] : [mark(service, operation, name)];

function endsOf(trace: Trace): string[] {
  if (trace.jobs.reported.length === 0) return [];
  return [...trace.jobs.reported.map((id) => mark(id)), ...aboutOf(trace)];
}

/**
 * Both traces of a call name operation and resource alike; the ids may differ. One end is that of one call: what is met behind
 * it, at an earlier time, with the same name, has another.
 */
function hasEnded(trace: Trace, ended: Set<string>): boolean {
  if (trace.jobs.submitted.every((id) => ended.has(mark(id)))) return true;
  return aboutOf(trace).some((key) => ended.delete(key));
}

const BUCKET = 10 * MINUTE;
/** A little more than the deepest walk reads. */
const REMEMBERED = DEEP + 2 * BUCKET;
/** Of a project with more than two thousand calls an hour, fewer than two hours are remembered. */
const MAX_SEEN = 4_000;

/** Newest first. Where there are too many the oldest go, and no walk goes back to them but for the overlap. */
function withSeen(
  trail: Trail,
  fresh: readonly { id: string; at: number }[],
  now: number,
): Pick<Trail, 'seen' | 'knownSince'> {
  const buckets = new Map(trail.seen.map(({ at, ids }) => [at, ids]));
  for (const { id, at } of fresh) {
    const bucket = at - (at % BUCKET);
    buckets.set(bucket, (buckets.get(bucket) ?? '') + mark(id));
  }
  // What the walk under way began with is known until its end.
  const oldest = Math.min(now - REMEMBERED, trail.walk!.from - BUCKET);
  const sorted = [...buckets].map(([at, ids]) => ({ at, ids })).toSorted((a, b) => b.at - a.at);
  let count = 0;
  const seen = sorted.filter(({ at, ids }) => {
    count += ids.length / MARK;
    return at + BUCKET > now - OVERLAP - BUCKET || (at >= oldest && count <= MAX_SEEN);
  });
  const dropped = sorted.filter((one) => !seen.includes(one)).map(({ at }) => at + BUCKET);
  return { seen, knownSince: Math.max(trail.knownSince, ...dropped) };
}

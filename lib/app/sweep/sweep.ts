import type { Job } from '../../core/jobs/job.ts';
import {
  assess,
  enough,
  isLeased,
  newOrigin,
  NO_TALLY,
  tally,
  type Lease,
  type Origin,
  type Tally,
} from '../../core/jobs/origin.ts';
import type { Observation } from '../../core/jobs/observation.ts';
import { rateOf } from '../../core/jobs/pace.ts';
import type { Policy } from '../../core/jobs/policy.ts';
import { lookQueue } from '../../core/row.ts';
import { decide } from '../../core/jobs/transition.ts';
import type { Clouds } from '../../ports.ts';
import { check } from './check.ts';
import { tableLooks, type Looks } from './looks.ts';
import type { Pacer } from './pacer.ts';
import { pool } from './pool.ts';
import { announceJob, announceOrigin, publishDue, type PublishDeps } from './publish.ts';

export interface SweepDeps extends PublishDeps {
  clouds: Clouds;
  policy: Policy;
  pacer: Pacer;
  /** Rows taken up in one sweep: of each origin, and of each kind of news. */
  budget: number;
  /** Where looks come from and go to, if not straight from and to the table. */
  looks?: Looks;
  /** Where several workers may sweep at once: which one this is, and until when it asks an origin alone. */
  lease?: Lease;
}

export interface Swept {
  looked: number;
  settled: number;
  published: number;
}

/** A job whose handling throws is a bug of ours: it waits, and the others go on. */
const BROKEN_WAIT_MS = 300_000;
/** Origins swept in one sweep; far more than one project has. */
const MAX_ORIGINS = 500;

/**
 * One tick:
 * 1. news that an earlier tick wrote but did not get out is published;
 * 2. of each origin the jobs due longest are looked at, each decided, settled and published on its own;
 * 3. what the looks say of the origin itself is written and published.
 * Origins do not wait for one another, and one job or origin in trouble does not stop the rest. When `keepOn` says no, what
 * is in hand is ended and the rest stays as due as it is.
 */
export async function sweep(deps: SweepDeps, keepOn?: () => boolean): Promise<Swept> {
  const names = await originsDue(deps, MAX_ORIGINS);
  const published = publishDue(deps, deps.budget);
  const swept = names.map((name) => sweepOrigin(deps, name, keepOn));
  await Promise.allSettled([published, ...swept]);
  const rounds = await Promise.all(swept);
  return {
    looked: rounds.reduce((sum, round) => sum + round.looked, 0),
    settled: rounds.reduce((sum, round) => sum + round.settled, 0),
    published: await published,
  };
}

const looksOf = (deps: SweepDeps): Looks => deps.looks ?? tableLooks(deps.store.jobs, deps.budget);

/** Origins that may have jobs to take up now, those included that are no longer in the config. */
export const originsDue = (deps: SweepDeps, limit: number): Promise<string[]> =>
  looksOf(deps).origins(deps.clock(), limit);

/** One round over one origin. When `keepOn` says no, what is in hand is ended and the rest stays as due as it is. */
export async function sweepOrigin(
  deps: SweepDeps,
  name: string,
  keepOn: () => boolean = () => true,
): Promise<Round> {
  const started = deps.clock();
  const due = await looksOf(deps).due(name, started);
  const origin = due.length > 0 ? await leased(deps, await originRow(deps, name)) : null;
  if (!origin) return { looked: 0, settled: 0, tally: NO_TALLY };
  const rows = affordable(deps, origin, due);
  const round: Round = { looked: rows.length, settled: 0, tally: NO_TALLY };
  const width = deps.clouds.describe(name)?.concurrency ?? 1;
  // An origin in trouble gets one question first, the probe; the rest follow only if that one was answered.
  const [probe, rest] = origin.state === 'ok' ? [[], rows] : [rows.slice(0, 1), rows.slice(1)];
  for (const part of [probe, rest]) {
    await pool(part, width, async (job) => {
      if (keepOn()) await takeUp(deps, origin, job, round);
    });
  }
  await assessOrigin(deps, origin, round.tally, rows[0]?.due?.at ?? null);
  const { looked, settled, tally } = round;
  deps.telemetry.line('debug', 'origin.swept', {
    origin: name,
    looked,
    settled,
    answered: tally.answered,
    reason: tally.trouble?.kind,
    ms: deps.clock() - started,
  });
  return round;
}

/**
 * What may be taken up now. Looks are rationed, and what is beyond the ration stays as due as it is: no write, and first in
 * line at the next tick. While the origin is paused nothing is asked, so nothing is rationed.
 */
function affordable(deps: SweepDeps, origin: Origin, rows: Job[]): Job[] {
  const now = deps.clock();
  if (origin.pausedUntil > now) return rows;
  const allowed = deps.pacer.allow(
    accountOf(deps, origin),
    rateOf(origin.pace, maxRateOf(deps, origin.key)),
    now,
  );
  let asks = 0;
  return rows.filter((row) => row.unpublished.length > 0 || ++asks <= allowed);
}

const accountOf = (deps: SweepDeps, origin: Origin): string =>
  deps.clouds.describe(origin.key)?.account ?? origin.key;

const maxRateOf = (deps: SweepDeps, origin: string): number => deps.clouds.describe(origin)?.rate ?? 1;

async function originRow(deps: SweepDeps, name: string): Promise<Origin> {
  const { origins } = deps.store;
  return (await origins.get(name)) ?? (await origins.create([newOrigin(name, deps.clock())]))[0]!.row;
}

/** The origin with our lease in it, taken once for all rounds that it covers. Null: another worker has it. */
async function leased(deps: SweepDeps, origin: Origin): Promise<Origin | null> {
  const { lease, store, clock } = deps;
  if (!lease) return origin;
  if (isLeased(origin, lease.holder, clock())) return null;
  if (origin.lease?.holder === lease.holder && origin.lease.until === lease.until) return origin;
  const taken = await store.origins.save({ ...origin, lease });
  return taken.outcome === 'saved' ? taken.row : null;
}

interface Round {
  looked: number;
  tally: Tally;
  settled: number;
}

async function takeUp(deps: SweepDeps, origin: Origin, job: Job, round: Round): Promise<void> {
  try {
    // Settled by a process that died before it could publish: the row is due still.
    if (job.unpublished.length > 0) await announceJob(deps, job);
    else await lookAt(deps, origin, job, round);
  } catch (error) {
    deps.telemetry.line('error', 'job.broken', { job: job.key, error, nextLookInMs: BROKEN_WAIT_MS });
    const due = { queue: lookQueue(job.origin), at: deps.clock() + BROKEN_WAIT_MS };
    await looksOf(deps).keep(job, { ...job, due });
  }
}

async function lookAt(deps: SweepDeps, origin: Origin, job: Job, round: Round): Promise<void> {
  const asked = deps.clock();
  const seen = notAsked(deps, origin, round.tally) ?? (await ask(deps, origin, job, round));
  round.tally = tally(round.tally, seen);
  const now = deps.clock();
  const decision = decide(job, seen, now, deps.policy, origin.failures);
  const saved = await looksOf(deps).keep(job, decision.job);
  const raced = saved.outcome === 'raced';
  deps.telemetry.line(decision.news.length > 0 ? 'info' : 'debug', 'job.looked', {
    job: job.key,
    reason: raced ? 'raced' : decision.reason,
    status: decision.job.status,
    news: decision.news,
    ms: now - asked,
    nextLookAt: decision.job.state === 'outstanding' ? decision.job.nextLookAt : null,
  });
  if (raced || decision.news.length === 0) return;
  if (saved.row.state !== 'outstanding') round.settled += 1;
  await announceJob(deps, saved.row);
}

function ask(deps: SweepDeps, origin: Origin, job: Job, round: Round): Promise<Observation> {
  deps.pacer.spend(accountOf(deps, origin), 1);
  return check(deps, job, origin, () => round.tally);
}

/** Whether asking makes no sense now; then only the clock is looked at, and the job waits. */
function notAsked(deps: SweepDeps, origin: Origin, sofar: Tally): Observation | null {
  const now = deps.clock();
  if (origin.pausedUntil > now)
    return { kind: 'not_asked', detail: 'the origin is paused', until: origin.pausedUntil };
  if (!enough(origin, sofar)) return null;
  const wait = sofar.trouble?.retryAfterMs ?? deps.policy.troubleFirst;
  return { kind: 'not_asked', detail: `the origin is in trouble: ${sofar.trouble?.kind}`, until: now + wait };
}

async function assessOrigin(
  deps: SweepDeps,
  origin: Origin,
  seen: Tally,
  earliest: number | null,
): Promise<void> {
  // Counting a queue costs as much as it is long, and only news about the origin needs the number.
  const calm = seen.trouble === null && origin.state === 'ok' && !isLate(deps, earliest);
  const waiting = calm ? { count: 0, earliest: null } : await deps.store.jobs.depth(lookQueue(origin.key));
  const maxRate = maxRateOf(deps, origin.key);
  const next = assess(origin, seen, waiting, deps.clock(), deps.policy, maxRate);
  if (next === origin) return;
  const saved = await deps.store.origins.save(next);
  if (saved.outcome === 'raced') return;
  if (saved.row.state !== origin.state || saved.row.pace.rate !== origin.pace.rate) {
    const { state, reason, detail, failures, pausedUntil, pace } = saved.row;
    deps.telemetry.line(state === 'ok' ? 'info' : 'warn', 'origin.changed', {
      origin: origin.key,
      state,
      reason,
      detail,
      failures,
      pausedUntil,
      callsPerSecond: rateOf(pace, maxRate),
    });
  }
  if (saved.row.unpublished.length > 0) await announceOrigin(deps, saved.row);
}

const isLate = (deps: SweepDeps, earliest: number | null): boolean =>
  earliest !== null && deps.clock() - earliest >= deps.policy.atRiskAfter;

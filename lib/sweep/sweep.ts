import type { Job } from '../jobs/job.ts';
import { assess, enough, newOrigin, NO_TALLY, tally, type Origin, type Tally } from '../jobs/origin.ts';
import type { Observation } from '../jobs/observation.ts';
import type { Policy } from '../jobs/policy.ts';
import { lookQueue } from '../jobs/row.ts';
import { decide } from '../jobs/transition.ts';
import type { Clouds } from '../ports.ts';
import { check } from './check.ts';
import { pool } from './pool.ts';
import { announceJob, announceOrigin, publishDue, type PublishDeps } from './publish.ts';

export interface SweepDeps extends PublishDeps {
  clouds: Clouds;
  policy: Policy;
  /** Rows taken up in one sweep: of each origin, and of each kind of news. */
  budget: number;
}

export interface Swept {
  looked: number;
  settled: number;
  published: number;
}

const LOOK = lookQueue('');
/** A job whose handling throws is a bug of ours: it waits, and the others go on. */
const BROKEN_WAIT_MS = 300_000;
/** Origins swept in one sweep; far more than one project has. */
const MAX_ORIGINS = 500;

/**
 * One tick:
 * 1. news that an earlier tick wrote but did not get out is published;
 * 2. of each origin the jobs due longest are looked at, each decided, settled and published on its own;
 * 3. what the looks say of the origin itself is written and published.
 * Origins do not wait for one another, and one job or origin in trouble does not stop the rest.
 */
export async function sweep(deps: SweepDeps): Promise<Swept> {
  const names = await originsDue(deps, MAX_ORIGINS);
  const published = publishDue(deps, deps.budget);
  const swept = names.map((name) => sweepOrigin(deps, name));
  await Promise.allSettled([published, ...swept]);
  const rounds = await Promise.all(swept);
  return {
    looked: rounds.reduce((sum, round) => sum + round.looked, 0),
    settled: rounds.reduce((sum, round) => sum + round.settled, 0),
    published: await published,
  };
}

/** Origins that have jobs due, those included that are no longer in the config. */
export const originsDue = async (deps: SweepDeps, limit: number): Promise<string[]> =>
  (await deps.store.jobs.queues(LOOK, deps.clock(), limit)).map((queue) => queue.slice(LOOK.length));

/** One round over one origin. When `keepOn` says no, what is in hand is ended and the rest stays as due as it is. */
export async function sweepOrigin(
  deps: SweepDeps,
  name: string,
  keepOn: () => boolean = () => true,
): Promise<Round> {
  const started = deps.clock();
  const rows = await deps.store.jobs.due(lookQueue(name), started, deps.budget);
  const origin = await originRow(deps, name);
  const round: Round = { looked: rows.length, settled: 0, tally: NO_TALLY };
  const width = deps.clouds.describe(name)?.concurrency ?? 1;
  // An origin in trouble gets one question first, the probe; the rest follow only if that one was answered.
  const [probe, rest] = origin.state === 'ok' ? [[], rows] : [rows.slice(0, 1), rows.slice(1)];
  for (const part of [probe, rest]) {
    await pool(part, width, async (job) => {
      if (keepOn()) await takeUp(deps, origin, job, round);
    });
  }
  await assessOrigin(deps, origin, round.tally);
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

async function originRow(deps: SweepDeps, name: string): Promise<Origin> {
  const { origins } = deps.store;
  return (await origins.get(name)) ?? (await origins.create([newOrigin(name, deps.clock())]))[0]!.row;
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
    await deps.store.jobs.save({
      ...job,
      due: { queue: lookQueue(job.origin), at: deps.clock() + BROKEN_WAIT_MS },
    });
  }
}

async function lookAt(deps: SweepDeps, origin: Origin, job: Job, round: Round): Promise<void> {
  const asked = deps.clock();
  const seen = notAsked(deps, origin, round.tally) ?? (await check(deps, job, origin, () => round.tally));
  round.tally = tally(round.tally, seen);
  const now = deps.clock();
  const decision = decide(job, seen, now, deps.policy, origin.failures);
  const saved = await deps.store.jobs.save(decision.job);
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

/** Whether asking makes no sense now; then only the clock is looked at, and the job waits. */
function notAsked(deps: SweepDeps, origin: Origin, sofar: Tally): Observation | null {
  const now = deps.clock();
  if (origin.pausedUntil > now)
    return { kind: 'not_asked', detail: 'the origin is paused', until: origin.pausedUntil };
  if (!enough(origin, sofar)) return null;
  const wait = sofar.trouble?.retryAfterMs ?? deps.policy.troubleFirst;
  return { kind: 'not_asked', detail: `the origin is in trouble: ${sofar.trouble?.kind}`, until: now + wait };
}

async function assessOrigin(deps: SweepDeps, origin: Origin, seen: Tally): Promise<void> {
  const { count } = await deps.store.jobs.depth(lookQueue(origin.key));
  const next = assess(origin, seen, count, deps.clock(), deps.policy);
  if (next === origin) return;
  const saved = await deps.store.origins.save(next);
  if (saved.outcome === 'raced') return;
  if (saved.row.state !== origin.state) {
    const { state, reason, detail, failures, pausedUntil } = saved.row;
    deps.telemetry.line(state === 'ok' ? 'info' : 'warn', 'origin.changed', {
      origin: origin.key,
      state,
      reason,
      detail,
      failures,
      pausedUntil,
    });
  }
  if (saved.row.unpublished.length > 0) await announceOrigin(deps, saved.row);
}

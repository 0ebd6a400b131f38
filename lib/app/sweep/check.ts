import { isWatched } from '../../core/jobs/due.ts';
import { troubleWait } from '../../core/jobs/failing.ts';
import { enough, tally, witnessed, type Tally } from '../../core/jobs/health.ts';
import type { Job } from '../../core/jobs/job.ts';
import { isTrouble, type Observation } from '../../core/jobs/observation.ts';
import type { Origin } from '../../core/jobs/origin.ts';
import { lookQueue } from '../../core/row.ts';
import { decide } from '../../core/jobs/transition.ts';
import { accountOf, learntOf, looksOf, type SweepDeps } from './deps.ts';
import { announceJob, emitJob } from './publish.ts';

/** What one round over an origin came to. */
export interface Round {
  looked: number;
  settled: number;
  tally: Tally;
}

/** A job whose handling throws is a bug of ours: it waits, and the others go on. */
const BROKEN_WAIT_MS = 300_000;

/** One job whose time has come: its news goes out, or it is looked at. */
export async function takeUp(deps: SweepDeps, origin: Origin, job: Job, round: Round): Promise<void> {
  try {
    // Settled by a process that died before it could publish: the row is due still.
    if (job.unpublished.length > 0) await announceJob(deps, job);
    else await lookAt(deps, origin, job, round);
  } catch (error) {
    const due = { queue: lookQueue(job.origin), at: deps.clock() + BROKEN_WAIT_MS };
    // Where not even that can be stored it is not this job, and whoever sweeps says so.
    await looksOf(deps).keep(job, { ...job, due });
    deps.telemetry.line('error', 'job.broken', { job: job.key, error, nextLookInMs: BROKEN_WAIT_MS });
  }
}

async function lookAt(deps: SweepDeps, origin: Origin, job: Job, round: Round): Promise<void> {
  const learnt = await learntOf(deps, origin.key);
  const asked = deps.clock();
  const seen = notAsked(deps, origin, round.tally) ?? (await ask(deps, origin, job, round));
  // We broke it off, so it says nothing of the cloud. The job stays as due as it is.
  if (deps.signal?.aborted && isTrouble(seen)) return;
  const now = deps.clock();
  round.tally = tally(round.tally, seen, job, now);
  const decision = decide(job, seen, now, deps.policy, origin.failures, learnt);
  const keep = (next: Job) => looksOf(deps).keep(job, next);
  const saved = await (decision.news.length > 0 ? emitJob(deps, decision.job, keep) : keep(decision.job));
  const raced = saved.outcome === 'raced';
  deps.telemetry.line(decision.news.length > 0 ? 'info' : 'debug', 'job.looked', {
    job: job.key,
    reason: raced ? 'raced' : decision.reason,
    status: decision.job.status,
    news: decision.news,
    ms: now - asked,
    nextLookAt: isWatched(decision.job) ? decision.job.nextLookAt : null,
  });
  if (!raced) deps.learning?.note(job, decision.job, now);
  if (!raced && decision.news.length > 0 && saved.row.state !== 'outstanding') round.settled += 1;
}

/** Whether asking makes no sense now; then only the clock is looked at, and the job waits. */
function notAsked(deps: SweepDeps, origin: Origin, sofar: Tally): Observation | null {
  const now = deps.clock();
  if (origin.pausedUntil > now)
    return { kind: 'not_asked', detail: 'the origin is paused', until: origin.pausedUntil };
  if (!enough(origin, sofar, now)) return null;
  const trouble = sofar.trouble ?? sofar.odd?.trouble;
  const until = now + troubleWait(trouble?.retryAfterMs, origin.failures, deps.policy);
  return { kind: 'not_asked', detail: `the origin is in trouble: ${trouble?.kind}`, until };
}

async function ask(deps: SweepDeps, origin: Origin, job: Job, round: Round): Promise<Observation> {
  deps.pacer.spend(accountOf(deps, origin.key), 1);
  const seen = await deps.clouds.ask(job, deps.signal);
  return confirmed(seen, job, (since) => witnessed(origin, round.tally, since));
}

/**
 * A 404 without words counts only if the route is known to be right, and trouble is the job's own only if others have none:
 * another job was answered after this one's first 404, or since this one was checked last.
 */
function confirmed(seen: Observation, job: Job, isWitnessed: (since: number) => boolean): Observation {
  if (seen.kind === 'not_found')
    return {
      ...seen,
      witnessed: seen.witnessed || (job.notFound !== null && isWitnessed(job.notFound.since)),
    };
  if (!isTrouble(seen) || seen.kind === 'throttled') return seen;
  return isWitnessed(job.lookedAt ?? job.createdAt) ? { ...seen, witnessed: true } : seen;
}

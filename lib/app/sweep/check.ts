import { isWatched } from '../../core/jobs/due.ts';
import { troubleWait } from '../../core/jobs/failing.ts';
import { enough, tally, routeConfirmed, type Tally } from '../../core/jobs/health.ts';
import type { Job } from '../../core/jobs/job.ts';
import { isTrouble, type Observation } from '../../core/jobs/observation.ts';
import type { Origin } from '../../core/jobs/origin.ts';
import { checkQueue } from '../../core/row.ts';
import { decide } from '../../core/jobs/transition.ts';
import { accountOf, learntOf, checksOf, type SweepDeps } from './deps.ts';
import { publishJob, emitJob } from './publish.ts';

/** What one round over an origin came to. */
export interface Round {
  checked: number;
  settled: number;
  tally: Tally;
}

/** A job whose handling throws is a bug of ours: it waits, and the others go on. */
const BROKEN_WAIT_MS = 300_000;

/** One job whose time has come: its news goes out, or it is looked at. */
export async function takeUp(deps: SweepDeps, origin: Origin, job: Job, round: Round): Promise<void> {
  try {
    // Settled by a process that died before it could publish: the row is due still.
    if (job.outbox.length > 0) await publishJob(deps, job);
    else await checkJob(deps, origin, job, round);
  } catch (error) {
    const due = { queue: checkQueue(job.origin), at: deps.clock() + BROKEN_WAIT_MS };
    // Where not even that can be stored it is not this job, and whoever sweeps says so.
    await checksOf(deps).keep(job, { ...job, due });
    deps.telemetry.line('error', 'job.broken', { job: job.key, error, nextCheckInMs: BROKEN_WAIT_MS });
  }
}

async function checkJob(deps: SweepDeps, origin: Origin, job: Job, round: Round): Promise<void> {
  const learnt = await learntOf(deps, origin.key);
  const asked = deps.clock();
  const seen = notChecked(deps, origin, round.tally) ?? (await request(deps, origin, job, round));
  // We broke it off, so it says nothing of the cloud. The job stays as due as it is.
  if (deps.signal?.aborted && isTrouble(seen)) return;
  const now = deps.clock();
  round.tally = tally(round.tally, seen, job, now);
  const decision = decide(job, seen, now, deps.policy, origin.failures, learnt);
  const keep = (next: Job) => checksOf(deps).keep(job, next);
  const saved = await (decision.emits.length > 0 ? emitJob(deps, decision.job, keep) : keep(decision.job));
  const raced = saved.outcome === 'raced';
  // What it led to is told by who publishes it.
  deps.telemetry.line('debug', 'job.checked', {
    job: job.key,
    reason: raced ? 'raced' : decision.reason,
    status: decision.job.status,
    emits: decision.emits,
    ms: now - asked,
    nextCheckAt: isWatched(decision.job) ? decision.job.nextCheckAt : null,
  });
  if (!raced) deps.learning?.note(job, decision.job, now);
  if (!raced && decision.emits.length > 0 && saved.row.state !== 'outstanding') round.settled += 1;
}

/** Whether asking makes no sense now; then only the clock is looked at, and the job waits. */
function notChecked(deps: SweepDeps, origin: Origin, current: Tally): Observation | null {
  const now = deps.clock();
  if (origin.pausedUntil > now)
    return { kind: 'not_checked', detail: 'the origin is paused', until: origin.pausedUntil };
  if (!enough(origin, current, now)) return null;
  const trouble = current.trouble ?? current.odd?.trouble;
  const until = now + troubleWait(trouble?.retryAfterMs, origin.failures, deps.policy);
  return { kind: 'not_checked', detail: `the origin is in trouble: ${trouble?.kind}`, until };
}

async function request(deps: SweepDeps, origin: Origin, job: Job, round: Round): Promise<Observation> {
  deps.pacer.spend(accountOf(deps, origin.key), 1);
  const seen = await deps.clouds.check(job, deps.signal);
  return confirmed(seen, job, (since) => routeConfirmed(origin, round.tally, since));
}

/**
 * A 404 without words counts only if the route is known to be right, and trouble is the job's own only if others have none:
 * another job was answered after this one's first 404, or since this one was checked last.
 */
function confirmed(seen: Observation, job: Job, isConfirmed: (since: number) => boolean): Observation {
  if (seen.kind === 'not_found')
    return {
      ...seen,
      routeConfirmed: seen.routeConfirmed || (job.notFound !== null && isConfirmed(job.notFound.since)),
    };
  if (!isTrouble(seen) || seen.kind === 'throttled') return seen;
  return isConfirmed(job.checkedAt ?? job.createdAt) ? { ...seen, routeConfirmed: true } : seen;
}

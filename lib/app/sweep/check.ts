import { isWatched } from '../../core/jobs/due.ts';
import { troubleWait } from '../../core/jobs/failing.ts';
import { enough, tally, routeConfirmed, type Tally } from '../../core/jobs/health.ts';
import type { Job } from '../../core/jobs/job.ts';
import { isTrouble, type Observation } from '../../core/jobs/observation.ts';
import type { Origin } from '../../core/jobs/origin.ts';
import { checkQueue } from '../../core/row.ts';
import { decide } from '../../core/jobs/transition.ts';
import { learntOf, checksOf, surviving, type SweepDeps } from './deps.ts';
import { publishJob, emitJob } from './publish.ts';

/** One go at an origin, as far as it has come. */
export interface Round {
  /** As it was stored last. */
  origin: Origin;
  checked: number;
  settled: number;
  /** What was learnt of the origin since that was stored. */
  tally: Tally;
  /** When the first of what was taken up since then was due. */
  earliest: number | null;
  /** The job that is asked about although the origin is paused. */
  newcomer?: string | null;
}

/** A job whose handling throws is a bug of ours: it waits, and the others go on. */
const BROKEN_WAIT_MS = 300_000;

/**
 * One job whose time has come: its outbox is published, or it is checked. `left`: what is stored of it may be as due as before.
 * `answered` is called when the cloud has nothing to do with it any more.
 * `listed`: what a request about many jobs has said of it already.
 */
export async function takeUp(
  deps: SweepDeps,
  job: Job,
  round: Round,
  answered: () => void,
  listed?: Observation,
): Promise<'done' | 'left'> {
  try {
    if (job.outbox.length === 0) return await checkJob(deps, job, round, answered, listed);
    // Settled by a process that died before it could publish: the row is due still.
    await publishJob(deps, job);
    return 'done';
  } catch (error) {
    const due = { queue: checkQueue(job.origin), at: deps.clock() + BROKEN_WAIT_MS };
    // Where not even that can be stored, the fault is not this job's, and the sweep reports it.
    const kept = await surviving(deps, job.key, () => checksOf(deps).keep(job, { ...job, due }), null);
    if (!kept) return 'left';
    deps.telemetry.line('error', 'job.broken', { job: job.key, error, nextCheckInMs: BROKEN_WAIT_MS });
    return 'left';
  }
}

async function checkJob(
  deps: SweepDeps,
  job: Job,
  round: Round,
  answered: () => void,
  listed: Observation | undefined,
): Promise<'done' | 'left'> {
  const learnt = await learntOf(deps, job.origin);
  const asked = deps.clock();
  const known = (round.newcomer === job.key ? null : notChecked(deps, round)) ?? listed;
  const seen = known ?? (await request(deps, job, round));
  // We broke it off, so it says nothing of the cloud. The job stays as due as it is.
  if (deps.signal?.aborted && isTrouble(seen)) return 'left';
  const now = deps.clock();
  round.tally = tally(round.tally, seen, job, now);
  answered();
  const decision = decide(job, seen, now, deps.policy, round.origin.failures, learnt);
  const keep = (next: Job) => checksOf(deps).keep(job, next);
  const saved = await (decision.emits.length > 0 ? emitJob(deps, decision.job, keep) : keep(decision.job));
  const raced = saved.outcome === 'raced';
  // What it led to is told by who publishes it.
  deps.telemetry.line('debug', 'job.checked', {
    job: job.key,
    origin: job.origin,
    reason: raced ? 'raced' : decision.reason,
    status: decision.job.status,
    emits: decision.emits,
    // Of a request of its own.
    ...(!known && { ms: now - asked }),
    nextCheckAt: isWatched(decision.job) ? decision.job.nextCheckAt : null,
  });
  if (raced) return 'left';
  deps.learning?.note(job, decision.job, now, listed ? 0 : 1);
  if (decision.emits.length > 0 && saved.row.state !== 'outstanding') round.settled += 1;
  return 'done';
}

/** Whether a check makes no sense now; then only the clock is read, and the job waits. */
export function notChecked(deps: SweepDeps, { origin, tally: current }: Round): Observation | null {
  const now = deps.clock();
  if (origin.pausedUntil > now)
    return { kind: 'not_checked', detail: 'the origin is paused', until: origin.pausedUntil };
  if (!enough(origin, current, now)) return null;
  const trouble = current.trouble ?? current.odd?.trouble;
  const until = now + troubleWait(trouble?.retryAfterMs, origin.failures, deps.policy);
  return { kind: 'not_checked', detail: `the origin is in trouble: ${trouble?.kind}`, until };
}

async function request(deps: SweepDeps, job: Job, round: Round): Promise<Observation> {
  const began = deps.clock();
  const seen = await deps.clouds.check(job, deps.signal);
  if (!isTrouble(seen)) deps.pacer.answered(job.origin, deps.clock() - began);
  return confirmed(seen, job, (since) => routeConfirmed(round.origin, round.tally, since));
}

/**
 * A 404 without words counts only if the route is confirmed, and trouble is the job's own only if others have none:
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

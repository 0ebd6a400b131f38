import { choose, type Choice } from '../../core/jobs/choose.ts';
import { answersLately, assess, NO_TALLY, type Tally } from '../../core/jobs/health.ts';
import type { Job } from '../../core/jobs/job.ts';
import { isLeased, newOrigin, timely, type Origin } from '../../core/jobs/origin.ts';
import { rateOf } from '../../core/jobs/pace.ts';
import { pool } from '../../core/pool.ts';
import { checkQueue } from '../../core/row.ts';
import { takeUp, type Round } from './check.ts';
import { accountOf, learntOf, checksOf, maxRateOf, type SweepDeps } from './deps.ts';
import { emitOrigin } from './publish.ts';

/** One round over one origin. When `keepOn` says no, what is in hand is ended and the rest stays as due as it is. */
export async function sweepOrigin(
  deps: SweepDeps,
  name: string,
  keepOn: () => boolean = () => true,
): Promise<Round> {
  const started = deps.clock();
  const due = await checksOf(deps).due(name, started);
  const origin = due.length > 0 ? await leased(deps, await originRow(deps, name)) : null;
  if (!origin) return { checked: 0, settled: 0, tally: NO_TALLY };
  const rows = await affordable(deps, origin, due);
  const round: Round = { checked: rows.length, settled: 0, tally: NO_TALLY };
  const concurrency = deps.clouds.describe(name)?.concurrency ?? 1;
  // An origin in trouble gets one question first, the probe; the rest follow only if that one was answered.
  const [probe, rest] = origin.state === 'ok' ? [[], rows] : [rows.slice(0, 1), rows.slice(1)];
  for (const part of [probe, rest]) {
    await pool(
      part,
      concurrency,
      async (job) => {
        if (keepOn()) await takeUp(deps, origin, job, round);
      },
      deps.signal,
    );
  }
  await assessOrigin(deps, origin, round.tally, rows[0]?.due?.at ?? null);
  const { checked, settled, tally } = round;
  deps.telemetry.line('debug', 'origin.swept', {
    origin: name,
    checked,
    settled,
    answered: tally.answered,
    reason: (tally.trouble ?? tally.odd?.trouble)?.kind,
    ms: deps.clock() - started,
  });
  return round;
}

/**
 * What may be taken up now. Looks are rationed, and the ration is spent where it is worth most; what is beyond it stays as due as
 * it is, without a write, or is put off where it would only stand in the way. While the origin is paused nothing is asked, so
 * nothing is rationed.
 */
async function affordable(deps: SweepDeps, origin: Origin, rows: Job[]): Promise<Job[]> {
  const now = deps.clock();
  if (origin.pausedUntil > now) return rows;
  const rate = rateOf(origin.pace, maxRateOf(deps, origin.key));
  const allowed = deps.pacer.allow(accountOf(deps, origin.key), rate, now);
  const means = { allowed, isFull: rows.length >= deps.budget };
  const choice = choose(rows, means, await learntOf(deps, origin.key), deps.policy, now);
  await putOff(deps, choice.later);
  return choice.now;
}

/** Losing the race to put one off means that somebody else has just taken it up. */
async function putOff(deps: SweepDeps, later: Choice['later']): Promise<void> {
  const checks = checksOf(deps);
  await Promise.all(
    later.map(({ job, at }) =>
      checks.keep(job, { ...job, nextCheckAt: at, due: { queue: checkQueue(job.origin), at } }),
    ),
  );
}

async function originRow(deps: SweepDeps, name: string): Promise<Origin> {
  const { origins } = deps.store;
  const now = deps.clock();
  const row = (await origins.get(name)) ?? (await origins.create([newOrigin(name, now)]))[0]!.row;
  return timely(row, now, deps.policy);
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

async function assessOrigin(
  deps: SweepDeps,
  origin: Origin,
  seen: Tally,
  earliest: number | null,
): Promise<void> {
  const now = deps.clock();
  const isOdd = seen.odd !== null && !answersLately(origin, now);
  const isLate = earliest !== null && now - earliest >= deps.policy.atRiskAfter;
  // Counting a queue costs as much as it is long, and only news about the origin needs the number.
  const calm = seen.trouble === null && !isOdd && origin.state === 'ok' && !isLate;
  const waiting = calm ? { count: 0, earliest: null } : await deps.store.jobs.depth(checkQueue(origin.key));
  const maxRate = maxRateOf(deps, origin.key);
  const next = assess(origin, seen, waiting, now, deps.policy, maxRate);
  if (next === origin) return;
  const saved = await (next.outbox.length > 0 ? emitOrigin(deps, next) : deps.store.origins.save(next));
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
}

import { answersLately, assess, carriedOn, NO_TALLY, type Tally } from '../../core/jobs/health.ts';
import { NAMED_JOBS, type Origin } from '../../core/jobs/origin.ts';
import { rateOf } from '../../core/jobs/pace.ts';
import { checkQueue, LATEST } from '../../core/row.ts';
import type { Round } from './check.ts';
import { maxRateOf, type SweepDeps } from './deps.ts';
import { emitOrigin } from './publish.ts';

/** What answers say of the origin is stored as often, however many they are. */
const EVERY_MS = 1_000;

export interface Assessor {
  /** Assesses the origin where a second has passed since the last time. */
  inPassing(): Promise<void>;
  /** The last time in a round. */
  last(): Promise<void>;
}

/** Moves what a round learnt of its origin into the origin's row, again and again while the round goes on. */
export function createAssessor(deps: SweepDeps, round: Round): Assessor {
  const { clock, telemetry } = deps;
  let at = clock();
  let busy = false;
  let carried: Tally = NO_TALLY;
  let logged = { checked: 0, settled: 0 };

  async function last(): Promise<void> {
    const { tally, earliest, checked, settled } = round;
    // What goes on to count counts again only with more of it.
    const seen = tally === carried ? NO_TALLY : tally;
    if (tally !== carried) round.tally = carried = carriedOn(tally);
    round.earliest = null;
    const began = at;
    at = clock();
    round.origin = await assessOrigin(deps, round.origin, seen, earliest);
    telemetry.line('debug', 'origin.swept', {
      origin: round.origin.key,
      checked: checked - logged.checked,
      settled: settled - logged.settled,
      answered: seen.answered,
      reason: (seen.trouble ?? seen.odd?.trouble)?.kind,
      ms: at - began,
    });
    logged = { checked, settled };
  }

  return {
    async inPassing() {
      if (busy || Math.abs(clock() - at) < EVERY_MS) return;
      busy = true;
      await last().finally(() => (busy = false));
    },
    last,
  };
}

/**
 * Writes what follows for the origin from what was `seen`, and publishes the events of it. Returns the row as it is stored then.
 * `earliest`: since when the checks have been due that were made, at most. `changed`: the row with what else is to be written.
 */
export async function assessOrigin(
  deps: SweepDeps,
  origin: Origin,
  seen: Tally,
  earliest: number | null,
  changed: Origin = origin,
): Promise<Origin> {
  const now = deps.clock();
  const isOdd = seen.odd !== null && !answersLately(origin, now);
  const isLate = earliest !== null && now - earliest >= deps.policy.atRiskAfter;
  // Counting a queue costs as much as it is long, and only an event of the origin needs the number.
  const calm = seen.trouble === null && !isOdd && origin.state === 'ok' && !isLate;
  const waiting = calm ? { count: 0, earliest: null } : await deps.store.jobs.depth(checkQueue(origin.key));
  const maxRate = maxRateOf(deps, origin.key);
  const assessed = assess(changed, seen, waiting, now, deps.policy, maxRate);
  if (assessed === origin) return origin;
  const hasOutbox = assessed.outbox.length > 0;
  const isNew = assessed.sequence > origin.sequence;
  const next = isNew ? { ...assessed, ...(await aboutOf(deps, assessed)) } : assessed;
  const saved = await (hasOutbox ? emitOrigin(deps, next) : deps.store.origins.save(next));
  if (saved.outcome === 'raced') return stored(deps, origin);
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
  // What was published is no longer in its outbox.
  return hasOutbox ? stored(deps, saved.row) : saved.row;
}

/** What people need to know of an origin in trouble that its row does not say. */
async function aboutOf(deps: SweepDeps, { key, since }: Origin): Promise<Pick<Origin, 'about'>> {
  const known = deps.clouds.describe(key);
  if (!known) return {};
  const { projectId, credentials, info } = known;
  const { service, cloud, region, consoleUrl } = info;
  const rows = await deps.store.jobs.due(checkQueue(key), LATEST, NAMED_JOBS);
  return {
    about: {
      service,
      cloud,
      region,
      projectId,
      ...(consoleUrl && { consoleUrl }),
      credentials,
      jobs: rows.map(({ name, jobId }) => name ?? jobId),
      recordsUntil: since + deps.policy.recordKept,
    },
  };
}

const stored = async (deps: SweepDeps, known: Origin): Promise<Origin> =>
  (await deps.store.origins.get(known.key)) ?? known;

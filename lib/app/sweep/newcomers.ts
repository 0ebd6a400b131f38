import type { Job } from '../../core/jobs/job.ts';
import { isKnownOdd } from '../../core/jobs/failing.ts';
import { isDoubtful, takesNew } from '../../core/jobs/health.ts';
import type { Policy } from '../../core/jobs/policy.ts';
import { TROUBLES } from '../../core/jobs/observation.ts';
import type { Round } from './check.ts';
import { checkNow } from './check-now.ts';
import { accountOf, surviving, type SweepDeps } from './deps.ts';

/** What becomes of a job that is due while its origin is paused. */
type Turn = 'ask' | 'leave' | 'put_off';

export interface Newcomers {
  turnOf(job: Job): Turn;
  /** Once the job that was asked is answered, and the origin assessed. */
  answered(): Promise<void>;
}

/**
 * In an outage whatever is new is the probe, at once: the others may be what is wrong, and who hands a job in does not wait for
 * the back-off of others. `rate`: requests a second. What waits for the back-off comes too once one is answered: killed before
 * that is written, it comes when the back-off ends.
 */
export function createNewcomers(deps: SweepDeps, name: string, round: Round, rate: () => number): Newcomers {
  const { clock, pacer, policy, store, telemetry } = deps;
  return {
    turnOf(job) {
      const now = clock();
      const mayBeKnownNow = isDoubtful(round.origin) && isEarly(job, now, policy);
      if (!isNew(job) && !mayBeKnownNow) return 'put_off';
      if (takesNew(round.origin, round.tally, now, policy))
        return pacer.take(accountOf(deps, name), rate(), now) === 0 ? 'ask' : 'leave';
      return waitsForAnother(round, now) ? 'leave' : 'put_off';
    },
    async answered() {
      if (round.origin.state !== 'ok' || round.origin.pausedUntil > clock()) return;
      const again = () => checkNow({ jobs: store.jobs, clock, telemetry }, [name], waitsForOrigin);
      await surviving(deps, name, again, 0);
    },
  };
}

/** Nobody has asked about it, nor put it off. */
const isNew = ({ checkedAt, history }: Job): boolean => checkedAt === null && history.length === 0;

/** Some services do not know a job in its first seconds: it is asked about once more soon. */
const isEarly = ({ seen, notFound }: Job, now: number, { notFoundEvery }: Policy): boolean =>
  seen === 'never' && notFound !== null && now - notFound.since < 2 * notFoundEvery;

/** It is asked soon: in the next tick, or a while after the last check that failed. */
function waitsForAnother({ origin, tally }: Round, now: number): boolean {
  const isOutage = origin.state !== 'ok' && origin.pausedUntil > now;
  return isOutage && (origin.haltedUntil ?? 0) <= now && tally.failed === 0;
}

/** The last that was heard of it is the trouble of its origin. */
const waitsForOrigin = (job: Job): boolean => {
  const last = job.history.at(-1)?.reason ?? '';
  return !isKnownOdd(job) && ['not_checked', ...TROUBLES].includes(last);
};

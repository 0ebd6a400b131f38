import { rateOf } from '../../core/jobs/pace.ts';
import { notChecked, type Round } from './check.ts';
import { accountOf, maxRateOf, type SweepDeps } from './deps.ts';

/** A round that would wait longer than this for its next request leaves that to the next tick. */
const LONGEST_NAP_MS = 1_000;

/** What a round may request of its origin. */
export interface Allowance {
  /** Requests a second. */
  rate(): number;
  /** Whether the origin takes no requests now: jobs are put off without one. */
  isHalted(): boolean;
  /** Waits until the next request may be sent. False: that is not in this round. */
  mayRequest(): Promise<boolean>;
}

export function createAllowance(
  deps: SweepDeps,
  name: string,
  round: Round,
  goesOn: () => boolean,
): Allowance {
  const { clock, pacer, sleep } = deps;
  const account = accountOf(deps, name);
  const rate = (): number => rateOf(round.origin.pace, maxRateOf(deps, name));
  const isHalted = (): boolean => notChecked(deps, round) !== null;
  return {
    rate,
    isHalted,
    async mayRequest() {
      while (goesOn() && !isHalted()) {
        const waitMs = pacer.take(account, rate(), clock());
        if (waitMs === 0) return true;
        if (!sleep || waitMs > LONGEST_NAP_MS) return false;
        await sleep(waitMs);
      }
      return goesOn();
    },
  };
}

import { NOTHING_LEARNT, type LearntOf } from '../../core/jobs/learnt.ts';
import type { Lease } from '../../core/jobs/origin.ts';
import type { Policy } from '../../core/jobs/policy.ts';
import type { Clouds, Doorbell } from '../../ports.ts';
import { tableChecks, type DueChecks } from './due-checks.ts';
import type { Learning } from './learning.ts';
import type { Pacer } from './pacer.ts';
import type { PublishDeps } from './publish.ts';

export interface SweepDeps extends PublishDeps {
  clouds: Clouds;
  policy: Policy;
  pacer: Pacer;
  /** Rows read at a time: of each origin, and of each outbox table. */
  budget: number;
  /** Where due checks are read and written, if not straight in the table. */
  checks?: DueChecks;
  /** How long jobs take, learnt from those that ended; left out: nothing is. */
  learning?: Learning;
  /** Wakes who delivers; left out: deliveries are found by their time. */
  ring?: Doorbell['ring'];
  /** How the rounds of one tick go side by side. Left out: the tick lasts until all have ended. */
  rounds?: Rounds;
  /** Where several workers may sweep at once: which one this is, and until when it alone checks an origin's jobs. */
  lease?: Lease;
  /** It checks jobs beside another worker, which does all else. */
  isHelper?: boolean;
  /**
   * Waits until the next request may be sent, a second at most; may end early. Left out: nothing waits, and what is
   * beyond the pace is for the next tick.
   */
  sleep?: (ms: number) => Promise<void>;
  /**
   * Hears what failed of `what`, where the rest shall go on: one call to the table says little of the next one. Left out: that
   * ends the sweep, because the store is in trouble.
   */
  survive?: (what: string, error: unknown) => void;
  /** Ends what is under way at once, where the time is over: a check that has no answer yet leaves its job as due as it was. */
  signal?: AbortSignal;
}

/**
 * Begins a round over each of `origins`; where some wait for none of the others, over those alone that have none under way. A
 * round goes on while something is due and `turn` has nothing against it.
 */
export type Rounds = (
  origins: readonly string[],
  round: (origin: string, turn?: () => boolean) => Promise<void>,
) => Promise<void>;

/** Does `work`, and where that fails and the rest shall go on, answers `otherwise`. */
export async function surviving<T>(
  { survive }: Pick<SweepDeps, 'survive'>,
  what: string,
  work: () => Promise<T>,
  otherwise: T,
): Promise<T> {
  if (!survive) return work();
  try {
    return await work();
  } catch (error) {
    survive(what, error);
    return otherwise;
  }
}

export const checksOf = (deps: SweepDeps): DueChecks =>
  deps.checks ?? tableChecks(deps.store.jobs, deps.policy);

export const learntOf = async (deps: SweepDeps, origin: string): Promise<LearntOf> =>
  (await deps.learning?.of(origin)) ?? NOTHING_LEARNT;

/** Origins of one account share its quota. */
export const accountOf = (deps: SweepDeps, origin: string): string =>
  deps.clouds.describe(origin)?.account ?? origin;

export const maxRateOf = (deps: SweepDeps, origin: string): number => deps.clouds.describe(origin)?.rate ?? 1;

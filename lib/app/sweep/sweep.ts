import { looksOf, type SweepDeps } from './deps.ts';
import { publishDue } from './publish.ts';
import { sweepOrigin } from './round.ts';

export type { SweepDeps } from './deps.ts';

export interface Swept {
  looked: number;
  settled: number;
  published: number;
}

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

/** Origins that may have jobs to take up now, those included that are no longer in the config. */
export const originsDue = (deps: SweepDeps, limit: number): Promise<string[]> =>
  looksOf(deps).origins(deps.clock(), limit);

import { pool } from '../../core/pool.ts';
import { assessGroups } from './assess-group.ts';
import { checksOf, surviving, type Rounds, type SweepDeps } from './deps.ts';
import { publishDue } from './publish.ts';
import { sweepOrigin } from './round.ts';

export type { SweepDeps } from './deps.ts';

/** Of the rounds that ended within the tick. */
export interface Swept {
  checked: number;
  settled: number;
  published: number;
}

/** Origins swept in one tick, those included that are no longer in the config; far more than one project has. */
const MAX_ORIGINS = 500;

/**
 * One tick, in both homes:
 * 1. events that an earlier tick wrote to an outbox but did not publish are published;
 * 2. the jobs of each origin are checked, those due longest first, for as long as some are due and the pace allows it; each is
 *    decided, settled and published on its own;
 * 3. what the checks say of the origin itself is written and published, every second;
 * 4. the members of groups of which something has changed are counted.
 * Origins do not wait for one another, and one job or origin in trouble does not stop the rest. When `keepOn` says no, what
 * is in hand is ended and the rest stays as due as it is.
 */
export async function sweep(deps: SweepDeps, keepOn?: () => boolean): Promise<Swept> {
  const { rounds = untilAllEnd } = deps;
  const swept: Swept = { checked: 0, settled: 0, published: 0 };
  const find = () => checksOf(deps).origins(deps.clock(), MAX_ORIGINS);
  const origins = await surviving(deps, 'what is due', find, []);
  const published = deps.isHelper
    ? Promise.resolve(0)
    : surviving(deps, 'publishing', () => publishDue(deps, deps.budget), 0);
  const checked = rounds(origins, async (origin, turn) => {
    const nothing = { checked: 0, settled: 0 };
    const round = await surviving(deps, origin, () => sweepOrigin(deps, origin, keepOn, turn), nothing);
    swept.checked += round.checked;
    swept.settled += round.settled;
  });
  const assessed = deps.isHelper
    ? Promise.resolve()
    : surviving(deps, 'groups', async () => void (await assessGroups(deps, deps.budget)), undefined);
  const ended = await Promise.allSettled([published, checked, assessed]);
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
  swept.published = await published;
  return swept;
}

const untilAllEnd: Rounds = async (origins, round) => void (await pool(origins, origins.length, round));

import { isLeased, newOrigin, timely, type Origin } from '../../core/jobs/origin.ts';
import type { SweepDeps } from './deps.ts';

/**
 * An origin's row with our lease in it, taken once for all rounds that it covers. Null: another worker has it, or it has nothing
 * to do.
 */
export async function leasedOrigin(
  deps: SweepDeps,
  name: string,
  hasToDo: (origin: Origin) => boolean = () => true,
): Promise<Origin | null> {
  const { lease, store, clock } = deps;
  const origin = await originRow(deps, name);
  if (!hasToDo(origin)) return null;
  if (!lease) return origin;
  if (isLeased(origin, lease.holder, clock())) return null;
  if (origin.lease?.holder === lease.holder && origin.lease.until === lease.until) return origin;
  const taken = await store.origins.save({ ...origin, lease });
  return taken.outcome === 'saved' ? taken.row : null;
}

async function originRow(deps: SweepDeps, name: string): Promise<Origin> {
  const { origins } = deps.store;
  const now = deps.clock();
  const row = (await origins.get(name)) ?? (await origins.create([newOrigin(name, now)]))[0]!.row;
  return timely(row, now, deps.policy);
}

import type { InHand } from '../../core/in-hand.ts';
import type { Job } from '../../core/jobs/job.ts';
import { checksOf, type SweepDeps } from './deps.ts';

/** The due jobs of one origin, page by page. */
export interface DueRows {
  /** Those that are neither under way nor left; none: nothing more is due. */
  read(): Promise<Job[]>;
  /** The next page begins behind this one; null: with all that is due. */
  readOn(behind: Job | null): void;
}

/** `left`: the keys of what was taken up and is perhaps as due as before. */
export function createDueRows(
  deps: SweepDeps,
  name: string,
  hand: InHand,
  left: ReadonlySet<string>,
): DueRows {
  let last: Job | null = null;
  async function read(): Promise<Job[]> {
    // Who reads on meets few of those that are under way.
    const known = left.size + (last ? 0 : hand.size);
    const rows = await checksOf(deps).due(name, deps.clock(), deps.budget + known, last);
    const found = rows.filter(({ key }) => !hand.has(key) && !left.has(key)).slice(0, deps.budget);
    if (found.length > 0 || !last) return found;
    last = null;
    return read();
  }
  return { read, readOn: (behind) => void (last = behind) };
}

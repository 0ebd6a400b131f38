import type { InHand } from '../../core/in-hand.ts';
import type { Job } from '../../core/jobs/job.ts';
import { checksOf, type SweepDeps } from './deps.ts';

/** The due jobs of one origin, page by page. */
export interface DueRows {
  /** Those that are neither under way nor left; none: nothing more is due. */
  read(): Promise<Job[]>;
  /** The next page begins with what was due at this time; 0: with all that is due. */
  readFrom(at: number): void;
}

/** `left`: the keys of what was taken up and is perhaps as due as before. */
export function createDueRows(
  deps: SweepDeps,
  name: string,
  hand: InHand,
  left: ReadonlySet<string>,
): DueRows {
  let since = 0;
  async function read(): Promise<Job[]> {
    // Who reads on meets few of those that are under way.
    const known = left.size + (since === 0 ? hand.size : 0);
    const rows = await checksOf(deps).due(name, deps.clock(), deps.budget + known, since);
    const found = rows.filter(({ key }) => !hand.has(key) && !left.has(key)).slice(0, deps.budget);
    if (found.length > 0 || since === 0) return found;
    since = 0;
    return read();
  }
  return { read, readFrom: (at) => void (since = at) };
}

import { GROUPS_QUEUE } from '../../core/jobs/group.ts';
import { PUBLISH_QUEUE } from '../../core/row.ts';
import type { Store } from '../../ports.ts';
import { checkBuffer, type BufferOptions } from './check-buffer.ts';
import { surviving, type SweepDeps } from './deps.ts';
import { sweep, type Swept } from './sweep.ts';

export interface SweepWindow {
  /** Nothing is taken up from then on; epoch milliseconds. */
  until: number;
  /** Ends early where the signal of the sweep does. */
  sleep: (ms: number) => Promise<void>;
  /** Ends also the handing over to the next window. Left out: the signal of the sweep does. */
  ending?: AbortSignal;
  /** As of `BufferOptions`. */
  waiting?: BufferOptions['waiting'];
  /** Is called now and then with how far the window has come, so that a window that does not end can be reported. */
  said?: (swept: WindowSwept) => void;
}

export interface WindowSwept extends Swept {
  sweeps: number;
  /** How late the checks are that were left to the next window, and the outboxes that were found, in milliseconds. */
  lagMs: number;
  outboxAgeMs: number;
}

/** What is beyond an origin's pace stays due, so a more frequent search for it gains nothing. */
const TICK_MS = 1_000;
/**
 * For so long the rounds of one sweep begin with something new; then all are waited for, and origins that have something due
 * since are swept too. The wait costs some 200 ms, the time of an answer: 4 % of this.
 */
const TURN_MS = 5_000;

/**
 * For a schedule that is coarser than the checks: sweeps, sleeps until the next row is due, and ends as soon as nothing more
 * falls due before `until`, or the signal says so. Where nothing is going on, that is after one sweep.
 */
export async function sweepWindow(
  deps: SweepDeps,
  { until, sleep, ending, waiting, said = () => {} }: SweepWindow,
): Promise<WindowSwept> {
  const { clock, store, signal, isHelper = false } = deps;
  const buffering = { ...(waiting && { waiting }), failed: deps.survive };
  const checks = checkBuffer(store.jobs, until, deps.policy, buffering);
  const soonest = (what: string, find: () => Promise<number>, otherwise = Infinity): Promise<number> =>
    surviving(deps, what, find, otherwise);
  const inOutbox = (before: number): Promise<number> =>
    isHelper ? Promise.resolve(Infinity) : soonest('outboxes', () => earliestInOutbox(store, before));
  const inGroups = (before: number): Promise<number> =>
    isHelper ? Promise.resolve(Infinity) : soonest('groups', () => earliestGroup(store, before));
  const outboxAgeMs = Math.max(0, clock() - (await inOutbox(clock())));
  const sum: Swept = { checked: 0, settled: 0, published: 0 };
  const end = async (sweeps: number): Promise<WindowSwept> => {
    const lagMs = await checks.end(clock(), ending ?? signal);
    const learn = async (): Promise<void> => deps.learning?.flush();
    if (!(ending ?? signal)?.aborted) await surviving(deps, 'what was learnt', learn, undefined);
    return { ...sum, sweeps, lagMs, outboxAgeMs };
  };
  for (let sweeps = 1; ; sweeps += 1) {
    const turn = Math.min(until, clock() + TURN_MS);
    const nap = (ms: number): Promise<void> => sleep(Math.max(0, Math.min(ms, turn - clock())));
    const swept = await sweep({ ...deps, checks, sleep: nap }, () => clock() < turn);
    sum.checked += swept.checked;
    sum.settled += swept.settled;
    sum.published += swept.published;
    said({ ...sum, sweeps, lagMs: checks.lag(clock()), outboxAgeMs });
    if (signal?.aborted) return end(sweeps);
    // Where a check is due so soon, the next sweep finds all else, too: nothing is read twice.
    const soon = clock() + TICK_MS;
    const check = await soonest('what is due', () => checks.next(clock(), soon), 0);
    const next =
      check <= soon ? check : Math.min(check, ...(await Promise.all([inOutbox(until), inGroups(until)])));
    // Its turn ended; it still has something to do.
    const again = clock() < turn ? clock() + TICK_MS : clock();
    const at = Math.max(next, again);
    if (at >= until) return end(sweeps);
    if (at > clock()) await sleep(at - clock());
    if (signal?.aborted) return end(sweeps);
  }
}

/** When the members of the first group are to be counted. */
async function earliestGroup({ groups }: Store, before: number): Promise<number> {
  const [row] = await groups.due(GROUPS_QUEUE, before, 1);
  return row?.due?.at ?? Infinity;
}

/** When the first outbox is due of those due before `before`; `Infinity` where there is none. */
async function earliestInOutbox(
  { jobs, origins, endpoints, groups }: Store,
  before: number,
): Promise<number> {
  const firsts = await Promise.all(
    [jobs, origins, endpoints, groups].map((table) => table.due(PUBLISH_QUEUE, before, 1)),
  );
  return Math.min(...firsts.map(([row]) => row?.due?.at ?? Infinity));
}

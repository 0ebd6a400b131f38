import { createInHand } from '../../core/in-hand.ts';
import { choose } from '../../core/jobs/choose.ts';
import { NO_TALLY } from '../../core/jobs/health.ts';
import { checkAt } from '../../core/jobs/due.ts';
import type { Job } from '../../core/jobs/job.ts';
import { createAllowance, type Allowance } from './allowance.ts';
import { createAssessor } from './assess-origin.ts';
import { takeUp, type Round } from './check.ts';
import { checksOf, learntOf, surviving, type SweepDeps } from './deps.ts';
import { createDueRows, type DueRows } from './due-rows.ts';
import { leasedOrigin } from './leased-origin.ts';
import { createListed, type Listed } from './listed.ts';
import { createNewcomers } from './newcomers.ts';

/** Rows that were read longer ago are read again: others may have more reason to be taken up by now. */
const STALE_MS = 1_000;

/**
 * One round over one origin. It goes on while jobs are due and the origin may be called: as fast as the pace allows, and as many
 * requests side by side as that takes. What is beyond stays as due as it is: no write, and first in line the next time. In
 * trouble up to `budget` rows are put off, and the round ends. When `keepOn` says no, the round ends what is under way; it calls
 * `turn` before it reads rows.
 */
export async function sweepOrigin(
  deps: SweepDeps,
  name: string,
  keepOn: () => boolean = () => true,
  turn: () => boolean = () => true,
): Promise<Pick<Round, 'checked' | 'settled'>> {
  const { clock, pacer, signal, budget } = deps;
  const hand = createInHand();
  /** Taken up, and perhaps as due as before. Not again in this round. */
  const left = new Set<string>();
  const due = createDueRows(deps, name, hand, left);
  let page = await due.read();
  const origin = page.length > 0 ? await leasedOrigin(deps, name) : null;
  if (!origin) return { checked: 0, settled: 0 };
  const round: Round = { origin, checked: 0, settled: 0, tally: NO_TALLY, earliest: null };
  const goesOn = (): boolean => keepOn() && !signal?.aborted && !hand.hasFailed;
  const allowance = createAllowance(deps, name, round, goesOn);
  const listed = createListed(deps, name, round, allowance);
  const assessor = createAssessor(deps, round);
  const newcomers = createNewcomers(deps, name, round, allowance.rate);
  const most = deps.clouds.describe(name)?.concurrency ?? 1;

  const begin = (job: Job): void => {
    round.checked += 1;
    round.earliest = Math.min(round.earliest ?? Infinity, job.due!.at);
    const observed = listed.of(job);
    hand.begin(job.key, async (free) => {
      if ((await takeUp(deps, job, round, free, observed)) === 'left') left.add(job.key);
      await surviving(deps, name, assessor.inPassing, undefined);
    });
  };

  /** Whether that is what becomes of it while the origin takes no requests: it is asked on its own, or is left for soon. */
  const asNewcomer = async (job: Job): Promise<boolean> => {
    const turn = newcomers.turnOf(job);
    if (turn === 'put_off') return false;
    if (turn === 'leave') {
      left.add(job.key);
      putOff += 1;
      return true;
    }
    round.newcomer = job.key;
    begin(job);
    await hand.ended();
    round.newcomer = null;
    await surviving(deps, name, assessor.last, undefined);
    await newcomers.answered();
    return true;
  };

  let isDry = false;
  let isProbed = false;
  let putOff = 0;
  while (page.length > 0 && turn()) {
    const readAt = clock();
    const choosing = (): Promise<Job[]> => chosen(deps, name, page, { allowance, listed, due });
    const rows = allowance.isHalted() ? page : await surviving(deps, name, choosing, []);
    if (rows.length === 0) break;
    for (const job of rows) {
      await hand.fewerThan(pacer.concurrency(name, allowance.rate(), most));
      if (!goesOn()) break;
      if (!isDry && clock() - readAt > STALE_MS) {
        due.readOn(null);
        break;
      }
      const needsRequest = job.outbox.length === 0 && !listed.of(job);
      if (needsRequest && allowance.isHalted() && (await asNewcomer(job))) continue;
      if (needsRequest) isDry ||= !(await allowance.mayRequest());
      // An outbox that a dead process left is published without a request.
      if (needsRequest && isDry) continue;
      if (allowance.isHalted()) putOff += 1;
      begin(job);
      if (!needsRequest || isProbed || round.origin.state === 'ok') continue;
      // An origin in trouble gets one request first, the probe; the rest follow only if that one was answered.
      isProbed = true;
      await hand.fewerThan(1);
    }
    if (isDry || putOff >= budget || !goesOn()) break;
    page = await surviving(deps, name, due.read, []);
  }
  await hand.ended();
  await surviving(deps, name, assessor.last, undefined);
  return round;
}

/** Of what was read, what is taken up as long as that is not stale: where the pace does not suffice for all, what is worth most. */
async function chosen(
  deps: SweepDeps,
  name: string,
  rows: readonly Job[],
  { allowance, listed, due }: { allowance: Allowance; listed: Listed; due: DueRows },
): Promise<Job[]> {
  const { budget, clock, policy } = deps;
  await listed.read(rows);
  const alreadyListed = rows.filter((job) => listed.of(job));
  const singly = rows.filter((job) => !listed.of(job));
  const allowed = Math.ceil((allowance.rate() * STALE_MS) / 1_000);
  const means = { allowed, isFull: rows.length >= budget };
  const choice = choose(singly, means, await learntOf(deps, name), policy, clock());
  const putOff = ({ job, at }: (typeof choice.later)[number]) =>
    surviving(deps, job.key, () => checksOf(deps).keep(job, checkAt(job, at)), null);
  await Promise.all(choice.later.map(putOff));
  // What was passed over is read again, to be chosen from once more.
  due.readOn(choice.now.length < singly.length ? null : rows.at(-1)!);
  return [...alreadyListed, ...choice.now];
}

import { createInHand } from '../../core/in-hand.ts';
import { choose } from '../../core/jobs/choose.ts';
import { NO_TALLY } from '../../core/jobs/health.ts';
import type { Job } from '../../core/jobs/job.ts';
import type { Observation } from '../../core/jobs/observation.ts';
import { isLeased, newOrigin, timely, type Origin } from '../../core/jobs/origin.ts';
import { rateOf } from '../../core/jobs/pace.ts';
import { checkQueue } from '../../core/row.ts';
import { createAssessor } from './assess-origin.ts';
import { notChecked, takeUp, type Round } from './check.ts';
import { accountOf, learntOf, checksOf, maxRateOf, type SweepDeps } from './deps.ts';

/** Rows that were read longer ago are read again: others may have more reason to be taken up by now. */
const STALE_MS = 1_000;
/** A round that would wait longer than this for its next request leaves that to the next tick. */
const LONGEST_NAP_MS = 1_000;

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
  const { clock, pacer, signal, sleep, budget } = deps;
  const checks = checksOf(deps);
  const hand = createInHand();
  /** Taken up, and perhaps as due as before. Not again in this round. */
  const left = new Set<string>();
  /** Where to read on. */
  let since = 0;
  async function read(): Promise<Job[]> {
    // Who reads on meets few of those that are under way.
    const known = left.size + (since === 0 ? hand.size : 0);
    const rows = await checks.due(name, clock(), budget + known, since);
    const found = rows.filter(({ key }) => !hand.has(key) && !left.has(key)).slice(0, budget);
    if (found.length > 0 || since === 0) return found;
    since = 0;
    return read();
  }

  let page = await read();
  const origin = page.length > 0 ? await leased(deps, await originRow(deps, name)) : null;
  if (!origin) return { checked: 0, settled: 0 };
  const round: Round = { origin, checked: 0, settled: 0, tally: NO_TALLY, earliest: null };
  const assessor = createAssessor(deps, round);
  const account = accountOf(deps, name);
  const most = deps.clouds.describe(name)?.concurrency ?? 1;
  const rate = (): number => rateOf(round.origin.pace, maxRateOf(deps, name));
  const goesOn = (): boolean => keepOn() && !signal?.aborted && !hand.hasFailed;
  const isHalted = (): boolean => notChecked(deps, round) !== null;

  /** Waits until the next request may be sent. False: that is not in this round. */
  async function mayRequest(): Promise<boolean> {
    while (goesOn() && !isHalted()) {
      const waitMs = pacer.take(account, rate(), clock());
      if (waitMs === 0) return true;
      if (!sleep || waitMs > LONGEST_NAP_MS) return false;
      await sleep(waitMs);
    }
    return goesOn();
  }
  const isListed = ({ key, outbox }: Job): boolean => outbox.length === 0 && listed.has(key);
  /** What a list of many jobs said of those that were read last, by their keys. */
  let listed: ReadonlyMap<string, Observation> = new Map();
  const begin = (job: Job): void => {
    round.checked += 1;
    round.earliest = Math.min(round.earliest ?? Infinity, job.due!.at);
    const observed = isListed(job) ? listed.get(job.key) : undefined;
    hand.begin(job.key, async (free) => {
      if ((await takeUp(deps, job, round, free, observed)) === 'left') left.add(job.key);
      await assessor.inPassing();
    });
  };

  let listAgainAt = 0;
  /** Where the service of an origin lists its jobs, and enough of them are due: one request for all; not again soon where it left many out. */
  async function list(rows: Job[]): Promise<typeof listed> {
    const from = deps.clouds.describe(name)?.listFrom ?? Infinity;
    const unchecked = rows.filter(({ outbox }) => outbox.length === 0);
    if (unchecked.length < from || round.origin.state !== 'ok' || clock() < listAgainAt) return new Map();
    if (!deps.clouds.checkAll || !(await mayRequest())) return new Map();
    const found = (await deps.clouds.checkAll(name, unchecked, signal)) ?? new Map<string, Observation>();
    if (unchecked.length - found.size >= from) listAgainAt = clock() + deps.policy.checkEvery;
    return found;
  }

  /** Of what was read, what is taken up as long as that is not stale: where the pace does not suffice for all, what is worth most. */
  async function chosen(rows: Job[]): Promise<Job[]> {
    if (isHalted()) return rows;
    listed = await list(rows);
    const alreadyListed = rows.filter(isListed);
    const singly = rows.filter((job) => !isListed(job));
    const means = { allowed: Math.ceil((rate() * STALE_MS) / 1_000), isFull: rows.length >= budget };
    const choice = choose(singly, means, await learntOf(deps, name), deps.policy, clock());
    await Promise.all(choice.later.map(({ job, at }) => checks.keep(job, putOffTo(job, at))));
    // What was passed over is read again, to be chosen from once more.
    since = choice.now.length < singly.length ? 0 : Math.min(rows.at(-1)!.due!.at, clock());
    return [...alreadyListed, ...choice.now];
  }

  let isDry = false;
  let isProbed = false;
  let putOff = 0;
  while (page.length > 0 && turn()) {
    const readAt = clock();
    const rows = await chosen(page);
    if (rows.length === 0) break;
    for (const job of rows) {
      await hand.fewerThan(pacer.concurrency(name, rate(), most));
      if (!goesOn()) break;
      if (!isDry && clock() - readAt > STALE_MS) {
        since = 0;
        break;
      }
      const needsRequest = job.outbox.length === 0 && !isListed(job);
      if (needsRequest) isDry ||= !(await mayRequest());
      // An outbox that a dead process left is published without a request.
      if (needsRequest && isDry) continue;
      if (isHalted()) putOff += 1;
      begin(job);
      if (!needsRequest || isProbed || round.origin.state === 'ok') continue;
      // An origin in trouble gets one request first, the probe; the rest follow only if that one was answered.
      isProbed = true;
      await hand.fewerThan(1);
    }
    if (isDry || putOff >= budget || !goesOn()) break;
    page = await read();
  }
  await hand.ended();
  await assessor.last();
  return round;
}

const putOffTo = (job: Job, at: number): Job => ({
  ...job,
  nextCheckAt: at,
  due: { queue: checkQueue(job.origin), at },
});

async function originRow(deps: SweepDeps, name: string): Promise<Origin> {
  const { origins } = deps.store;
  const now = deps.clock();
  const row = (await origins.get(name)) ?? (await origins.create([newOrigin(name, now)]))[0]!.row;
  return timely(row, now, deps.policy);
}

/** The origin with our lease in it, taken once for all rounds that it covers. Null: another worker has it. */
async function leased(deps: SweepDeps, origin: Origin): Promise<Origin | null> {
  const { lease, store, clock } = deps;
  if (!lease) return origin;
  if (isLeased(origin, lease.holder, clock())) return null;
  if (origin.lease?.holder === lease.holder && origin.lease.until === lease.until) return origin;
  const taken = await store.origins.save({ ...origin, lease });
  return taken.outcome === 'saved' ? taken.row : null;
}

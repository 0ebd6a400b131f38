import { change, stop } from '../../core/change.ts';
import { othersGoFirst } from '../../core/others-go-first.ts';
import {
  ended,
  NO_PROGRESS,
  newRecovery,
  RECOVER_QUEUE,
  secondTime,
  waited,
  wentOn,
  type Progress,
  type Recovery,
} from '../../core/notify/recovery.ts';
import { LATEST } from '../../core/row.ts';
import type { Doorbell, Store, Telemetry } from '../../ports.ts';
import { walk, type WalkDeps, type Walked } from './walk.ts';

export interface RecoverDeps extends WalkDeps {
  store: WalkDeps['store'] & Pick<Store, 'recoveries'>;
  doorbell: Doorbell;
  /** So long before they go out messages are let go: a little longer than from one call to the next. */
  aheadMs: number;
  telemetry: Telemetry;
}

export type AskedRecovery = Pick<Recovery, 'how' | 'by' | 'token' | 'which' | 'perSecond'>;

/** Each lets messages go at a rate of its own; more of them at once are a mistake. */
export const MAX_RUNNING = 20;
/** A recovery whose handling throws is a bug of ours, or the store is in trouble: it waits, and the others go on. */
const BROKEN_WAIT_MS = 60_000;

/** What a recovery would do, and nothing is done. Not `complete`: there was no time to look at all of it. */
export interface Survey {
  complete: boolean;
  progress: Progress;
  reachedAt: number;
}

/** `inTime` is asked before each page. */
export async function survey(deps: WalkDeps, asked: AskedRecovery, inTime: () => boolean): Promise<Survey> {
  let at = { ...newRecovery('', asked, deps.clock()), progress: NO_PROGRESS };
  const windows = new Set<string>();
  while (inTime()) {
    const { due: _, end, ...walked } = await walk(deps, { ...at, windows }, 'count');
    const isDone = end !== 'no' || walked.upTo === at.upTo;
    at = { ...at, ...walked };
    if (isDone) return { complete: true, progress: at.progress, reachedAt: at.which.until };
    await othersGoFirst();
  }
  return { complete: false, progress: at.progress, reachedAt: at.reachedAt };
}

/** Begins a recovery, once for each id. `full`: too many are under way. */
export async function startRecovery(
  { store: { recoveries }, clock, telemetry }: Pick<RecoverDeps, 'store' | 'clock' | 'telemetry'>,
  id: string,
  asked: AskedRecovery,
): Promise<Recovery | 'full'> {
  const running = await recoveries.due(RECOVER_QUEUE, LATEST, MAX_RUNNING);
  if (running.length >= MAX_RUNNING && !running.some(({ key }) => key === id)) return 'full';
  const [stored] = await recoveries.create([newRecovery(id, asked, clock())]);
  if (stored!.outcome === 'created') telemetry.line('info', 'recovery.started', told(stored!.row));
  return stored!.row;
}

/** What was let go already still goes out: a page of events, and what is due within `aheadMs`. */
export async function stopRecovery(
  { store: { recoveries }, clock, telemetry }: Pick<RecoverDeps, 'store' | 'clock' | 'telemetry'>,
  id: string,
  by: string,
): Promise<Recovery | 'over' | 'gave_up' | null> {
  const changed = await change(recoveries, id, (row) =>
    row === null || row.state === 'running' ? row && ended(row, 'stopped', clock()) : stop('over' as const),
  );
  if (changed.outcome === 'stopped') return changed.why;
  if (changed.outcome === 'gave_up') return changed.outcome;
  if (changed.outcome !== 'saved') return null;
  telemetry.line('info', 'recovery.stopped', { ...told(changed.row), stoppedBy: by });
  return changed.row;
}

/**
 * Lets each recovery go on as far as its rate has room, page by page: what a page does stands in the deliveries, how far it
 * came in the recovery's row, in that order. Killed in between, the page is looked at again. Two at once look at the same
 * page, and one of them says so.
 */
export async function advanceRecoveries(
  deps: RecoverDeps,
  keepOn: () => boolean = () => true,
): Promise<number> {
  const { recoveries } = deps.store;
  let pages = 0;
  while (keepOn()) {
    const due = await recoveries.due(RECOVER_QUEUE, deps.clock(), MAX_RUNNING);
    if (due.length === 0) break;
    for (const row of due) {
      if (!keepOn()) break;
      await advanceSafely(deps, row);
      pages += 1;
      await othersGoFirst();
    }
  }
  return pages;
}

async function advanceSafely(deps: RecoverDeps, row: Recovery): Promise<void> {
  try {
    await advance(deps, row);
  } catch (error) {
    deps.telemetry.line('error', 'recovery.broken', {
      recovery: row.key,
      error,
      nextTryInMs: BROKEN_WAIT_MS,
    });
    await deps.store.recoveries.save(waited(row, deps.clock() + BROKEN_WAIT_MS));
  }
}

async function advance(deps: RecoverDeps, row: Recovery): Promise<void> {
  const { due, end, ...walked } = await walk(deps, row, 'do');
  await deps.doorbell.ring(due);
  const now = deps.clock();
  const next = afterwards(deps, row, wentOn(row, walked, deps.aheadMs), end, now);
  const saved = await deps.store.recoveries.save(next);
  if (saved.outcome === 'raced' || next.state === 'running') return;
  deps.telemetry.line(end === 'gone' ? 'warn' : 'info', 'recovery.ended', {
    ...told(next),
    ...next.progress,
    ...(end === 'gone' && { reason: 'subscription_removed' }),
    ms: now - next.createdAt,
  });
}

/** It is done when the last message may have gone out. */
function afterwards(
  { store, aheadMs }: RecoverDeps,
  before: Recovery,
  on: Recovery,
  end: Walked['end'],
  now: number,
): Recovery {
  if (end === 'gone') return ended(on, 'stopped', now);
  if (end === 'reached' && on.pass !== 'good')
    return waited(secondTime(on), Math.max(now, on.slotAt - aheadMs));
  if (end === 'reached') return on.slotAt > now ? waited(on, on.slotAt) : ended(on, 'done', now);
  return on.upTo === before.upTo ? waited(on, before.which.until + store.events.settlesMs) : on;
}

const told = ({ key, how, by, state, which, perSecond }: Recovery): Record<string, unknown> => ({
  recovery: key,
  how,
  askedBy: by,
  state,
  ...which,
  perSecond,
});

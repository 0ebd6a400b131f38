import { change } from '../../core/change.ts';
import { endedEarly, isActive, letGoOf, UNMUTE_QUEUE, type Mute } from '../../core/notify/mute.ts';
import { closingAt } from '../../core/notify/window.ts';
import { pagesOf } from '../../core/pages-of.ts';
import { EXPIRE_QUEUE } from '../../core/row.ts';
import type { Clock, Doorbell, Store } from '../../ports.ts';

export interface UnmuteDeps {
  store: Pick<Store, 'mutes' | 'deliveries'>;
  doorbell: Doorbell;
  clock: Clock;
}

/**
 * Ends a mute before its time. The row says first that it is over; what it holds is let go by `endMutes`, once nobody can be about to add
 * to that any more. Null: there is no such mute. One that is over stays as it is.
 */
export async function unmute(
  { store: { mutes }, clock }: Pick<UnmuteDeps, 'store' | 'clock'>,
  id: string,
  by: string,
): Promise<Mute | 'gave_up' | null> {
  const now = clock();
  const changed = await change(mutes, id, (row) =>
    row && isActive(row, now) ? endedEarly(row, by, now) : row,
  );
  if (changed.outcome === 'gave_up') return 'gave_up';
  return 'row' in changed ? changed.row : null;
}

const PAGE = 200;

/**
 * Closes the windows of mutes that were ended early, and forgets mutes that nobody asks about any more. Part of every tick. Killed in
 * between, the next one does the rest.
 */
export async function endMutes({ store, doorbell, clock }: UnmuteDeps, limit: number): Promise<number> {
  const { mutes, deliveries } = store;
  const now = clock();
  const ended = await mutes.due(UNMUTE_QUEUE, now, limit);
  const over = new Set(ended.map(({ key }) => key));
  if (over.size > 0) {
    const open = pagesOf((query) => deliveries.list({ state: 'gathering', ...query }), PAGE);
    for await (const rows of open) {
      for (const row of rows) {
        if (!over.has(row.window?.mute ?? '') || closingAt(row, now) === row) continue;
        const saved = await deliveries.save(closingAt(row, now));
        // Raced: somebody is about to gather into it, or closes it; the next tick sees which.
        if (saved.outcome === 'raced') over.delete(row.window!.mute!);
        else await doorbell.ring([saved.row]);
      }
    }
    for (const row of ended) if (over.has(row.key)) await mutes.save(letGoOf(row, now));
  }
  const old = await mutes.due(EXPIRE_QUEUE, now, limit);
  for (const row of old) await mutes.remove(row);
  return ended.length + old.length;
}

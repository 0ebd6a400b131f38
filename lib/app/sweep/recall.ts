import { pagesOf } from '../../core/pages-of.ts';
import { deliverQueue, LATEST, CHECK, type Row } from '../../core/row.ts';
import { GROUPS_QUEUE } from '../../core/jobs/group.ts';
import type { Clock, Store, Table, Telemetry } from '../../ports.ts';

export interface RecallDeps {
  store: Pick<Store, 'jobs' | 'origins' | 'deliveries' | 'endpoints' | 'groups'>;
  clock: Clock;
  telemetry: Telemetry;
}

const MAX_QUEUES = 10_000;
const PAGE = 500;

/**
 * After the clock was set back: what waits was put off by the old time, and would wait for as much longer as the clock was set
 * back. `byMs` says by how much where that was seen; null after a start, where only the rows can show it: one that was written at
 * a time that is still to come is due at once. A row that somebody else writes meanwhile has a time of the new clock by that.
 */
export async function recall(deps: RecallDeps, byMs: number | null): Promise<number> {
  const { jobs, deliveries, origins, endpoints, groups } = deps.store;
  const counts = [
    await waiting(deps.clock, jobs, CHECK, byMs, {
      writtenAt: (job) => Math.max(job.createdAt, job.checkedAt ?? 0, job.history.at(-1)?.at ?? 0),
      moved: (job, due) => ({ ...job, nextCheckAt: due.at, due }),
    }),
    await waiting(deps.clock, deliveries, deliverQueue(''), byMs, {
      writtenAt: (row) => Math.max(row.createdAt, row.attempts.at(-1)?.at ?? 0),
      moved: (row, due) => ({ ...row, due }),
    }),
    await waiting(deps.clock, groups, GROUPS_QUEUE, byMs, {
      writtenAt: (row) => Math.max(row.createdAt, row.countedAt, row.joinedAt),
      moved: (row, due) => ({ ...row, nextAt: due.at, due }),
    }),
    await paused(deps.clock, origins, byMs),
    await paused(deps.clock, endpoints, byMs),
  ];
  const recalled = counts.reduce((sum, n) => sum + n, 0);
  if (recalled > 0)
    deps.telemetry.line('warn', 'clock.recalled', { recalled, ...(byMs !== null && { byMs }) });
  return recalled;
}

interface Kind<R extends Row> {
  /** The latest time that is known of its writing. */
  writtenAt: (row: R) => number;
  moved: (row: R, due: NonNullable<R['due']>) => R;
}

async function waiting<R extends Row>(
  clock: Clock,
  table: Table<R>,
  prefix: string,
  byMs: number | null,
  { writtenAt, moved }: Kind<R>,
): Promise<number> {
  let recalled = 0;
  for (const queue of await table.queues(prefix, LATEST, MAX_QUEUES)) {
    const now = clock();
    for (let since = now + 1; ;) {
      const rows = await table.due(queue, LATEST, PAGE, since);
      for (const row of rows) {
        const { at } = row.due!;
        const right = byMs === null ? (writtenAt(row) > now ? now : at) : Math.max(now, at - byMs);
        if (right >= at) continue;
        const saved = await table.save(moved(row, { queue, at: right }));
        if (saved.outcome === 'saved') recalled += 1;
      }
      if (rows.length < PAGE) break;
      since = rows.at(-1)!.due!.at + 1;
    }
  }
  return recalled;
}

/** After a start an origin's row tells by itself: see `timely`. */
async function paused<R extends Row & { pausedUntil: number }>(
  clock: Clock,
  table: Table<R>,
  byMs: number | null,
): Promise<number> {
  if (byMs === null) return 0;
  let recalled = 0;
  for await (const rows of pagesOf((page) => table.list(page), PAGE)) {
    for (const row of rows.filter(({ pausedUntil }) => pausedUntil > clock())) {
      const saved = await table.save({ ...row, pausedUntil: row.pausedUntil - byMs });
      if (saved.outcome === 'saved') recalled += 1;
    }
  }
  return recalled;
}

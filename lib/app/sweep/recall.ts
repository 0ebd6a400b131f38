import type { Job } from '../../core/jobs/job.ts';
import { LATEST, LOOK } from '../../core/row.ts';
import type { Clock, Store, Telemetry } from '../../ports.ts';

export interface RecallDeps {
  store: Pick<Store, 'jobs' | 'origins'>;
  clock: Clock;
  telemetry: Telemetry;
}

const MAX_QUEUES = 10_000;
const PAGE = 500;

/**
 * After the clock was set back: what waits was put off by the old time, and would wait for as much longer as the clock was set
 * back. `byMs` says by how much where it was seen; null where only the rows can tell, after a start. A row that was written
 * at a time that is still to come is due at once. What is lost to another write meanwhile has a new time by that.
 */
export async function recall(deps: RecallDeps, byMs: number | null): Promise<number> {
  const recalled = (await jobs(deps, byMs)) + (await origins(deps, byMs));
  if (recalled > 0)
    deps.telemetry.line('warn', 'looks.recalled', { recalled, ...(byMs !== null && { byMs }) });
  return recalled;
}

async function jobs({ store, clock }: RecallDeps, byMs: number | null): Promise<number> {
  let recalled = 0;
  for (const queue of await store.jobs.queues(LOOK, LATEST, MAX_QUEUES)) {
    const now = clock();
    let since = now + 1;
    for (;;) {
      const rows = await store.jobs.due(queue, LATEST, PAGE, since);
      for (const row of rows) {
        const wanted = byMs === null ? (isAhead(row, now) ? now : row.due!.at) : row.due!.at - byMs;
        const at = Math.max(now, wanted);
        if (at >= row.due!.at) continue;
        const saved = await store.jobs.save({ ...row, nextLookAt: at, due: { queue, at } });
        if (saved.outcome === 'saved') recalled += 1;
      }
      if (rows.length < PAGE) break;
      since = rows.at(-1)!.due!.at + 1;
    }
  }
  return recalled;
}

const isAhead = (job: Job, now: number): boolean =>
  Math.max(job.createdAt, job.lookedAt ?? 0, job.history.at(-1)?.at ?? 0) > now;

async function origins({ store, clock }: RecallDeps, byMs: number | null): Promise<number> {
  // After a start the row itself tells: see `timely`.
  if (byMs === null) return 0;
  let recalled = 0;
  const { rows } = await store.origins.list({ limit: MAX_QUEUES });
  for (const row of rows.filter(({ pausedUntil }) => pausedUntil > clock())) {
    const saved = await store.origins.save({ ...row, pausedUntil: row.pausedUntil - byMs });
    if (saved.outcome === 'saved') recalled += 1;
  }
  return recalled;
}

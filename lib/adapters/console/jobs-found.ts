import { seesProject, type Token } from '../../core/access/token.ts';
import { ORIGIN_NAME, type Job } from '../../core/jobs/job.ts';
import type { ApiDeps } from '../api/deps.ts';
import { fits, isNarrow, type Filter } from './filter.ts';

/** On one page; of what has to be looked for, up to twice as many. */
const SHOWN = 50;
/** Rows that are read for one page: the link leads further. */
export const LOOKED_AT = 2_000;

export interface Found {
  rows: Job[];
  next: string | null;
  /** Rows were left that nobody has looked at, before the page was full. */
  cut: boolean;
}

/** The newest first. A store finds state and origin by itself; for the rest rows are looked at, a bounded number of them. */
export async function jobsFound(
  { store }: Pick<ApiDeps, 'store'>,
  token: Token,
  filter: Filter,
  cursor: string | null,
): Promise<Found> {
  const { state, origin } = filter;
  if (origin !== null && !ORIGIN_NAME.test(origin)) return { rows: [], next: null, cut: false };
  const query = {
    limit: SHOWN,
    ...(state !== 'any' && { state: state === 'overdue' ? ('outstanding' as const) : state }),
    ...(origin !== null && { prefix: `${origin}/` }),
    ...(token.projects && { only: (row: Job) => seesProject(token, row.projectId) }),
  };
  const rows: Job[] = [];
  let after = cursor;
  for (let looked = 0; looked < LOOKED_AT; looked += SHOWN) {
    const page = await store.jobs.list({ ...query, ...(after !== null && { after }) });
    rows.push(...(isNarrow(filter) ? page.rows.filter((row) => isMeant(filter, row)) : page.rows));
    after = page.next;
    if (after === null || rows.length >= SHOWN) return { rows, next: after, cut: false };
    // The newest come first: those behind are older still.
    if (filter.since !== null && page.rows.at(-1)!.createdAt < filter.since)
      return { rows, next: null, cut: false };
  }
  return { rows, next: after, cut: true };
}

const isMeant = (filter: Filter, row: Job): boolean =>
  (filter.state !== 'overdue' || row.emitted.includes('job.overdue')) && fits(filter, filteredOf(row));

const filteredOf = ({ origin, jobId, name, labels, group, createdAt }: Job) => ({
  origin,
  jobId,
  name,
  labels,
  group: group?.name ?? null,
  at: createdAt,
});

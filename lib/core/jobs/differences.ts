import type { Job } from './job.ts';

/** What was given when a tracked job was handed in again, and stays as it was. */
export interface Difference {
  field: 'name' | 'labels' | 'deadlineAt' | 'correlationId' | 'group';
  /** For people; null: it has none. */
  stays: string | null;
}

/** A deadline of `2h` said twice is two moments; what is nearer than this is the same command again. */
const SAME_DEADLINE_MS = 60_000;

/** In which of its words `given`, with the name of the `group` it was given, differs from `row`. What it does not say differs from nothing. */
export function differences(given: Job, row: Job, group?: string): Difference[] {
  const found: (Difference & { differs: boolean })[] = [
    { field: 'name', differs: given.name !== null && given.name !== row.name, stays: row.name },
    {
      field: 'labels',
      differs: Object.keys(given.labels).length > 0 && shown(given.labels) !== shown(row.labels),
      stays: shown(row.labels) || null,
    },
    {
      field: 'deadlineAt',
      differs: given.deadlineAt !== null && !isNear(given.deadlineAt, row.deadlineAt),
      stays: row.deadlineAt === null ? null : new Date(row.deadlineAt).toISOString(),
    },
    {
      field: 'correlationId',
      differs: given.correlationId !== null && given.correlationId !== row.correlationId,
      stays: row.correlationId,
    },
    {
      field: 'group',
      differs: group !== undefined && group !== row.group?.name,
      stays: row.group?.name ?? null,
    },
  ];
  return found.flatMap(({ differs, ...difference }) => (differs ? [difference] : []));
}

const isNear = (a: number, b: number | null): boolean => b !== null && Math.abs(a - b) <= SAME_DEADLINE_MS;

const shown = (labels: Record<string, string>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join(', ');

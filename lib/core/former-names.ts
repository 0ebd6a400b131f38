import { isRecord } from './is-record.ts';

/** What fields of configurations are called that had another name before. */
export const FORMER_KEYS: Readonly<Record<string, string>> = {
  first_look: 'first_check',
  look_every: 'check_every',
  look_every_unpaid: 'check_every_unpaid',
  not_found_unwitnessed: 'not_found_unconfirmed',
};

/**
 * What fields of stored rows are called that had another name before. Rows of SQLite are rewritten once by a step of its
 * migration, which is made from this list: it is never changed. Rows of DynamoDB and of an older export are read with the
 * present names, and DynamoDB stores them with the next write of the row.
 */
export const FORMER_FIELDS = {
  jobs: {
    lookedAt: 'checkedAt',
    nextLookAt: 'nextCheckAt',
    unpublished: 'outbox',
    announced: 'emitted',
  },
  origins: { unpublished: 'outbox', said: 'emitted', witnessAt: 'routeConfirmedAt' },
  endpoints: { unpublished: 'outbox' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A reason in the history of a job, before and now. */
export const FORMER_REASON = { before: 'not_asked', now: 'not_checked' };

/** The fields of a stored row under their present names. The same object where it has no former one. */
export function withPresentNames<T extends object>(table: string, row: T): T {
  const names: Readonly<Record<string, string>> = FORMER_FIELDS[table as keyof typeof FORMER_FIELDS] ?? {};
  const isFormer = (field: string): boolean => Object.hasOwn(names, field);
  if (!Object.keys(row).some(isFormer)) return row;
  const renamed = Object.entries(row).map(([field, value]: [string, unknown]) => [
    isFormer(field) ? names[field]! : field,
    table === 'jobs' && field === 'history' ? historyOf(value) : value,
  ]);
  return Object.fromEntries(renamed) as T;
}

const historyOf = (history: unknown): unknown =>
  Array.isArray(history)
    ? history.map((one: unknown) =>
        isRecord(one) && one['reason'] === FORMER_REASON.before ? { ...one, reason: FORMER_REASON.now } : one,
      )
    : history;

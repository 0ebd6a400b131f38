import type { Job } from '../../lib/core/jobs/job.ts';
import type { Row } from '../../lib/core/row.ts';
import type { Delivery } from '../../lib/core/notify/delivery.ts';
import type { Parts } from '../../lib/wire/local/parts.ts';
import type { Channel, Store, Table } from '../../lib/ports.ts';

/** Every named place between two effects at which the process is killed. What comes before the stroke has happened. */
export const GAPS = [
  'looked/unsettled',
  'ended/unrung',
  'settled/outbox',
  'routed/unacknowledged',
  'published/unmarked',
  'marked/undelivered',
  'claimed/unsent',
  'sent/unrecorded',
  'recorded/next',
] as const;
export type Gap = (typeof GAPS)[number];

/** Between the steps in which an end is written where it cannot be written at once. */
const OF_STEPS: ReadonlySet<Gap> = new Set([
  'settled/outbox',
  'routed/unacknowledged',
  'published/unmarked',
  'marked/undelivered',
]);

/** The service's own parts; only that `pass` is called in every gap. */
export function withGaps(parts: Parts, pass: (gap: Gap) => void, gap: Gap): Parts {
  const { jobs, deliveries, together, ...others } = parts.store;
  const atOnce: NonNullable<Store['together']> = async (change) => {
    const saved = await together!(change);
    pass('ended/unrung');
    return saved;
  };
  const channel = (inner: Channel): Channel => ({
    async send(message) {
      const receipt = await inner.send(message);
      pass('sent/unrecorded');
      return receipt;
    },
  });
  return {
    ...parts,
    channels: Object.fromEntries(
      Object.entries(parts.channels).map(([name, inner]) => [name, channel(inner)]),
    ),
    clouds: {
      ...parts.clouds,
      async check(job) {
        const seen = await parts.clouds.check(job);
        pass('looked/unsettled');
        return seen;
      },
    },
    store: {
      ...others,
      // Where an end is one write, there is no place to die between its steps.
      ...(!OF_STEPS.has(gap) && { together: atOnce }),
      jobs: saving(jobs, {
        before: (row: Job) => (isMarking(row) ? 'published/unmarked' : null),
        after: (row: Job) =>
          row.outbox.length > 0 ? 'settled/outbox' : isMarking(row) ? 'marked/undelivered' : null,
      }),
      deliveries: {
        ...saving(deliveries, {
          before: () => null,
          after: (row: Delivery) =>
            ({ sending: 'claimed/unsent', delivered: 'recorded/next' } as const)[row.state as string] ?? null,
        }),
        async create(rows) {
          const created = await deliveries.create(rows);
          if (rows.length > 0) pass('routed/unacknowledged');
          return created;
        },
      },
    },
  };

  function saving<R extends Row>(
    table: Table<R>,
    gap: { before: (row: R) => Gap | null; after: (row: R) => Gap | null },
  ): Table<R> {
    return {
      ...table,
      async save(row) {
        const [before, after] = [gap.before(row), gap.after(row)];
        if (before) pass(before);
        const saved = await table.save(row);
        if (after) pass(after);
        return saved;
      },
    };
  }
}

/** An ended job is written with an empty outbox only to mark that its events are published. */
const isMarking = (row: Job): boolean => row.state !== 'outstanding' && row.outbox.length === 0;

import type { Store } from '../../lib/ports.ts';

/**
 * Rule 2 broken on purpose: the change is written first and its outbox in a second write. Nothing is different
 * while the process lives; what dies between the two writes is never published.
 */
export const brokenStore = (store: Store): Store => ({
  ...store,
  jobs: {
    ...store.jobs,
    async save(row) {
      if (row.outbox.length === 0) return store.jobs.save(row);
      const saved = await store.jobs.save({ ...row, outbox: [], due: null });
      if (saved.outcome === 'raced') return saved;
      return { outcome: 'saved', row: { ...row, version: saved.row.version } };
    },
  },
});

import type { Mutation } from './mutation.ts';

const PURGE = 'lib/app/upkeep/purge.ts';
const BY_PURGE = ['tests/app/upkeep/purge.test.ts'];
const EXPIRE = 'lib/app/upkeep/expire.ts';

/** Only what ended long ago is forgotten. */
export const UPKEEP: readonly Mutation[] = [
  {
    name: 'purge-young-jobs',
    rule: 'A job is kept for as long as was agreed, counted from its end.',
    file: PURGE,
    find: ' || job.detectedAt >= end',
    put: '',
    tests: BY_PURGE,
  },
  {
    name: 'purge-watched-jobs',
    rule: 'A job that is still looked for is kept.',
    file: PURGE,
    find: 'if (job.due !== null) return false;',
    put: '',
    tests: BY_PURGE,
  },
  {
    name: 'purge-with-news',
    rule: 'A job with an outbox is kept.',
    file: PURGE,
    find: 'job.outbox.length > 0 || job.detectedAt',
    put: 'job.detectedAt',
    tests: BY_PURGE,
  },
  {
    name: 'purge-before-its-deliveries',
    rule: 'A job stays while something of it is on its way.',
    file: PURGE,
    find: 'return (await Promise.all(ids.map((id) => hasNoDeliveries(store, id)))).every(Boolean);',
    put: 'return ids.length >= 0;',
    tests: BY_PURGE,
  },
  {
    name: 'purge-young-deliveries',
    rule: 'A delivery is kept for as long as was agreed, counted from its last attempt.',
    file: PURGE,
    find: 'lastTouched(row) >= end',
    put: 'row.createdAt >= end',
    tests: BY_PURGE,
  },
  {
    name: 'purge-unsubscribed',
    rule: 'That somebody unsubscribed is remembered for ever.',
    file: PURGE,
    find: ' || isUnsubscribed(row)',
    put: '',
    tests: BY_PURGE,
  },
  {
    name: 'purge-disabled',
    rule: 'That a target is disabled is known as long as somebody subscribes it.',
    file: PURGE,
    find: "if (row.state === 'disabled' && subscribed.has(row.key)) return false;",
    put: '',
    tests: BY_PURGE,
  },
  {
    name: 'expire-what-is-young',
    rule: 'What is held is kept for as long as was agreed.',
    file: EXPIRE,
    find: 'const end = clock() - retention;',
    put: 'const end = clock();',
    tests: ['tests/app/upkeep/expire.test.ts'],
  },
  {
    name: 'expire-what-was-confirmed',
    rule: 'A subscription that was confirmed meanwhile stays.',
    file: EXPIRE,
    find: "if ((await subscriptions.remove(row)) === 'raced') continue;",
    put: 'await subscriptions.remove(row);',
    tests: ['tests/app/upkeep/expire.test.ts'],
  },
];

import type { Mutation } from './mutation.ts';

const PUBLISHING = 'lib/app/sweep/publish.ts';
const EVENTBRIDGE = 'lib/adapters/bus/eventbridge.ts';
const BY_SWEEP = ['tests/app/sweep/sweep.test.ts', 'tests/crash.test.ts'];
const BY_EVENTBRIDGE = ['tests/adapters/bus/eventbridge.test.ts'];

/** An event leaves the outbox of its row when the bus owns it, and not before. */
export const PUBLISH: readonly Mutation[] = [
  {
    name: 'publish-clears-what-is-refused',
    rule: 'What the bus refused stays in its row.',
    file: PUBLISHING,
    find: "filter((_, i) => acks[i]?.outcome === 'accepted')",
    put: 'filter((_, i) => acks[i] !== undefined)',
    tests: BY_SWEEP,
  },
  {
    name: 'publish-refused-stays-in-place',
    rule: 'What the bus refused waits among the rows to publish.',
    file: PUBLISHING,
    find: 'isLeft ? { ...next, due: dueToPublish(deps.clock() + REFUSED_WAIT_MS) } : next',
    put: 'next',
    tests: BY_SWEEP,
  },
  {
    name: 'publish-end-without-its-save',
    rule: 'An end that loses its race is published by nobody.',
    file: 'lib/adapters/store/sqlite/together.ts',
    find: "if (saved.outcome === 'raced') return saved;",
    put: '',
    tests: ['tests/adapters/store/sqlite/contract.test.ts'],
  },
  {
    name: 'publish-end-in-parts',
    rule: 'An end is in the file with its event and deliveries, or not at all.',
    file: 'lib/adapters/store/sqlite/together.ts',
    find: 'creatingEvents();',
    put: 'void writer.write(1, creatingEvents);',
    tests: ['tests/adapters/store/sqlite/contract.test.ts'],
  },
  {
    name: 'publish-forgets',
    rule: 'What was published leaves its row.',
    file: PUBLISHING,
    find: 'const next = taken.length > 0 ? outbox.acknowledged(row, taken) : row;',
    put: 'const next = row;',
    tests: BY_SWEEP,
  },
  {
    name: 'publish-no-origins',
    rule: 'Events of origins that a dead process left are published too.',
    file: PUBLISHING,
    find: 'publishTable(deps, origins, limit),',
    put: '',
    tests: BY_SWEEP,
  },
  {
    name: 'publish-no-endpoints',
    rule: 'Events of endpoints that a dead process left are published too.',
    file: PUBLISHING,
    find: 'publishTable(deps, endpoints, limit),',
    put: '',
    tests: BY_SWEEP,
  },
  {
    name: 'publish-local-bus-lies',
    rule: 'The bus of one machine owns an event when its deliveries are stored.',
    file: 'lib/adapters/bus/local.ts',
    find: "events.map(() => ({ outcome: 'refused', detail }))",
    put: "events.map(() => ({ outcome: detail ? 'accepted' : 'accepted' }))",
    tests: ['tests/adapters/bus/local.test.ts'],
  },
  {
    name: 'publish-entry-without-id',
    rule: 'EventBridge has an entry only if it answers with an id.',
    file: EVENTBRIDGE,
    find: 'if (entry?.EventId) return',
    put: 'if (entry) return',
    tests: BY_EVENTBRIDGE,
  },
  {
    name: 'publish-sends-all-again',
    rule: 'Exactly the entries that failed are sent again.',
    file: EVENTBRIDGE,
    find: "rest = rest.filter((_, i) => acks[i]!.outcome !== 'accepted');",
    put: '',
    tests: BY_EVENTBRIDGE,
  },
  {
    name: 'publish-too-much-at-once',
    rule: 'One call has no more than its bytes.',
    file: EVENTBRIDGE,
    find: 'bytes + size >= MAX_BYTES || ',
    put: 'bytes === Infinity || ',
    tests: BY_EVENTBRIDGE,
  },
  {
    name: 'batch-fails-silently',
    rule: 'A message of a queue that failed comes back, alone.',
    file: 'lib/wire/aws/middleware/batch.ts',
    find: 'failed.map(({ messageId }) => ({ itemIdentifier: messageId }))',
    put: 'failed.slice(failed.length).map(({ messageId }) => ({ itemIdentifier: messageId }))',
    tests: ['tests/wire/aws/batch.test.ts'],
  },
  {
    name: 'batch-goes-on-when-told-to-end',
    rule: 'A batch that is told to end begins no further message.',
    file: 'lib/wire/aws/middleware/batch.ts',
    find: 'signal.aborted || ',
    put: '',
    tests: ['tests/wire/aws/ending-early.test.ts'],
  },
  {
    name: 'batch-beyond-its-time',
    rule: 'What there is no time for is left to another invocation.',
    file: 'lib/wire/aws/middleware/batch.ts',
    find: 'remaining() < reserveMs',
    put: 'remaining() < 0',
    tests: ['tests/wire/aws/batch.test.ts'],
  },
];

import type { Mutation } from './mutation.ts';

const SQL = 'lib/adapters/store/sqlite/sql.ts';
const SQLITE = 'lib/adapters/store/sqlite/table.ts';
const WRITER = 'lib/adapters/store/sqlite/writer.ts';
const DYNAMODB = 'lib/adapters/store/dynamodb/table.ts';
const OF_SQLITE = ['tests/adapters/store/sqlite/contract.test.ts'];
const OF_WRITER = [
  'tests/adapters/store/sqlite/writer.test.ts',
  'tests/adapters/store/sqlite/trouble.test.ts',
];
const OF_DYNAMODB = [
  'tests/adapters/store/dynamodb/contract.test.ts',
  'tests/adapters/store/dynamodb/trouble.test.ts',
];

/** Every write is conditional, and what is acknowledged is on disk. */
export const STORE: readonly Mutation[] = [
  {
    name: 'sqlite-save-any-version',
    rule: 'Only the version that was read is changed.',
    file: SQL,
    find: `SET version = version + 1, state = :state, due_queue = :due_queue, due_at = :due_at, body = :body
    WHERE key = :key AND version = :version AND`,
    put: `SET version = version + 1, state = :state, due_queue = :due_queue, due_at = :due_at, body = :body
    WHERE key = :key AND :version > 0 AND`,
    tests: OF_SQLITE,
  },
  {
    name: 'sqlite-save-any-generation',
    rule: 'A row that was removed and created anew is another one.',
    file: SQL,
    find: 'AND version = :version AND created_at = :created_at AND state = :state`',
    put: 'AND version = :version AND :created_at > 0 AND state = :state`',
    tests: OF_SQLITE,
  },
  {
    name: 'sqlite-remove-any-version',
    rule: 'Only the version that was read is removed.',
    file: SQL,
    find: 'DELETE FROM ${table} WHERE key = :key AND version = :version',
    put: 'DELETE FROM ${table} WHERE key = :key AND :version > 0',
    tests: OF_SQLITE,
  },
  {
    name: 'sqlite-create-overwrites',
    rule: 'What is there is not created anew.',
    file: SQL,
    find: 'ON CONFLICT (key) DO NOTHING',
    put: 'ON CONFLICT (key) DO UPDATE SET body = excluded.body',
    tests: OF_SQLITE,
  },
  {
    name: 'sqlite-create-in-part',
    rule: 'The rows of one call are created all or none.',
    file: SQLITE,
    find: 'if (db.isTransaction) undo.run();',
    put: '',
    tests: OF_WRITER,
  },
  {
    name: 'dynamodb-save-any-version',
    rule: 'Only the version that was read is changed.',
    file: DYNAMODB,
    find: "'#version = :version AND #created = :created'",
    put: "'#version >= :version AND #created = :created'",
    tests: OF_DYNAMODB,
  },
  {
    name: 'dynamodb-save-any-generation',
    rule: 'A row that was removed and created anew is another one.',
    file: DYNAMODB,
    find: "'#version = :version AND #created = :created'",
    put: "'#version = :version AND #created >= :created'",
    tests: OF_DYNAMODB,
  },
  {
    name: 'dynamodb-create-overwrites',
    rule: 'What is there is not created anew.',
    file: DYNAMODB,
    find: "'attribute_not_exists(#pk) OR #write = :write'",
    put: "'attribute_not_exists(#pk) OR #write <> :write'",
    tests: OF_DYNAMODB,
  },
  {
    name: 'dynamodb-create-loses-to-itself',
    rule: 'A write whose answer was lost finds itself and is no conflict.',
    file: DYNAMODB,
    find: "'attribute_not_exists(#pk) OR #write = :write'",
    put: "'attribute_not_exists(#pk) AND #write <> :write'",
    tests: OF_DYNAMODB,
  },
  {
    name: 'dynamodb-save-loses-to-itself',
    rule: 'A change whose answer was lost finds itself and is no lost race.',
    file: DYNAMODB,
    find: '`(${UNCHANGED}) OR #write = :write`',
    put: '`(${UNCHANGED}) AND #write <> :write`',
    tests: OF_DYNAMODB,
  },
  {
    name: 'dynamodb-index-is-believed',
    rule: 'The index is a hint: a row that does not wait there any more is left out.',
    file: 'lib/adapters/store/dynamodb/due.ts',
    find: 'row?.due?.queue === queue && row.due.at === at ? [row] : []',
    put: 'row ? [row] : []',
    tests: ['tests/adapters/store/dynamodb/trouble.test.ts'],
  },
  {
    name: 'dynamodb-queue-is-unknown',
    rule: 'A queue is known before a row waits in it.',
    file: DYNAMODB,
    find: 'if (due && !isFeed(due.queue)) await register?.enter(due.queue);',
    put: 'if (due) void register?.enter(due.queue).catch(() => {});',
    tests: ['tests/adapters/store/dynamodb/trouble.test.ts'],
  },
  {
    name: 'dynamodb-expires-with-news',
    rule: 'A row that has ended stays for as long as something of it is due.',
    file: 'lib/adapters/store/dynamodb/index.ts',
    find: 'due === null && ENDED',
    put: 'ENDED',
    tests: ['tests/adapters/store/dynamodb/items.test.ts'],
  },
  {
    name: 'dynamodb-reads-what-was',
    rule: 'A row is read as it is now.',
    file: 'lib/adapters/store/dynamodb/reader.ts',
    find: 'Key: keyOf(name, key), ConsistentRead: true',
    put: 'Key: keyOf(name, key), ConsistentRead: false',
    tests: ['tests/adapters/store/dynamodb/trouble.test.ts'],
  },
  {
    name: 'commit-after-answer',
    rule: 'A write is answered once it is on disk.',
    file: WRITER,
    find: `commit.run();
      committed();`,
    put: '',
    tests: OF_WRITER,
  },
  {
    name: 'commit-answered-before-trouble',
    rule: 'Who waits for a commit that fails is told so.',
    file: WRITER,
    find: `commit.run();
      committed();
      batch.forEach((write, i) => resolve(write, answers[i]!));`,
    put: `batch.forEach((write, i) => resolve(write, answers[i]!));
      commit.run();
      committed();`,
    tests: OF_WRITER,
  },
  {
    name: 'commit-one-fails-all-fail',
    rule: 'A write that fails alone does not concern its neighbours.',
    file: WRITER,
    find: 'if (!db.isTransaction) throw error;',
    put: 'throw error;',
    tests: OF_WRITER,
  },
  {
    name: 'commit-forgotten-at-close',
    rule: 'What waits when the store is closed is written.',
    file: WRITER,
    find: 'while (waiting.length > 0) flush();',
    put: '',
    tests: OF_WRITER,
  },
  {
    name: 'cursor-begins-anew',
    rule: 'A page goes on behind the former one.',
    file: 'lib/adapters/store/cursor.ts',
    find: 'isBehind(former, first) ? former : first',
    put: 'first',
    tests: OF_SQLITE,
  },
  {
    name: 'cursor-end-is-unknown',
    rule: 'The last page says that it is the last.',
    file: 'lib/adapters/store/sqlite/listing.ts',
    find: 'found.length > limit ? formatCursor(last) : null',
    put: 'found.length > 0 ? formatCursor(last) : null',
    tests: OF_SQLITE,
  },
  {
    name: 'cursor-of-one-moment',
    rule: 'Rows of one moment are told apart by their keys.',
    file: 'lib/adapters/store/cursor.ts',
    find: 'cursor.createdAt === former.createdAt && cursor.key < former.key',
    put: 'cursor.createdAt === former.createdAt && cursor.key === former.key',
    tests: OF_DYNAMODB,
  },
  {
    name: 'change-gives-up-silently',
    rule: 'Whoever loses every race says so.',
    file: 'lib/core/change.ts',
    find: "return { outcome: 'gave_up' };",
    put: "return { outcome: 'unchanged', row };",
    tests: ['tests/core/change.test.ts', 'tests/adapters/api/contention.test.ts'],
  },
  {
    name: 'change-of-what-was-read-before',
    rule: 'Whoever lost a race begins with the row as it is now.',
    file: 'lib/core/change.ts',
    find: 'if (lost > 0) row = await table.get(key);',
    put: '',
    tests: ['tests/core/change.test.ts'],
  },
  {
    name: 'pool-of-any-width',
    rule: 'No more is under way at once than there may be.',
    file: 'lib/core/pool.ts',
    find: 'Math.min(concurrency, items.length)',
    put: 'items.length',
    tests: ['tests/core/pool.test.ts'],
  },
];

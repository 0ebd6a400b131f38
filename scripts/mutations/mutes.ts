import type { Mutation } from './mutation.ts';

const MUTE = 'lib/core/notify/mute.ts';
const BY_MUTES = ['tests/core/notify/mute.test.ts', 'tests/app/deliver/mutes.test.ts'];
const SHARDS = 'lib/core/jobs/shards.ts';
const BY_SHARDS = ['tests/core/jobs/shards.test.ts', 'tests/app/sweep/shards.test.ts'];

/** What is muted waits, and is told when the mute is over; origins are divided among workers. */
export const MUTES: readonly Mutation[] = [
  {
    name: 'mute-for-ever',
    rule: 'A mute ends at its time.',
    file: MUTE,
    find: "state === 'active' && now < until",
    put: "state === 'active'",
    tests: BY_MUTES,
  },
  {
    name: 'mute-shortest',
    rule: 'The mute that lasts longest counts.',
    file: MUTE,
    find: 'b.row.until - a.row.until',
    put: 'a.row.until - b.row.until',
    tests: BY_MUTES,
  },
  {
    name: 'mute-holds-failures',
    rule: 'Failures go out at once where the mute says so.',
    file: MUTE,
    find: '!(row.failuresAtOnce && isFailure) && ',
    put: '',
    tests: BY_MUTES,
  },
  {
    name: 'mute-of-all-subscriptions',
    rule: 'A mute of one subscription leaves the others alone.',
    file: MUTE,
    find: 'compiled.ok && name.test(id) &&',
    put: 'compiled.ok &&',
    tests: BY_MUTES,
  },
  {
    name: 'mute-ends-under-gathering',
    rule: 'What an ended mute holds is let go once nobody can be about to add to that.',
    file: MUTE,
    find: 'now + 2 * MUTES_KNOWN_MS',
    put: 'now',
    tests: BY_MUTES,
  },
  {
    name: 'shards-part-an-account',
    rule: 'Origins of one account stay together.',
    file: SHARDS,
    find: '({ account }) => account)',
    put: '({ origin }) => origin)',
    tests: BY_SHARDS,
  },
  {
    name: 'shards-overfull',
    rule: 'No worker gets more than it has room for.',
    file: SHARDS,
    find: 'left >= perSecond',
    put: 'true',
    tests: BY_SHARDS,
  },
  {
    name: 'shards-forget-the-quota',
    rule: 'An account asks for no more than its quota.',
    file: SHARDS,
    find: 'Math.min(Math.max(...all.map(({ rate }) => rate)), sum(all.map(({ perSecond }) => perSecond)))',
    put: 'sum(all.map(({ perSecond }) => perSecond))',
    tests: BY_SHARDS,
  },
];

import type { Mutation } from './mutation.ts';

const CHOOSE = 'lib/core/jobs/choose.ts';
const LEARNT = 'lib/core/jobs/learnt.ts';
const LEARNING = 'lib/app/sweep/learning.ts';
const BY_CORE = ['tests/core/jobs/choose.test.ts', 'tests/core/jobs/learnt.test.ts'];
const BY_APP = ['tests/app/sweep/learning.test.ts'];

/** When to check, as far as that is learnt from the jobs before. */
export const LEARNING_RULES: readonly Mutation[] = [
  {
    name: 'choose-first-come',
    rule: 'A budget that does not suffice is spent where an end is likely.',
    file: CHOOSE,
    find: '(a.worth === b.worth ? 0 : b.worth - a.worth)',
    put: '(a.worth === b.worth ? 0 : 0)',
    tests: BY_CORE,
  },
  {
    name: 'choose-without-need',
    rule: 'Where the pace does not suffice for all, it is rationed.',
    file: CHOOSE,
    find: 'const binds = asks.length > allowed;',
    put: 'const binds = asks.length > allowed * 1e9;',
    tests: BY_CORE,
  },
  {
    name: 'choose-starves',
    rule: 'Nobody is passed over for longer than the longest gap.',
    file: CHOOSE,
    find: 'if (waited >= policy.checkGapMax) return',
    put: 'if (waited >= policy.checkGapMax * 1e9) return',
    tests: BY_CORE,
  },
  {
    name: 'choose-without-clock',
    rule: 'A deadline that has passed is told in time, however scarce calls are.',
    file: CHOOSE,
    find: "if (now >= deadlineOf(job, policy, learnt) && !job.emitted.includes('job.overdue'))",
    put: 'if (now < 0)',
    tests: BY_CORE,
  },
  {
    name: 'learnt-from-unpaid',
    rule: 'Waiting for payment is not how long jobs take.',
    file: LEARNT,
    find: 'tookMs: before.unpaidAt === undefined ? tookMs : null,',
    put: 'tookMs,',
    tests: BY_CORE,
  },
  {
    name: 'learnt-for-ever',
    rule: 'What is old is forgotten.',
    file: LEARNT,
    find: 'room < 1 ? faded(old, room) : old',
    put: 'room < 0 ? faded(old, room) : old',
    tests: BY_CORE,
  },
  {
    name: 'learnt-from-few',
    rule: 'Too few jobs say nothing of what is usual.',
    file: LEARNT,
    find: 'export const ENOUGH = 20;',
    put: 'export const ENOUGH = 1;',
    tests: BY_CORE,
  },
  {
    name: 'list-settles-half-told',
    rule: 'A list ends no job of which it leaves something out.',
    file: 'lib/adapters/clouds/parse.ts',
    find: '(at(entry, dialect.subJobs) === undefined || !isSound().it)',
    put: '!isSound().it',
    tests: ['tests/adapters/clouds/list.test.ts'],
  },
  {
    name: 'list-again-at-once',
    rule: 'A list that is of no use is left alone for a while.',
    file: 'lib/adapters/clouds/client.ts',
    find: 'resting.set(name, clock() + LIST_RESTS_MS);',
    put: 'resting.set(name, clock());',
    tests: ['tests/adapters/clouds/list.test.ts'],
  },
  {
    name: 'learning-loses-a-race',
    rule: 'What could not be stored is stored later.',
    file: LEARNING,
    find: 'if (!isStored) pending.set(key, again(one, pending.get(key)));',
    put: '',
    tests: BY_APP,
  },
  {
    name: 'learning-writes-each-job',
    rule: 'What was learnt is not written for each job.',
    file: LEARNING,
    find: 'if (!all && !isOld && !isWorthAWrite(known, one.lesson)) continue;',
    put: '',
    tests: BY_APP,
  },
  {
    name: 'learning-any-number-of-types',
    rule: 'A service that names each job differently does not fill the table.',
    file: LEARNING,
    find: "isBeyond ? { ...one, jobType: '' } : one",
    put: 'one',
    tests: BY_APP,
  },
];

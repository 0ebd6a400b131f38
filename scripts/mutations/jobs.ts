import type { Mutation } from './mutation.ts';

const TRANSITION = 'lib/core/jobs/transition.ts';
const DUE = 'lib/core/jobs/due.ts';
const LOST = 'lib/core/jobs/lost.ts';
const BY_DECIDE = ['tests/core/jobs/transition.test.ts', 'tests/core/jobs/properties.test.ts'];

/** What follows from one check. */
export const JOBS: readonly Mutation[] = [
  {
    name: 'decide-settles-again',
    rule: 'A job that has ended stays as it ended.',
    file: TRANSITION,
    find: 'if (!isWatched(job)) return { job, news: [], reason: seen.kind };',
    put: '',
    tests: BY_DECIDE,
  },
  {
    name: 'decide-trouble-ends-job',
    rule: 'A failed question is not a failed job.',
    file: TRANSITION,
    find: `default:
      return inTrouble`,
    put: `default:
      return now > 0 ? settle({ ...job, state: 'failed' }, seen.kind, now) : inTrouble`,
    tests: BY_DECIDE,
  },
  {
    name: 'decide-announces-twice',
    rule: 'A kind is announced once in the life of a row.',
    file: TRANSITION,
    find: 'if (job.announced.includes(kind)) return decision;',
    put: '',
    tests: BY_DECIDE,
  },
  {
    name: 'decide-without-sequence',
    rule: 'The events of a job are numbered.',
    file: TRANSITION,
    find: 'sequence: announced.length',
    put: 'sequence: 1',
    tests: BY_DECIDE,
  },
  {
    name: 'decide-news-leaves-queue',
    rule: 'A row that has news keeps its place among what is due.',
    file: TRANSITION,
    find: 'return next.unpublished.length > 0 ? next : {',
    put: 'return {',
    tests: BY_DECIDE,
  },
  {
    name: 'decide-clears-all-news',
    rule: 'An acknowledgement clears exactly what was acknowledged.',
    file: TRANSITION,
    find: 'job.unpublished.filter((news) => !kinds.includes(news.kind))',
    put: 'job.unpublished.filter(() => kinds.length === 0)',
    tests: BY_DECIDE,
  },
  {
    name: 'decide-gives-up-what-runs',
    rule: 'What is said to run is not given up.',
    file: TRANSITION,
    find: '!goesOn(seen) && now >= giveUpAt',
    put: 'now >= giveUpAt',
    tests: BY_DECIDE,
  },
  {
    name: 'decide-overdue-unpaid',
    rule: 'A job that waits for payment is not overdue.',
    file: DUE,
    find: `job.seen === 'awaiting_payment'
    ? Infinity`,
    put: `job.seen === 'awaiting_payment'
    ? job.createdAt + policy.overdueAfter`,
    tests: BY_DECIDE,
  },
  {
    name: 'decide-gives-up-the-record',
    rule: 'A job is not given up while the cloud may still have its record.',
    file: DUE,
    find: '(job.seenAt ?? 0) + policy.recordKept',
    put: '0',
    tests: BY_DECIDE,
  },
  {
    name: 'decide-clock-comes-late',
    rule: 'A check is never later than what the clock has to say.',
    file: DUE,
    find: 'return Math.min(at, overdueAt, giveUpAt(job, policy));',
    put: 'return at;',
    tests: BY_DECIDE,
  },
  {
    name: 'decide-early-after-trouble',
    rule: 'What a cloud asks to wait for is a lower bound.',
    file: DUE,
    find: 'Math.ceil(Math.max(at, now) + ',
    put: 'Math.ceil(now + ',
    tests: BY_DECIDE,
  },
  {
    name: 'decide-lost-without-proof',
    rule: 'A 404 that nobody vouches for does not count.',
    file: LOST,
    find: 'isProven(seen) ? count + 1 : count',
    put: 'count + 1',
    tests: BY_DECIDE,
  },
  {
    name: 'decide-lost-at-once',
    rule: 'A job is lost only after it was not found several times.',
    file: LOST,
    find: 'count >= policy.notFoundConfirm && ',
    put: '',
    tests: BY_DECIDE,
  },
  {
    name: 'decide-lost-in-grace',
    rule: 'A job is not lost while the cloud may not know it yet, or must know it still.',
    file: LOST,
    find: 'return confirmed && now >= knownUntil;',
    put: 'return confirmed;',
    tests: BY_DECIDE,
  },
  {
    name: 'decide-trouble-vouches',
    rule: 'Trouble breaks the row of answers that a job is not known.',
    file: 'lib/core/jobs/failing.ts',
    find: 'return { ...job, notFound: null, failing };',
    put: 'return { ...job, failing };',
    tests: BY_DECIDE,
  },
  {
    name: 'decide-throttled-is-odd',
    rule: 'Being throttled says nothing of a job.',
    file: 'lib/core/jobs/failing.ts',
    find: "if (seen.kind === 'throttled') return job;",
    put: '',
    tests: BY_DECIDE,
  },
  {
    name: 'decide-trouble-in-a-hurry',
    rule: 'Trouble is asked about ever more rarely.',
    file: 'lib/core/jobs/failing.ts',
    find: 'policy.troubleFirst * 2 **',
    put: 'policy.troubleFirst + 0 *',
    tests: BY_DECIDE,
  },
  {
    name: 'decide-lost-for-good',
    rule: 'A job that was announced lost is looked for until it is given up.',
    file: LOST,
    find: "const over = job.lostReason === 'gave_up' ||",
    put: 'const over = job.lostReason !== null ||',
    tests: BY_DECIDE,
  },
];

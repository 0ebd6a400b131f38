import type { Mutation } from './mutation.ts';

const ASSESS = 'lib/core/jobs/assess.ts';
const FOLD = 'lib/app/deliver/fold.ts';
const BY_GROUPS = ['tests/app/sweep/groups.test.ts'];

/** A run is told of once, when all of it has ended, and nothing of it is lost. */
export const GROUPS: readonly Mutation[] = [
  {
    name: 'group-ends-with-outstanding-members',
    rule: 'A group ends when all of its members have ended.',
    file: ASSESS,
    find: '!isBehind && tally.told.counts.outstanding === 0',
    put: '!isBehind',
    tests: BY_GROUPS,
  },
  {
    name: 'group-empty-is-success',
    rule: 'A group in which nothing has ended is no success.',
    file: 'lib/core/jobs/group-tally.ts',
    find: "if (total === removed) return 'empty';",
    put: '',
    tests: BY_GROUPS,
  },
  {
    name: 'group-count-overtaken',
    rule: 'A count that somebody overtook is made again.',
    file: 'lib/core/jobs/group.ts',
    find: 'group.nextAt > now + SKEW_MS && ',
    put: '',
    tests: BY_GROUPS,
  },
  {
    name: 'group-not-told',
    rule: 'A group hears of the end of a job.',
    file: 'lib/app/sweep/publish.ts',
    find: 'if (taken.length > 0) await outbox.also?.(row)?.(deps);',
    put: '',
    tests: BY_GROUPS,
  },
  {
    name: 'group-late-job-joins-the-end',
    rule: 'What joins after the end is the next run.',
    file: 'lib/app/sweep/join-group.ts',
    find: "if (group && group.state !== 'ended') return group;",
    put: 'if (group) return group;',
    tests: BY_GROUPS,
  },
  {
    name: 'fold-swallows-what-is-not-counted',
    rule: 'What the message of a group does not count is told for itself.',
    file: FOLD,
    find: "group?.state !== 'ended' ||",
    put: 'true ||',
    tests: BY_GROUPS,
  },
  {
    name: 'fold-late-gives-up-silently',
    rule: 'What waits for the message of a group that has ended comes again where its group cannot be told.',
    file: 'lib/app/sweep/fold-members.ts',
    find: "if (outcome === 'gave_up') throw",
    put: 'if (false as boolean) throw',
    tests: ['tests/app/sweep/groups.test.ts'],
  },
  {
    name: 'fold-forgets-what-comes-late',
    rule: 'An event that a bus brings after the end of a group is in its message.',
    file: 'lib/app/deliver/dispatch.ts',
    find: 'if (deps.folding) await afterTheEnd(deps.folding, deps.clock, all);',
    put: '',
    tests: BY_GROUPS,
  },
  {
    name: 'fold-first-failure-waits',
    rule: 'The targets that would get the event of the first failure get its message at once.',
    file: FOLD,
    find: 'const wanting = [...all.filter((one) => matches(one.pattern, seen)), ...named];',
    put: 'const wanting = [...named];',
    tests: BY_GROUPS,
  },
];

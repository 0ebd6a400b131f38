import type { Mutation } from './mutation.ts';

const TRAIL = 'lib/core/discover/trail.ts';
const BY_TRAIL = ['tests/core/discover/trail.test.ts'];
const BY_RING = ['tests/app/discover/discover.test.ts', 'tests/wire/local/ring.test.ts'];

/** Jobs that nobody handed in are found by the records of calls, once. */
export const DISCOVERY: readonly Mutation[] = [
  {
    name: 'trail-no-overlap',
    rule: 'A walk reads once more what may be shown late.',
    file: TRAIL,
    find: 'Math.min(upTo - OVERLAP, isDeep ? far : Infinity)',
    put: 'Math.min(upTo, isDeep ? far : Infinity)',
    tests: BY_TRAIL,
  },
  {
    name: 'trail-never-deep',
    rule: 'Every half hour a walk goes farther back.',
    file: TRAIL,
    find: 'Math.abs(now - trail.deepAt) >= DEEP_EVERY',
    put: 'false',
    tests: BY_TRAIL,
  },
  {
    name: 'trail-submits-again',
    rule: 'A trace is taken up once, however often it is read.',
    file: TRAIL,
    find: '.filter(({ id }) => !known.has(mark(id)))',
    put: '',
    tests: BY_TRAIL,
  },
  {
    name: 'trail-first-takes-what-ended',
    rule: 'The first walk leaves out what has ended.',
    file: TRAIL,
    find: '!(walk.isFirst && hasEnded(trace, ended))',
    put: 'true',
    tests: BY_TRAIL,
  },
  {
    name: 'trail-rung-at-once',
    rule: 'However many ring, the records are read every ten seconds at most.',
    file: TRAIL,
    find: 'Math.min(earliestOf(trail), now + SOONEST)',
    put: 'now',
    tests: BY_RING,
  },
  {
    name: 'trail-goes-round',
    rule: 'A walk whose pages go round is broken off.',
    file: TRAIL,
    find: 'walk.pages + 1 >= MAX_PAGES',
    put: 'false',
    tests: BY_TRAIL,
  },
  {
    name: 'trail-ring-moves-the-schedule',
    rule: 'A walk that somebody rang for leaves the schedule as it is.',
    file: TRAIL,
    find: 'nextAt > to + SLACK && nextAt <= to + EVERY ? nextAt : to + EVERY',
    put: 'to + EVERY',
    tests: BY_RING,
  },
];

import type { Mutation } from './mutation.ts';

const BY_EVENT = ['tests/core/jobs/event.test.ts', 'tests/events.test.ts'];

/** The same fact has the same id for ever, and no other has. */
export const EVENTS: readonly Mutation[] = [
  {
    name: 'event-id-of-kind',
    rule: 'A job that is tracked anew has events of its own.',
    file: 'lib/core/jobs/event-id.ts',
    find: 'digest(subject, generation, kind)',
    put: 'digest(subject, kind)',
    tests: BY_EVENT,
  },
  {
    name: 'event-id-of-subject',
    rule: 'Each kind of event has an id of its own.',
    file: 'lib/core/jobs/event-id.ts',
    find: 'digest(subject, generation, kind)',
    put: 'digest(subject, generation)',
    tests: BY_EVENT,
  },
  {
    name: 'event-id-of-outage',
    rule: 'A second outage is not taken for the first.',
    file: 'lib/core/jobs/event.ts',
    find: 'eventId(subject, row.since, entry.kind)',
    put: 'eventId(subject, row.createdAt, entry.kind)',
    tests: ['tests/core/jobs/origin.test.ts'],
  },
  {
    name: 'event-time-of-publishing',
    rule: 'An event says when the fact was found out.',
    file: 'lib/core/jobs/event.ts',
    find: 'time: iso(entry.at)',
    put: 'time: iso(Date.now())',
    tests: BY_EVENT,
  },
  {
    name: 'event-unbounded',
    rule: 'What enters a row is bounded.',
    file: 'lib/core/jobs/bounds.ts',
    find: 'if (text.length <= max) return clean;',
    put: 'return clean;',
    tests: [
      'tests/core/jobs/transition.test.ts',
      'tests/core/jobs/properties.test.ts',
      'tests/core/jobs/event.test.ts',
    ],
  },
  {
    name: 'feed-goes-on-over-a-gap',
    rule: 'A reader whose cursor is not kept is told, and not given what is left.',
    file: 'lib/app/inspect/events.ts',
    find: 'if (!last || !seesEvent(asked, last.event)) return null;',
    put: 'if (last && !seesEvent(asked, last.event)) return null;',
    tests: ['tests/adapters/api/jobs.test.ts'],
  },
  {
    name: 'feed-waits-beyond-the-home',
    rule: 'No reader of the feed waits longer than its home allows.',
    file: 'lib/app/inspect/events.ts',
    find: 'Math.min(waitMs, maxMs)',
    put: 'waitMs',
    tests: ['tests/app/inspect/events.test.ts'],
  },
];

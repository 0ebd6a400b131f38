import type { Mutation } from './mutation.ts';

const OUTAGE = 'lib/core/notify/outage.ts';
const ENDPOINT = 'lib/core/notify/endpoint.ts';
const TESTS = ['tests/core/notify/outage.test.ts'];

/** A target at which nothing arrives speaks up, once. */
export const OUTAGES: readonly Mutation[] = [
  {
    name: 'outage-told-at-every-attempt',
    rule: 'That a target fails is told of once in an outage.',
    file: OUTAGE,
    find: "row.state === 'ok' && !next.outage?.failing",
    put: "row.state === 'ok'",
    tests: TESTS,
  },
  {
    name: 'outage-never-ends',
    rule: 'A message that arrives ends the outage.',
    file: OUTAGE,
    find: 'const over = { ...row, outage: null, reported: null };',
    put: 'const over = { ...row, reported: null };',
    tests: TESTS,
  },
  {
    name: 'outage-recovery-of-what-nobody-heard',
    rule: 'That it is over is told to those who heard of it.',
    file: OUTAGE,
    find: 'if (!row.reported) return over;',
    put: 'if (!row.reported) return tell(over, "subscription.recovered", now, { reason: "", since: now });',
    tests: TESTS,
  },
  {
    name: 'outage-each-message-told',
    rule: 'What is given up is told of once in an outage and once an hour.',
    file: OUTAGE,
    find: 'if (isTold) return',
    put: 'if (false) return',
    tests: TESTS,
  },
  {
    name: 'outage-goes-on-for-ever',
    rule: 'A target at which nothing arrived for days is disabled.',
    file: ENDPOINT,
    find: 'lasted >= patience.disableAfter',
    put: 'lasted >= Infinity',
    tests: TESTS,
  },
  {
    name: 'outage-as-old-as-before-it-was-resumed',
    rule: 'Resuming a target counts the days of failures anew.',
    file: ENDPOINT,
    find: '...(row.outage && { outage: null }),',
    put: '',
    tests: TESTS,
  },
];

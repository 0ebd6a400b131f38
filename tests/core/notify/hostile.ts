import fc from 'fast-check';
import { PING, SUMMARY, TARGET_EVENTS } from '../../../lib/core/jobs/event-kinds.ts';
import { WINDOW_REASONS } from '../../../lib/core/jobs/summary-data.ts';
import { GROUP_EVENTS } from '../../../lib/core/jobs/group.ts';
import { JOB_EVENTS } from '../../../lib/core/jobs/job.ts';
import { CREDENTIALS, ORIGIN_EVENTS } from '../../../lib/core/jobs/origin.ts';
import { eventSchemas } from '../../../lib/core/jobs/event-schema.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import { LANGS, type Reader } from '../../../lib/core/notify/reader.ts';
import { character } from '../../character.ts';

/** What breaks out of Slack's, a mail's and a page's markup, and what breaks limits. */
export const NASTY = [
  '<!here> <!channel> <@U024BE7LH> <https://evil.example|click>',
  '@channel @here @everyone @all',
  '<at id=all></at> <at user_id="all">all</at> <at>anna@example.com</at> <@all> <@userid>',
  '[click](https://evil.example) ![x](https://evil.example/x.png) <font color="warning">x</font>',
  'e\u0301\u0302\u0303'.repeat(900),
  '\u0301'.repeat(5_000),
  '超出配额'.repeat(900),
  '*bold* _it_ ~no~ `code` ```block``` > quote\n> more',
  '&lt;&amp;&&&&&',
  '</td></table><script>alert(1)</script><img src=x onerror=alert(1)>',
  `"' onmouseover='alert(1)`,
  'web-7\r\nBcc: victim@example.com\r\n\r\nbody',
  'a\u2028b\u2029c\u0085d\u0000e\u001b[31m',
  '\u202Egnp.exe\u2066x\u2069',
  '\ud800',
  '\udc00half',
  '🔔'.repeat(200),
  '&'.repeat(3_000),
  '<'.repeat(149),
  'x'.repeat(20_000),
  '',
  '   ',
  '__proto__',
  'constructor',
];
const text = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: character, maxLength: 400 }));
const link = fc.oneof(
  text,
  text.map((it) => `https://console.otc.t-systems.com/ecm/?region=${it}#/ecs?id=${it}`),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.constantFrom(
    'javascript:alert(1)',
    'https://user:secret@evil.example/',
    'http://a.example/',
    '//evil.example',
  ),
);
const textOrNull = fc.option(text);
const time = fc
  .date({ min: new Date('2026-01-01T00:00:00Z'), max: new Date('2027-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const timeOrNull = fc.option(time);
const count = fc.nat(500);

const metadata = fc.record({
  id: fc.stringMatching(/^evt_[0-9a-f]{32}$/),
  version: fc.constant(1),
  time,
  sequence: fc.integer({ min: 1, max: 9 }),
});
const subJob = fc.record({ jobId: textOrNull, jobType: textOrNull, code: textOrNull, reason: textOrNull });
const jobData = fc.record({
  job: fc.record(
    {
      key: text,
      origin: text,
      service: text,
      cloud: text,
      region: text,
      projectId: text,
      jobId: text,
      jobType: textOrNull,
      name: text,
      labels: fc.dictionary(text, text, { maxKeys: 30 }),
      requestedBy: text,
      consoleUrl: link,
    },
    {
      requiredKeys: [
        'key',
        'origin',
        'service',
        'cloud',
        'region',
        'projectId',
        'jobId',
        'jobType',
        'labels',
      ],
    },
  ),
  status: textOrNull,
  outcome: fc.option(
    fc.constantFrom('succeeded', 'failed', 'expired', 'payment_expired', 'unknown', 'gave_up'),
  ),
  error: fc.option(
    fc.record({
      code: textOrNull,
      reason: textOrNull,
      hint: fc.option(text, { nil: undefined }),
      subJobs: fc.array(subJob, { maxLength: 30 }),
      subJobsOmitted: count,
    }),
  ),
  subJobs: fc.record({ total: count, succeeded: count, failed: count, running: count }),
  beganAt: timeOrNull,
  endedAt: timeOrNull,
  trackedAt: time,
  detectedAt: timeOrNull,
  deadline: fc.option(time, { nil: undefined }),
  usual: fc.option(fc.record({ p10: count, p50: count, p90: count, count: fc.integer({ min: 1, max: 9 }) }), {
    nil: undefined,
  }),
  entities: fc.dictionary(fc.oneof(text, fc.constant('server_id')), text, { maxKeys: 3 }),
});
const originData = fc.record(
  {
    origin: text,
    reason: fc.oneof(text, fc.constantFrom('denied', 'throttled', 'malformed')),
    detail: text,
    since: time,
    outstanding: count,
    service: text,
    cloud: text,
    region: text,
    projectId: text,
    consoleUrl: link,
    credentials: fc.constantFrom(...CREDENTIALS),
    jobs: fc.array(text, { maxLength: 5 }),
    recordsUntil: time,
  },
  { requiredKeys: ['origin', 'reason', 'detail', 'since', 'outstanding'] },
);
const groupCounts = fc.record({
  total: count,
  outstanding: count,
  succeeded: count,
  partly: count,
  failed: count,
  lost: count,
  removed: count,
  overdue: count,
  late: count,
});
const groupFailure = fc.record({
  outcome: fc.constantFrom('failed', 'lost', 'partly'),
  origin: text,
  code: textOrNull,
  reason: textOrNull,
  hint: text,
  count,
  jobs: fc.array(text, { maxLength: 5 }),
});
const groupData = fc.record(
  {
    group: fc.record({ key: text, name: text, run: fc.integer({ min: 1, max: 9 }), requestedBy: text }),
    closedBy: fc.option(fc.constantFrom('close', 'expect', 'quiet', 'age')),
    outcome: fc.option(fc.constantFrom('succeeded', 'failed', 'partial', 'empty')),
    counts: groupCounts,
    failures: fc.array(groupFailure, { maxLength: 20 }),
    failuresOmitted: count,
    // While it goes on.
    asOf: time,
    beganAt: time,
    endedAt: timeOrNull,
    first: fc.record({
      key: text,
      jobId: text,
      name: text,
      jobType: textOrNull,
      origin: text,
      service: text,
      region: text,
      code: textOrNull,
      reason: textOrNull,
      hint: text,
      consoleUrl: link,
    }),
  },
  {
    requiredKeys: [
      'group',
      'closedBy',
      'outcome',
      'counts',
      'failures',
      'failuresOmitted',
      'beganAt',
      'endedAt',
    ],
  },
);
const ofTarget = { subscription: text, channel: text, target: text, reason: text, since: time };
const requiredKeys = Object.keys(ofTarget) as (keyof typeof ofTarget)[];
const subscriptionData = fc.record({ ...ofTarget, cause: text, givenUp: count }, { requiredKeys });
const givenUp = fc.record({ id: text, event: text, kind: text, subject: text });
const deliveryData = fc.record(
  { ...ofTarget, givenUp: count, delivery: givenUp },
  { requiredKeys: [...requiredKeys, 'delivery'] },
);

const summaryFailure = fc.record({
  outcome: fc.oneof(fc.constantFrom('failed', 'lost', 'overdue'), text),
  origin: text,
  reason: text,
  count,
  names: fc.array(text, { maxLength: 10 }),
});
const jobs = { total: count, succeeded: count, failed: count, lost: count, partly: count };
const summaryData = fc.record(
  {
    subscription: text,
    why: fc.constantFrom(...WINDOW_REASONS),
    since: time,
    until: time,
    events: count,
    counts: fc.dictionary(fc.oneof(fc.constantFrom('succeeded', 'failed', 'lost'), text), count, {
      maxKeys: 9,
    }),
    failures: fc.array(summaryFailure, { maxLength: 6 }),
    failuresOmitted: count,
    groups: fc.array(fc.record({ name: text, ...jobs }), { maxLength: 5 }),
    groupsOmitted: fc.record({ groups: count, jobs: count }),
  },
  {
    requiredKeys: [
      'subscription',
      'why',
      'since',
      'until',
      'events',
      'counts',
      'failures',
      'failuresOmitted',
    ],
  },
);

const eventOf = (kinds: readonly string[], data: fc.Arbitrary<unknown>) =>
  fc.record({ kind: fc.constantFrom(...kinds), subject: text, metadata, data });

/** Events that the contract allows, with arbitrary and hostile words in every place that comes from outside. */
export const hostileEvent: fc.Arbitrary<Event> = fc
  .oneof(
    { arbitrary: eventOf(JOB_EVENTS, jobData), weight: 5 },
    { arbitrary: eventOf(ORIGIN_EVENTS, originData), weight: 1 },
    { arbitrary: eventOf(GROUP_EVENTS, groupData), weight: 2 },
    {
      arbitrary: eventOf(
        TARGET_EVENTS.filter((kind) => kind !== 'delivery.failed'),
        subscriptionData,
      ),
      weight: 1,
    },
    { arbitrary: eventOf(['delivery.failed'], deliveryData), weight: 1 },
    { arbitrary: eventOf([SUMMARY], summaryData), weight: 2 },
    { arbitrary: eventOf([PING], fc.record({ subscription: text, requestedBy: text })), weight: 1 },
  )
  .map((raw) => eventSchemas().event.parse(raw));

/** In whatever language it is told. */
export const anyReader: fc.Arbitrary<Reader> = fc.constantFrom(
  ...LANGS.map((lang) => ({ lang, zone: lang === 'en' ? 'UTC' : 'Asia/Shanghai' })),
);

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_KINDS, type Event, type GroupEvent, type JobData } from '../../../lib/core/jobs/event.ts';
import { duration } from '../../../lib/core/duration.ts';
import { describe as contentOf } from '../../../lib/core/notify/message.ts';
import type { MessageContent } from '../../../lib/core/notify/message-content.ts';
import { briefOf } from '../../../lib/core/notify/brief.ts';
import { summaryOf } from '../../../lib/core/notify/window.ts';
import { anyReader, hostileEvent } from './hostile.ts';
import { jobSample, KEPT_UP, SAMPLES } from './samples.ts';

const told = (name: string): MessageContent => contentOf(SAMPLES[name]!);
const fact = (content: MessageContent, label: string): string | undefined =>
  content.facts.find((f) => f.label === label)?.value;

describe('what a message says', () => {
  it.each([
    ['job.succeeded', 'good', 'succeeded', 'web-7: creating the server succeeded'],
    [
      'job.succeeded.partly',
      'warn',
      'partly failed',
      'web-7: creating the server succeeded, but 1 of 3 sub-jobs failed',
    ],
    ['job.failed', 'bad', 'failed', 'web-7: creating the server failed'],
    ['job.lost.expired', 'warn', 'outcome unknown', 'web-7: creating the server, outcome unknown'],
    ['job.lost.payment_expired', 'warn', 'outcome unknown', 'web-7: creating the server, outcome unknown'],
    ['job.lost.unknown', 'warn', 'outcome unknown', 'web-7: creating the server, outcome unknown'],
    ['job.lost.gave_up', 'warn', 'outcome unknown', 'web-7: creating the server, outcome unknown'],
    ['job.overdue', 'warn', 'overdue', 'web-7: creating the server is overdue'],
    ['job.payment_pending', 'info', 'waits for payment', 'web-7: creating the server waits for payment'],
    ['origin.unreachable', 'bad', 'unreachable', 'Origin otc-ecs cannot be checked, 12 jobs wait'],
    ['origin.recovered', 'good', 'recovered', 'Origin otc-ecs answers again'],
    [
      'subscription.disabled',
      'bad',
      'disabled',
      'Subscription ops-slack: Slack (hooks.slack.com/…) is disabled',
    ],
  ])('%s has its tone, its verdict and a title', (name, tone, statusWord, title) => {
    expect(told(name)).toMatchObject({ tone, statusWord, title });
  });

  it('covers every kind of event', () => {
    expect(new Set(Object.values(SAMPLES).map(({ kind }) => kind))).toEqual(new Set(EVENT_KINDS));
  });

  it.each([
    ['job.failed', 'The cloud says', 'Ecs.0219: No host has 4 vCPUs & 8 GiB left in eu-de-03 <az>'],
    ['job.failed', 'Took', '4 min, 7 sec; such jobs usually take 2 min to 5 min'],
    ['job.failed', 'Ended', '2026-03-01 12:04:08 UTC'],
    ['job.failed', 'Where', 'otc eu-de, ecs, project 0123456789abcdef0123456789abcdef'],
    ['job.failed', 'Job id', 'ff8080828f9a1c3d018fa0b1c2d3e4f5'],
    ['job.failed', 'Sub-jobs', '1 of 6 succeeded and 5 failed'],
    ['job.failed', 'Labels', 'env=prod, team=web'],
    ['job.failed', 'Requested by', 'terraform'],
    ['job.succeeded', 'Reason', undefined],
    ['job.lost.gave_up', 'Tracked for', '15 days'],
    ['job.lost.unknown', 'Last status', 'none seen'],
    ['job.overdue', 'Running for', '6 hr, 2 min; such jobs usually take 2 min to 5 min'],
    ['job.overdue', 'Sub-jobs', '1 of 3 succeeded and 2 running'],
    ['job.payment_pending', 'Sub-jobs', undefined],
    ['origin.unreachable', 'Reason', 'access denied: HTTP 401 APIGW.0301'],
    ['origin.unreachable', 'Jobs waiting', '12: web-7, web-8, ff8080828f9a1c3d018fa0b1c2d3e4f5 and 9 more'],
    ['origin.unreachable', 'Where', 'otc eu-de, ecs, project 0123456789abcdef0123456789abcdef'],
    ['origin.unreachable', 'Since', '2026-03-01 12:00:00 UTC'],
    ['origin.unreachable', 'Records vanish from', '2026-03-02 12:00:00 UTC'],
    ['origin.at_risk', 'Records vanish from', '2026-03-02 12:00:00 UTC'],
    ['job.overdue', 'Deadline', '2026-03-01 18:00:05 UTC'],
    ['job.succeeded', 'Made', 'server_id bae51750-0a3d-4a44-b2d5-4f2b1a3c9d10'],
    ['job.failed', 'Worked on', 'server_id bae51750-0a3d-4a44-b2d5-4f2b1a3c9d10'],
    ['origin.recovered', 'Lasted', '2 hr, 35 min'],
    ['subscription.disabled', 'Reason', 'the target is gone'],
  ])('%s tells %s: %s', (name, label, value) => {
    expect(fact(told(name), label)).toBe(value);
  });

  it('puts the reason first, where there is one', () => {
    for (const content of Object.values(SAMPLES).map((event) => contentOf(event))) {
      const at = content.facts.findIndex(({ isReason }) => isReason);
      expect(at).toBeLessThanOrEqual(0);
    }
  });

  it('lists what failed below the job, and counts what the event left out', () => {
    const content = told('job.failed');
    expect(content.failedSubJobs).toEqual([
      'creating one server: Ecs.0219: No host has 4 vCPUs & 8 GiB left in eu-de-03 <az> (ff8080828f9a1c3d018fa0b1c2d3e4f6)',
      'creating one server',
    ]);
    expect(content.subJobsOmitted).toBe(3);
  });

  it.each(['expired', 'payment_expired', 'unknown', 'gave_up'])(
    'says of a job lost as %s what that means and what to do',
    (reason) => {
      const content = told(`job.lost.${reason}`);
      const others = Object.keys(SAMPLES).filter(
        (n) => n.startsWith('job.lost.') && !n.endsWith(`.${reason}`),
      );
      expect(content.lead).toMatch(/\.$/);
      expect(content.hint).toMatch(/\.$/);
      expect(others.map((name) => told(name).hint)).not.toContain(content.hint);
    },
  );

  it.each(['origin.unreachable', 'origin.at_risk'])(
    '%s: who is throttled is told to ask less, not more',
    (name) => {
      const event = SAMPLES[name]!;
      const throttled = { ...event, data: { ...event.data, reason: 'throttled' } } as typeof event;
      expect(contentOf(throttled).hint).toMatch(/^Lower its `rate`, request a higher quota from the cloud/);
    },
  );

  it.each([
    ['job.succeeded', 'createServer', { Made: 'server_id s1, s2; nic_id n1', 'Worked on': undefined }],
    ['job.failed', 'createServer', { Made: 'server_id s2; nic_id n1', 'Worked on': 'server_id s1' }],
    ['job.succeeded', 'deleteServer', { Made: undefined, 'Worked on': 'server_id s1, s2; nic_id n1' }],
  ] as const)('%s of %s says what was made, by its ids', (kind, jobType, expected) => {
    const entities = { server_id: 's1', size: 4, sub_jobs: [{ server_id: 's2' }, { nic_id: 'n1' }, 'x'] };
    const sample = jobSample(kind, { entities, outcome: kind === 'job.failed' ? 'failed' : 'succeeded' });
    if (sample.kind !== kind) throw new Error('not the sample');
    const content = contentOf({
      ...sample,
      data: { ...sample.data, job: { ...sample.data.job, jobType } },
    });
    for (const [label, value] of Object.entries(expected)) expect(fact(content, label)).toBe(value);
  });

  it('says what to renew where access is denied, by what the origin signs in with', () => {
    expect(told('origin.unreachable').hint).toMatch(/^Renew the password of its user/);
  });

  it('says of an overdue job its deadline, and by how much that is past', () => {
    expect(told('job.overdue').reason).toBe('1 min, 56 sec past its deadline, 2026-03-01 18:00:05 UTC');
  });

  it.each(['expired', 'payment_expired', 'unknown', 'gave_up'])(
    'says of a job lost as %s that its outcome is unknown, and what to check',
    (reason) => {
      const { title, hint } = told(`job.lost.${reason}`);
      expect(title).toContain('outcome unknown');
      expect(hint).toMatch(/^Check /);
    },
  );

  it('lists sub-jobs that failed for one reason in one line, the most frequent first', () => {
    const failed = (n: number, code: string, jobType = 'createSingleServer') => ({
      jobId: `j${n}`,
      jobType,
      code,
      reason: `reason of ${n}`,
    });
    const subJobs = [failed(1, 'Ecs.0013'), ...[2, 3, 4, 5, 6, 7, 8].map((n) => failed(n, 'Ecs.0319'))];
    const error = { code: null, reason: null, subJobs, subJobsOmitted: 0 };
    expect(contentOf(jobSample('job.failed', { error })).failedSubJobs).toEqual([
      '7 × creating one server: Ecs.0319: reason of 2 (j2, j3, j4, j5, j6 and 2 more)',
      'creating one server: Ecs.0013: reason of 1 (j1)',
    ]);
  });

  it.each([
    ['createServer', 'web-7: creating the server failed'],
    ['somethingNew', 'web-7: somethingNew failed'],
    ['__proto__', 'web-7: __proto__ failed'],
    ['constructor', 'web-7: constructor failed'],
    [null, 'web-7: the job failed'],
  ])('says what a job of type %s does, in words where there are any', (jobType, title) => {
    const sample = jobSample('job.failed') as Extract<Event, { kind: 'job.failed' }>;
    const { job, ...data } = sample.data;
    expect(contentOf({ ...sample, data: { ...data, job: { ...job, jobType } } }).title).toBe(title);
  });

  it.each([
    ['Ecs.0219', 'No host has 4 vCPUs left in eu-de-03', 'no room for this flavor in eu-de-03 (Ecs.0219)'],
    ['Ecs.0204', 'Quota exceeded for cores: Requested 8', 'a quota is used up: cores (Ecs.0204)'],
    ['Ecs.0005', 'The name is too long.', 'a parameter is not valid: The name is too long (Ecs.0005)'],
    ['Ecs.0005', 'CreateServerTask-fail', 'a parameter is not valid (Ecs.0005)'],
    ['DBS.280450', 'x', 'no room for this flavor (DBS.280450)'],
    ['CCE.01400009', 'x', 'the quota of vCPUs is used up (CCE.01400009)'],
    ['SFS.TURBO.0029', 'x', 'the subnet has no addresses left (SFS.TURBO.0029)'],
    ['Xyz.1', 'what only the cloud knows', 'what only the cloud knows (Xyz.1)'],
    [null, 'what only the cloud knows', 'what only the cloud knows'],
    ['Xyz.1', null, 'Xyz.1'],
    [null, null, 'the cloud gives no reason'],
  ])('says why, in a few words: %s, %j is %s', (code, reason, words) => {
    const error = { code, reason, subJobs: [], subJobsOmitted: 0 };
    expect(contentOf(jobSample('job.failed', { error })).reason).toBe(words);
  });

  it('says of sub-jobs that an ended job left open that nothing is known of them', () => {
    const subJobs = { total: 10, succeeded: 2, failed: 1, running: 7 };
    expect(fact(contentOf(jobSample('job.failed', { subJobs })), 'Sub-jobs')).toBe(
      '2 of 10 succeeded, 1 failed, and 7 of unknown state',
    );
  });

  it('claims no readiness: a success says in small print what it is worth', () => {
    expect(told('job.succeeded').note).toContain('may not be ready yet');
    expect(told('job.failed').note).toBeUndefined();
  });

  it.each<[string, Partial<JobData>, string | undefined]>([
    ['the times of the cloud', {}, '4 min, 7 sec'],
    [
      'our own where the cloud sent no end',
      { endedAt: null },
      '4 min, 15 sec, from tracking to seeing it ended',
    ],
    [
      'our own where the cloud sent no start',
      { beganAt: null },
      '4 min, 15 sec, from tracking to seeing it ended',
    ],
    [
      'our own where the cloud contradicts itself',
      { beganAt: '2026-03-01T13:00:00.000Z' },
      '4 min, 15 sec, from tracking to seeing it ended',
    ],
    ['nothing where nobody knows', { endedAt: null, detectedAt: null }, undefined],
  ])('tells how long it took by %s', (_, over, took) => {
    expect(fact(contentOf(jobSample('job.failed', { usual: undefined, ...over })), 'Took')).toBe(took);
  });

  it.each([
    ['two minutes to five', { p10: 118_400, p90: 301_800 }, '2 min to 5 min'],
    ['seconds, where it is a matter of seconds', { p10: 7_300, p90: 21_800 }, '7 sec to 22 sec'],
    ['one time, where they differ by nothing', { p10: 3_590_000, p90: 3_610_000 }, '1 hr'],
  ])('tells beside it how long such jobs usually take: %s', (_, range, told) => {
    const usual = { p50: 1, count: 20, ...range };
    const words = `; such jobs usually take ${told}`;
    expect(fact(contentOf(jobSample('job.succeeded', { usual })), 'Took')).toBe(`4 min, 7 sec${words}`);
    const overdue = jobSample('job.overdue', { usual }, '2026-03-01T18:00:01.000Z');
    expect(fact(contentOf(overdue), 'Running for')).toBe(`6 hr${words}`);
  });

  it('names a group that is overdue alone where many events are one message, without a colon before it', () => {
    const failure = briefOf(SAMPLES['group.overdue']!).failure!;
    expect(failure).toEqual({ where: '', why: '', what: 'apply-42' });
    const { facts, reason } = contentOf(
      summaryOf([SAMPLES['group.overdue']!], { subscription: 'ops', why: 'mute' }, 0),
    );
    expect(facts[0]).toEqual({ label: '1 group overdue', value: 'apply-42' });
    expect(reason).toBeUndefined();
  });

  it('does not say that jobs of a group go on where all that have joined so far have ended', () => {
    const goesOn = KEPT_UP['group.failing.going_on'] as GroupEvent;
    expect(contentOf(goesOn).lead).toBe('Others go on. One message follows when all have ended.');
    const counts = { ...goesOn.data.counts, outstanding: 0 };
    const { title, lead } = contentOf({ ...goesOn, data: { ...goesOn.data, counts } });
    expect(title).toContain('of 40 jobs ended');
    expect(lead).toBe(
      'All that have joined so far have ended. One message follows when the group is closed.',
    );
  });

  it('tells each reason of a group once, and of what was lost why nothing is known', () => {
    const { facts, reason } = contentOf(SAMPLES['group.ended.partial']!);
    expect(facts.filter(({ value }) => value.includes(reason!)).map(({ label }) => label)).toEqual([
      '12 failed',
    ]);
    expect(facts.find(({ label }) => label === '1 with unknown outcome')?.value).toBe(
      'otc-ecs: the cloud no longer has its record: db-1',
    );
  });

  it('gets by without a name, a type and a reason', () => {
    const bare = jobSample('job.failed');
    if (bare.kind !== 'job.failed') throw new Error('not the sample');
    const { name: _, ...job } = { ...bare.data.job, jobType: null };
    const content = contentOf({ ...bare, data: { ...bare.data, job, error: null } });
    expect(content.title).toBe('ff8080828f9a1c3d018fa0b1c2d3e4f5: the job failed');
    expect(content.about).toBe('ff8080828f9a1c3d018fa0b1c2d3e4f5: the job');
    expect(fact(content, 'Reason')).toBe('the cloud gives no reason');
  });

  it.each([
    [
      'https://console.otc.t-systems.com/ecm/?region=eu-de#/ecs',
      'https://console.otc.t-systems.com/ecm/?region=eu-de#/ecs',
    ],
    [`https://a.example/#/x?id=1'|"><`, 'https://a.example/#/x?id=1%27%7C%22%3E%3C'],
    ['http://console.otc.t-systems.com/', undefined],
    ['https://somebody:secret@a.example/', undefined],
    ['javascript:alert(1)', undefined],
    [`https://a.example/${'x'.repeat(500)}`, undefined],
    ['nothing', undefined],
  ])('has a link to the console only where %s is one to a page', (consoleUrl, link) => {
    const sample = jobSample('job.failed') as Extract<Event, { kind: 'job.failed' }>;
    const { job, ...data } = sample.data;
    expect(contentOf({ ...sample, data: { ...data, job: { ...job, consoleUrl } } }).link).toBe(link);
  });

  it('is made of single, well-formed lines without control characters and direction marks, whatever comes in', () => {
    const bad = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
    fc.assert(
      fc.property(hostileEvent, anyReader, (event, reader) => {
        const { facts, failedSubJobs, ...rest } = contentOf(event, reader);
        const texts = [...Object.values(rest), ...failedSubJobs, ...facts.flatMap((f) => [f.label, f.value])];
        for (const text of texts) expect(String(text)).not.toMatch(bad);
        for (const { value } of facts) expect(value).not.toBe('');
        // Nothing that ends an attribute, a link of Slack's or a line.
        expect(rest.link ?? 'https://none/').toMatch(/^https:\/\/[^\s<>"'`|\\^{}]+$/);
        expect((rest.link ?? '').length).toBeLessThanOrEqual(500);
      }),
      { numRuns: 500 },
    );
  });
});

describe('durations', () => {
  it.each([
    [0, 'less than 1 s'],
    [499, 'less than 1 s'],
    [1_000, '1 s'],
    [59_600, '1 min'],
    [247_000, '4 min 7 s'],
    [3_600_000, '1 h'],
    [3_607_000, '1 h'],
    [7_199_000, '1 h 59 min'],
    [90_000_000, '1 d 1 h'],
    [15 * 86_400_000, '15 d'],
  ])('%i ms are %s', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
});

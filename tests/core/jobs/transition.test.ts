import { describe, expect, it } from 'vitest';
import { MAX } from '../../../lib/core/jobs/bounds.ts';
import { newJob, type Job } from '../../../lib/core/jobs/job.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { lookQueue, PUBLISH_QUEUE } from '../../../lib/core/row.ts';
import { decide, published, troubleWait } from '../../../lib/core/jobs/transition.ts';
import {
  denied,
  failed,
  POLICY,
  report,
  running,
  spec,
  START,
  succeeded,
  throttled,
  unavailable,
} from '../../kit.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const unpaid: Observation = { kind: 'awaiting_payment', status: 'PENDING_PAYMENT', report: report() };
const stated: Observation = { kind: 'not_found', proof: 'stated', witnessed: false, detail: 'Common.0011' };
const bare: Observation = { kind: 'not_found', proof: 'bare', witnessed: false, detail: 'HTTP 404' };
const seenByOthers: Observation = { ...bare, witnessed: true };
const misrouted: Observation = { kind: 'misrouted', detail: 'APIGW.0101' };
const malformed: Observation = { kind: 'malformed', detail: 'no status' };
const notAsked = (until: number): Observation => ({ kind: 'not_asked', detail: 'paused', until });

const ECS = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
/** A job tracked at START, due for its first look 5 s later. */
const tracked = (over: Partial<Job> = {}): Job => ({
  ...newJob(spec(1), ECS, START, START + 5 * SECOND),
  version: 1,
  ...over,
});
/** What was seen at which time after tracking; news is published at once. */
type Looks = [after: number, seen: Observation][];
const after = (looks: Looks, job = tracked()): Job =>
  looks.reduce((row, [ms, seen]) => {
    const next = decide(row, seen, START + ms, POLICY).job;
    return published(next, next.announced);
  }, job);

const aTenth = (wait: number): [number, number] => [0.9 * wait, 1.1 * wait];
const atLeast = (wait: number): [number, number] => [wait, 1.1 * wait];

describe('the first look at a job', () => {
  interface Wanted {
    state?: Job['state'];
    news?: string[];
    reason?: string;
    wait?: [from: number, to: number];
  }
  const cases: [seen: string, Observation, Wanted][] = [
    ['running', running, { wait: aTenth(POLICY.lookEvery) }],
    ['awaiting_payment', unpaid, { news: ['job.payment_pending'], wait: aTenth(POLICY.lookEveryUnpaid) }],
    ['succeeded', succeeded, { state: 'succeeded', news: ['job.succeeded'] }],
    ['failed', failed, { state: 'failed', news: ['job.failed'] }],
    ['not_found', stated, { reason: 'not_found_yet', wait: aTenth(POLICY.notFoundEvery) }],
    ['not_found', bare, { reason: 'not_found_yet', wait: aTenth(POLICY.notFoundEvery) }],
    ['throttled', throttled, { wait: atLeast(MINUTE) }],
    ['denied', denied, { wait: atLeast(POLICY.troubleFirst) }],
    ['misrouted', misrouted, { wait: atLeast(POLICY.troubleFirst) }],
    ['unavailable', unavailable, { wait: atLeast(POLICY.troubleFirst) }],
    ['malformed', malformed, { wait: atLeast(POLICY.troubleFirst) }],
    ['not_asked', notAsked(START + 2 * MINUTE), { wait: atLeast(2 * MINUTE - 5 * SECOND) }],
  ];

  it.each(cases)('that sees %s (%j) leads to %j', (kind, seen, wanted) => {
    const now = START + 5 * SECOND;
    const { job, news, reason } = decide(tracked(), seen, now, POLICY);
    expect(job.state).toBe(wanted.state ?? 'outstanding');
    expect(news).toEqual(wanted.news ?? []);
    expect(reason).toBe(wanted.reason ?? kind);
    if (wanted.wait) {
      expect(job.nextLookAt).toBeGreaterThanOrEqual(now + wanted.wait[0]);
      expect(job.nextLookAt).toBeLessThanOrEqual(now + wanted.wait[1]);
    }
  });

  it.each([throttled, denied, misrouted, unavailable, malformed, notAsked(START + MINUTE)])(
    'that could not be had leaves all that is known of the job as it is: $kind',
    (seen) => {
      const before = after([
        [5 * SECOND, running],
        [35 * SECOND, stated],
      ]);
      const { job } = decide(before, seen, START + MINUTE, POLICY);
      const { lookedAt, nextLookAt, due, history } = job;
      expect(job).toEqual({ ...before, lookedAt, nextLookAt, due, history });
      // Asked is asked, whatever came of it.
      expect(lookedAt).toBe(seen.kind === 'not_asked' ? before.lookedAt : START + MINUTE);
    },
  );
});

describe('what a look learned', () => {
  it("is kept: the cloud's word, its report, and where the job stood", () => {
    expect(after([[5 * SECOND, running]])).toMatchObject({
      status: 'RUNNING',
      seen: 'running',
      report: report(),
      detectedAt: null,
    });
    expect(after([[5 * SECOND, unpaid]])).toMatchObject({
      status: 'PENDING_PAYMENT',
      seen: 'awaiting_payment',
    });
  });

  it('is kept with the end, and when the end was found out', () => {
    const job = after([
      [5 * SECOND, running],
      [40 * SECOND, failed],
    ]);
    expect(job).toMatchObject({ state: 'failed', status: 'FAIL', detectedAt: START + 40 * SECOND });
    expect(job.report?.error).toMatchObject({ code: 'Ecs.0204', reason: 'quota exceeded' });
  });

  it('goes into the history where it differs from the look before, the newest 20', () => {
    const job = after([
      [5 * SECOND, running],
      [35 * SECOND, running],
      [65 * SECOND, unavailable],
    ]);
    expect(job.history).toEqual([
      { at: START + 5 * SECOND, reason: 'running', detail: 'RUNNING' },
      { at: START + 65 * SECOND, reason: 'unavailable', detail: 'HTTP 502' },
    ]);
    const restless = after(
      Array.from({ length: 50 }, (_, i) => [i * MINUTE, i % 2 === 0 ? running : unavailable]),
    );
    expect(restless.history).toHaveLength(20);
    expect(restless.history.at(-1)?.at).toBe(START + 49 * MINUTE);
  });

  it('is cut to size', () => {
    const detail = 'x'.repeat(5_000);
    const job = after([
      [5 * SECOND, { kind: 'running', status: detail, report: report({ jobType: detail }) }],
    ]);
    expect(job.status).toHaveLength(MAX.code);
    expect(job.report?.jobType).toHaveLength(MAX.text);
    expect(after([[5 * SECOND, { kind: 'unavailable', detail }]]).history[0]?.detail).toHaveLength(MAX.text);
  });
});

describe('a job that ended', () => {
  const ended: [string, Job][] = [
    ['succeeded', after([[5 * SECOND, succeeded]])],
    ['failed', after([[5 * SECOND, failed]])],
    ['lost', after([[15 * DAY, running]])],
  ];
  it.each(ended)('as %s stays as it is, whatever is seen and however late', (state, job) => {
    expect(job.state).toBe(state);
    for (const seen of [running, unpaid, succeeded, failed, stated, bare, denied, notAsked(START)]) {
      const decision = decide(job, seen, START + 20 * DAY, POLICY);
      expect(decision.job).toBe(job);
      expect(decision.news).toEqual([]);
    }
  });
});

const lost = (reason: string) => ({ state: 'lost', lostReason: reason });

describe('a job the cloud does not know', () => {
  const waits = { state: 'outstanding', lostReason: null };
  const cases: [what: string, Looks, object][] = [
    [
      'waits in the first two minutes, however often that is said',
      [
        [0, stated],
        [30 * SECOND, stated],
        [60 * SECOND, stated],
        [119 * SECOND, stated],
      ],
      waits,
    ],
    [
      'is lost when that was said three times over two minutes',
      [
        [10 * SECOND, stated],
        [70 * SECOND, stated],
        [130 * SECOND, stated],
      ],
      lost('unknown'),
    ],
    [
      'waits while the three times are not yet over two minutes',
      [
        [60 * SECOND, stated],
        [100 * SECOND, stated],
        [179 * SECOND, stated],
      ],
      waits,
    ],
    [
      'waits when it was said twice, however long ago',
      [
        [10 * SECOND, stated],
        [5 * HOUR, stated],
      ],
      waits,
    ],
    [
      'is lost on bare 404s where other jobs were answered on the same route',
      [
        [10 * SECOND, seenByOthers],
        [70 * SECOND, seenByOthers],
        [130 * SECOND, seenByOthers],
      ],
      lost('unknown'),
    ],
    [
      'waits for a day on bare 404s that nobody vouches for',
      [
        [0, bare],
        [HOUR, bare],
        [DAY - 1, bare],
      ],
      waits,
    ],
    [
      'is lost after that day',
      [
        [0, bare],
        [HOUR, bare],
        [DAY, bare],
      ],
      lost('unknown'),
    ],
    [
      'is not lost sooner because of a bare 404',
      [
        [10 * SECOND, stated],
        [70 * SECOND, stated],
        [130 * SECOND, bare],
        [190 * SECOND, bare],
      ],
      waits,
    ],
    [
      'counts no bare 404 among the three times',
      [
        [10 * SECOND, stated],
        [70 * SECOND, bare],
        [130 * SECOND, bare],
        [190 * SECOND, stated],
      ],
      waits,
    ],
    [
      'is not lost later because of a bare 404',
      [
        [10 * SECOND, stated],
        [70 * SECOND, stated],
        [100 * SECOND, bare],
        [130 * SECOND, stated],
      ],
      lost('unknown'),
    ],
    [
      'is lost on the third such answer, however many questions failed in between',
      [
        [10 * SECOND, stated],
        [50 * SECOND, denied],
        [70 * SECOND, stated],
        [130 * SECOND, unavailable],
        [HOUR, stated],
      ],
      lost('unknown'),
    ],
    [
      'starts anew when it was seen in between',
      [
        [10 * SECOND, stated],
        [70 * SECOND, stated],
        [100 * SECOND, running],
        [130 * SECOND, stated],
      ],
      waits,
    ],
    [
      'has expired where it was seen running before',
      [
        [10 * SECOND, running],
        [HOUR, stated],
        [HOUR + MINUTE, stated],
        [HOUR + 2 * MINUTE, stated],
      ],
      lost('expired'),
    ],
    [
      'was not paid for in time where it waited for that before',
      [
        [10 * SECOND, unpaid],
        [14 * DAY, stated],
        [14 * DAY + MINUTE, stated],
        [14 * DAY + 2 * MINUTE, stated],
      ],
      lost('payment_expired'),
    ],
  ];
  it.each(cases)('%s', (_, looks, wanted) => {
    expect(after(looks)).toMatchObject(wanted);
  });

  it('waits during a grace that is longer than the confirmation takes', () => {
    const patient = { ...POLICY, notFoundGrace: 10 * MINUTE };
    const job = [1, 3, 5, 9].reduce(
      (row, minute) => decide(row, stated, START + minute * MINUTE, patient).job,
      tracked(),
    );
    expect(job.state).toBe('outstanding');
    expect(decide(job, stated, START + 10 * MINUTE, patient).reason).toBe('unknown');
  });

  it('announces that it is lost, once, with the reason', () => {
    const job = after([
      [10 * SECOND, stated],
      [70 * SECOND, stated],
    ]);
    const decision = decide(job, stated, START + 130 * SECOND, POLICY);
    expect(decision.news).toEqual(['job.lost']);
    expect(decision.reason).toBe('unknown');
    expect(decision.job.detectedAt).toBe(START + 130 * SECOND);
  });
});

describe('the clock', () => {
  it('calls a job overdue after six hours, once', () => {
    const job = after([[5 * SECOND, running]]);
    expect(decide(job, running, START + 6 * HOUR - 1, POLICY).news).toEqual([]);
    const late = decide(job, running, START + 6 * HOUR, POLICY);
    expect(late.news).toEqual(['job.overdue']);
    expect(late.job.state).toBe('outstanding');
    expect(decide(late.job, running, START + 7 * HOUR, POLICY).news).toEqual([]);
  });

  it("calls it overdue after the job's own deadline instead, where it has one", () => {
    const early = tracked({ deadlineAt: START + MINUTE });
    const patient = tracked({ deadlineAt: START + 2 * DAY });
    expect(decide(early, running, START + MINUTE, POLICY).news).toEqual(['job.overdue']);
    expect(decide(patient, running, START + DAY, POLICY).news).toEqual([]);
  });

  it.each([denied, throttled, bare, notAsked(START + 7 * HOUR)])(
    'does so even where the cloud gives no answer: $kind',
    (seen) => {
      expect(decide(tracked(), seen, START + 6 * HOUR, POLICY).news).toEqual(['job.overdue']);
    },
  );

  it('has nothing to say of a job that ends with the late look', () => {
    expect(decide(tracked(), succeeded, START + 7 * HOUR, POLICY).news).toEqual(['job.succeeded']);
  });

  it.each([running, denied, bare, notAsked(START + 16 * DAY)])(
    'gives a job up after fifteen days: $kind',
    (seen) => {
      const job = after([
        [5 * SECOND, running],
        [6 * HOUR, running],
      ]);
      expect(decide(job, seen, START + 15 * DAY - 1, POLICY).job.state).toBe('outstanding');
      const decision = decide(job, seen, START + 15 * DAY, POLICY);
      expect(decision).toMatchObject({ news: ['job.lost'], reason: 'gave_up' });
      expect(decision.job).toMatchObject({ state: 'lost', lostReason: 'gave_up' });
    },
  );

  it('lets an end that is seen at the last moment count', () => {
    expect(decide(tracked(), failed, START + 15 * DAY, POLICY).job.state).toBe('failed');
  });

  it('does not swallow what else became known with the last look', () => {
    const { job, news } = decide(tracked(), unpaid, START + 15 * DAY, POLICY);
    expect(news).toEqual(['job.payment_pending', 'job.lost']);
    expect(job.unpublished.map((n) => [n.kind, n.sequence])).toEqual([
      ['job.payment_pending', 1],
      ['job.lost', 2],
    ]);
  });
});

describe('waiting for payment', () => {
  it('is announced once, also after the job ran in between', () => {
    const job = after([
      [5 * SECOND, unpaid],
      [HOUR, running],
    ]);
    expect(job.announced).toEqual(['job.payment_pending']);
    expect(decide(job, unpaid, START + 2 * HOUR, POLICY).news).toEqual([]);
  });
});

const nextLookOf = (n: number): number =>
  decide(newJob(spec(n), ECS, START, START), running, START, POLICY).job.nextLookAt;

describe('the next look', () => {
  it('comes no later than the deadline, and then no more on its account', () => {
    const job = tracked({ deadlineAt: START + 12 * SECOND });
    const looked = decide(job, running, START + 5 * SECOND, POLICY).job;
    expect(looked.nextLookAt).toBe(START + 12 * SECOND);
    expect(looked.due).toEqual({ queue: lookQueue('hwc-ecs'), at: START + 12 * SECOND });
    const late = after([[12 * SECOND, running]], looked);
    expect(late.nextLookAt).toBeGreaterThanOrEqual(START + 12 * SECOND + 0.9 * POLICY.lookEvery);
  });

  it('comes no later than the moment at which the job is given up', () => {
    const job = after([[7 * HOUR, running]]);
    const seen: Observation = { kind: 'throttled', detail: '', retryAfterMs: 30 * DAY };
    expect(decide(job, seen, START + 14 * DAY, POLICY).job.nextLookAt).toBe(START + 15 * DAY);
  });

  it('is spread, so that jobs tracked together do not stay together; the same input gives the same moment', () => {
    const looks = Array.from({ length: 100 }, (_, n) => nextLookOf(n));
    expect(new Set(looks).size).toBeGreaterThan(90);
    expect(Math.max(...looks) - Math.min(...looks)).toBeGreaterThan(0.15 * POLICY.lookEvery);
    expect(nextLookOf(7)).toBe(nextLookOf(7));
  });

  it.each([
    [0, 10 * SECOND],
    [1, 20 * SECOND],
    [2, 40 * SECOND],
    [4, 160 * SECOND],
    [5, 5 * MINUTE],
    [1_000, 5 * MINUTE],
  ])('after %i failed questions of the origin in a row waits %i ms', (failures, wait) => {
    expect(troubleWait(undefined, failures, POLICY)).toBe(wait);
    const now = START + MINUTE;
    const at = decide(tracked(), unavailable, now, POLICY, failures).job.nextLookAt;
    expect(at).toBeGreaterThanOrEqual(now + wait);
    expect(at).toBeLessThanOrEqual(now + 1.1 * wait);
  });

  it('is never earlier than the cloud asks for, and never earlier than the back-off where it asks for less', () => {
    expect(troubleWait(10 * MINUTE, 0, POLICY)).toBe(10 * MINUTE);
    expect(troubleWait(1, 3, POLICY)).toBe(80 * SECOND);
  });
});

describe('the place among the due rows', () => {
  it('is that of the next look while there is no news', () => {
    const { job } = decide(tracked(), running, START + 5 * SECOND, POLICY);
    expect(job.due).toEqual({ queue: lookQueue('hwc-ecs'), at: job.nextLookAt });
  });

  it('stays with news as it was, wherever that is, so that whoever comes next publishes it', () => {
    const before = tracked();
    for (const seen of [succeeded, failed, unpaid]) {
      expect(decide(before, seen, START + 5 * SECOND, POLICY).job.due).toEqual(before.due);
    }
    const refused = tracked({ due: { queue: PUBLISH_QUEUE, at: START + 3 } });
    expect(decide(refused, failed, START + 5 * SECOND, POLICY).job.due).toEqual(refused.due);
  });

  it('is none once the news of an end is out', () => {
    const { job } = decide(tracked(), failed, START + 5 * SECOND, POLICY);
    expect(published(job, ['job.failed'])).toEqual({ ...job, unpublished: [], due: null });
  });

  it('is that of the next look once other news is out', () => {
    const { job } = decide(tracked(), unpaid, START + 5 * SECOND, POLICY);
    expect(published(job, ['job.payment_pending']).due).toEqual({
      queue: lookQueue('hwc-ecs'),
      at: job.nextLookAt,
    });
  });

  it('stays until the last of the news is out; exactly what was acknowledged leaves the row', () => {
    const { job } = decide(tracked(), unpaid, START + 15 * DAY, POLICY);
    const half = published(job, ['job.lost', 'job.failed']);
    expect(half.unpublished.map((n) => n.kind)).toEqual(['job.payment_pending']);
    expect(half.due).toEqual(job.due);
    expect(half.announced).toEqual(job.announced);
    expect(published(half, ['job.payment_pending']).due).toBeNull();
    expect(published(job, [])).toEqual(job);
  });
});

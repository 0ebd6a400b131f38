import { describe, expect, it } from 'vitest';
import { MAX } from '../../../lib/core/jobs/bounds.ts';
import { jobEvent, type JobEvent } from '../../../lib/core/jobs/event.ts';
import { newJob, type Job } from '../../../lib/core/jobs/job.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { checkQueue, PUBLISH_QUEUE } from '../../../lib/core/row.ts';
import { troubleWait } from '../../../lib/core/jobs/failing.ts';
import { decide, published } from '../../../lib/core/jobs/transition.ts';
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
const stated: Observation = {
  kind: 'not_found',
  proof: 'confirmed',
  routeConfirmed: false,
  detail: 'Common.0011',
};
const bare: Observation = {
  kind: 'not_found',
  proof: 'unconfirmed',
  routeConfirmed: false,
  detail: 'HTTP 404',
};
const seenByOthers: Observation = { ...bare, routeConfirmed: true };
const misrouted: Observation = { kind: 'misrouted', detail: 'APIGW.0101' };
const malformed: Observation = { kind: 'malformed', detail: 'no status' };
const notChecked = (until: number): Observation => ({ kind: 'not_checked', detail: 'paused', until });

const ECS = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
/** A job tracked at START, due for its first check 5 s later. */
const tracked = (over: Partial<Job> = {}): Job => ({
  ...newJob(spec(1), ECS, START, START + 5 * SECOND),
  version: 1,
  ...over,
});
/** What was seen at which time after tracking; the outbox is published at once. */
type Checks = [after: number, seen: Observation][];
const after = (checks: Checks, job = tracked()): Job =>
  checks.reduce((row, [ms, seen]) => {
    const next = decide(row, seen, START + ms, POLICY).job;
    return published(next, next.emitted);
  }, job);

const aTenth = (wait: number): [number, number] => [0.9 * wait, 1.1 * wait];
const atLeast = (wait: number): [number, number] => [wait, 1.1 * wait];

describe('the first check at a job', () => {
  interface Wanted {
    state?: Job['state'];
    emits?: string[];
    reason?: string;
    wait?: [from: number, to: number];
  }
  const cases: [seen: string, Observation, Wanted][] = [
    ['running', running, { wait: aTenth(POLICY.checkEvery) }],
    ['awaiting_payment', unpaid, { emits: ['job.payment_pending'], wait: aTenth(POLICY.checkEveryUnpaid) }],
    ['succeeded', succeeded, { state: 'succeeded', emits: ['job.succeeded'] }],
    ['failed', failed, { state: 'failed', emits: ['job.failed'] }],
    ['not_found', stated, { reason: 'not_found_yet', wait: aTenth(POLICY.notFoundEvery) }],
    ['not_found', bare, { reason: 'not_found_yet', wait: aTenth(POLICY.notFoundEvery) }],
    ['throttled', throttled, { wait: atLeast(MINUTE) }],
    ['denied', denied, { wait: atLeast(POLICY.troubleFirst) }],
    ['misrouted', misrouted, { wait: atLeast(POLICY.troubleFirst) }],
    ['unavailable', unavailable, { wait: atLeast(POLICY.troubleFirst) }],
    ['malformed', malformed, { wait: atLeast(POLICY.troubleFirst) }],
    ['not_checked', notChecked(START + 2 * MINUTE), { wait: atLeast(2 * MINUTE - 5 * SECOND) }],
  ];

  it.each(cases)('that sees %s (%j) leads to %j', (kind, seen, wanted) => {
    const now = START + 5 * SECOND;
    const { job, emits, reason } = decide(tracked(), seen, now, POLICY);
    expect(job.state).toBe(wanted.state ?? 'outstanding');
    expect(emits).toEqual(wanted.emits ?? []);
    expect(reason).toBe(wanted.reason ?? kind);
    if (wanted.wait) {
      expect(job.nextCheckAt).toBeGreaterThanOrEqual(now + wanted.wait[0]);
      expect(job.nextCheckAt).toBeLessThanOrEqual(now + wanted.wait[1]);
    }
  });

  it.each([throttled, denied, misrouted, unavailable, malformed, notChecked(START + MINUTE)])(
    'that could not be had leaves all that is known of the job as it is: $kind',
    (seen) => {
      const before = after([
        [5 * SECOND, running],
        [35 * SECOND, stated],
      ]);
      const { job } = decide(before, seen, START + MINUTE, POLICY);
      const { checkedAt, nextCheckAt, due, history, notFound, failing } = job;
      expect(job).toEqual({ ...before, checkedAt, nextCheckAt, due, history, notFound, failing });
      // Asked is asked, whatever came of it.
      expect(checkedAt).toBe(seen.kind === 'not_checked' ? before.checkedAt : START + MINUTE);
    },
  );
});

describe('what a check learned', () => {
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
    ['lost', after([[15 * DAY, unavailable]])],
  ];
  it.each(ended)('as %s stays as it is, whatever is seen and however late', (state, job) => {
    expect(job.state).toBe(state);
    for (const seen of [running, unpaid, succeeded, failed, stated, bare, denied, notChecked(START)]) {
      const decision = decide(job, seen, START + 20 * DAY, POLICY);
      expect(decision.job).toBe(job);
      expect(decision.emits).toEqual([]);
    }
  });
});

const lost = (reason: string) => ({ state: 'lost', lostReason: reason });

describe('a job the cloud does not know', () => {
  const waits = { state: 'outstanding', lostReason: null };
  const cases: [what: string, Checks, object][] = [
    [
      'waits in the first quarter of an hour, however often that is said: regions are slow',
      [
        [0, stated],
        [MINUTE, stated],
        [2 * MINUTE + 15 * SECOND, stated],
        [5 * MINUTE, stated],
        [15 * MINUTE - 1, stated],
      ],
      waits,
    ],
    [
      'is lost when that was said three times over two minutes',
      [
        [HOUR, stated],
        [HOUR + MINUTE, stated],
        [HOUR + 2 * MINUTE, stated],
      ],
      lost('unknown'),
    ],
    [
      'waits while the three times are not yet over two minutes',
      [
        [HOUR, stated],
        [HOUR + 40 * SECOND, stated],
        [HOUR + 119 * SECOND, stated],
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
        [HOUR, seenByOthers],
        [HOUR + MINUTE, seenByOthers],
        [HOUR + 2 * MINUTE, seenByOthers],
      ],
      lost('unknown'),
    ],
    [
      'waits for a day on bare 404s whose route nothing confirms',
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
        [HOUR, stated],
        [HOUR + MINUTE, stated],
        [HOUR + 2 * MINUTE, bare],
        [HOUR + 3 * MINUTE, bare],
      ],
      waits,
    ],
    [
      'counts no bare 404 among the three times',
      [
        [HOUR, stated],
        [HOUR + MINUTE, bare],
        [HOUR + 2 * MINUTE, bare],
        [HOUR + 3 * MINUTE, stated],
      ],
      waits,
    ],
    [
      'is not lost later because of a bare 404',
      [
        [HOUR, stated],
        [HOUR + MINUTE, stated],
        [HOUR + 90 * SECOND, bare],
        [HOUR + 2 * MINUTE, stated],
      ],
      lost('unknown'),
    ],
    [
      'starts anew when a check failed in between: an origin in trouble proves nothing',
      Array.from({ length: 60 }, (_, n): Checks[number] => [
        HOUR + n * MINUTE,
        n % 3 === 2 ? unavailable : stated,
      ]),
      waits,
    ],
    [
      'does not start anew when it was only asked too often in between',
      [
        [HOUR, stated],
        [HOUR + MINUTE, stated],
        [HOUR + 2 * MINUTE, throttled],
        [HOUR + 3 * MINUTE, stated],
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
      'waits for a day after it was seen running: a cloud keeps the record of an end for so long',
      [
        [HOUR, running],
        [HOUR + MINUTE, stated],
        [HOUR + 2 * MINUTE, stated],
        [HOUR + 3 * MINUTE, seenByOthers],
        [25 * HOUR - 1, stated],
      ],
      waits,
    ],
    [
      'has expired where it was seen running a day ago',
      [
        [HOUR, running],
        [HOUR + MINUTE, stated],
        [HOUR + 2 * MINUTE, stated],
        [25 * HOUR, stated],
      ],
      lost('expired'),
    ],
    [
      'waits for a day after it was seen waiting for payment',
      [
        [HOUR, unpaid],
        [2 * HOUR, stated],
        [3 * HOUR, stated],
        [25 * HOUR - 1, stated],
      ],
      waits,
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
  it.each(cases)('%s', (_, checks, wanted) => {
    expect(after(checks)).toMatchObject(wanted);
  });

  it('waits during a grace that is longer than the confirmation takes', () => {
    const patient = { ...POLICY, notFoundGrace: 30 * MINUTE };
    const job = [1, 3, 5, 29].reduce(
      (row, minute) => decide(row, stated, START + minute * MINUTE, patient).job,
      tracked(),
    );
    expect(job.state).toBe('outstanding');
    expect(decide(job, stated, START + 30 * MINUTE, patient).reason).toBe('unknown');
  });

  it('emits that it is lost, once, with the reason', () => {
    const job = after([
      [HOUR, stated],
      [HOUR + MINUTE, stated],
    ]);
    const decision = decide(job, stated, START + HOUR + 2 * MINUTE, POLICY);
    expect(decision.emits).toEqual(['job.lost']);
    expect(decision.reason).toBe('unknown');
    expect(decision.job.detectedAt).toBe(START + HOUR + 2 * MINUTE);
  });

  it('is asked for less often the longer it is gone, down to every ten minutes', () => {
    const waitAfter = (ms: number): number => {
      const { job } = decide(
        tracked({ notFound: { count: 3, since: START }, seen: 'running' }),
        stated,
        START + ms,
        POLICY,
      );
      return job.nextCheckAt - START - ms;
    };
    for (const [gone, wait] of [
      [MINUTE, MINUTE],
      [10 * MINUTE, MINUTE],
      [HOUR, 6 * MINUTE],
      [20 * HOUR, 10 * MINUTE],
    ] as const) {
      expect(waitAfter(gone)).toBeGreaterThanOrEqual(0.9 * wait);
      expect(waitAfter(gone)).toBeLessThanOrEqual(1.1 * wait);
    }
  });

  it('is written no more once its count is full', () => {
    const checks = [1, 2, 3, 4, 5].map((n): Checks[number] => [HOUR + n * MINUTE, stated]);
    const job = after([[HOUR, running], ...checks]);
    const again = decide(job, stated, START + HOUR + 6 * MINUTE, POLICY).job;
    expect({ ...again, checkedAt: job.checkedAt, nextCheckAt: job.nextCheckAt, due: job.due }).toEqual(job);
  });

  it('that was stored by an earlier version, which did not note when it was seen, waits for a day too', () => {
    const former: Job = { ...tracked(), seen: 'running', notFound: { count: 2, since: START } };
    const checks: Checks = [
      [HOUR, stated],
      [DAY - 1, stated],
    ];
    expect(after(checks, former).state).toBe('outstanding');
    expect(after([...checks, [DAY, stated]], former)).toMatchObject(lost('expired'));
  });
});

describe('a job that was emitted as lost', () => {
  const checks: Checks = [
    [HOUR, stated],
    [HOUR + MINUTE, stated],
    [HOUR + 2 * MINUTE, stated],
  ];
  const gone = after(checks);
  const at = START + 3 * HOUR;

  it('is checked about once an hour, whatever is seen', () => {
    expect(gone).toMatchObject({ ...lost('unknown'), emitted: ['job.lost'] });
    for (const seen of [
      stated,
      bare,
      running,
      unpaid,
      denied,
      throttled,
      malformed,
      notChecked(at + MINUTE),
    ]) {
      const { job, emits } = decide(gone, seen, at, POLICY);
      expect(emits).toEqual([]);
      expect(job.state).toBe('lost');
      expect(job.due).toEqual({ queue: checkQueue('hwc-ecs'), at: job.nextCheckAt });
      expect(job.nextCheckAt - at).toBeGreaterThanOrEqual(0.9 * HOUR);
      expect(job.nextCheckAt - at).toBeLessThanOrEqual(1.1 * HOUR);
    }
  });

  it('is checked a little earlier at first: a mistake shows soon', () => {
    const lostAt = gone.detectedAt!;
    expect(gone.nextCheckAt - lostAt).toBeLessThanOrEqual(11 * MINUTE);
    const again = decide(gone, stated, lostAt + 20 * MINUTE, POLICY).job;
    expect(again.nextCheckAt - lostAt - 20 * MINUTE).toBeGreaterThanOrEqual(18 * MINUTE);
    expect(again.nextCheckAt - lostAt - 20 * MINUTE).toBeLessThanOrEqual(22 * MINUTE);
  });

  it.each([succeeded, failed])('is emitted once more when it turns out to have $kind', (seen) => {
    const { job, emits } = decide(after([[2 * HOUR, running]], gone), seen, at, POLICY);
    expect(emits).toEqual([`job.${seen.kind}`]);
    expect(job).toMatchObject({ state: seen.kind, detectedAt: at });
    expect(job.outbox).toEqual([{ kind: `job.${seen.kind}`, at, sequence: 2 }]);
    expect(jobEvent(job, job.outbox[0]!).data).toMatchObject({ outcome: seen.kind });
    expect(jobEvent(job, { kind: 'job.lost', at: START, sequence: 1 }).data).toMatchObject({
      outcome: 'unknown',
    });
    expect(published(job, job.emitted).due).toBeNull();
  });

  it('is checked no more at the age at which any job is given up', () => {
    const late = after([[15 * DAY - MINUTE, stated]], gone);
    expect(late).toMatchObject({ ...lost('unknown'), due: null });
    expect(decide(late, succeeded, START + 16 * DAY, POLICY).job).toBe(late);
  });

  it('by an earlier version stays as it is', () => {
    const former: Job = { ...gone, due: null, detectedAt: START + HOUR, nextCheckAt: START + HOUR };
    expect(decide(former, succeeded, at, POLICY).job).toBe(former);
  });
});

describe('checks of one job that fail', () => {
  const oddly = (job: Job, times: number, seen: Observation = malformed, from = START): Job => {
    let row = job;
    for (let n = 0; n < times; n += 1) {
      const now = n === 0 ? from : row.nextCheckAt;
      const next = decide(row, seen, now, POLICY).job;
      row = published(next, next.emitted);
    }
    return row;
  };

  it('are put off for longer and longer, also where its origin is well', () => {
    const waits: number[] = [];
    for (let times = 1; times <= 8; times += 1) {
      const row = oddly(tracked(), times);
      waits.push(Math.floor((row.nextCheckAt - row.checkedAt!) / 1.1 / SECOND) * SECOND);
    }
    expect(waits.map((wait, n) => wait <= Math.min(10 * 2 ** n, 300) * SECOND)).not.toContain(false);
    expect(waits.at(-1)).toBeGreaterThan(270 * SECOND);
  });

  it('are counted no further than anything depends on it, and no more after an answer', () => {
    const row = oddly(tracked(), 8);
    expect(oddly(tracked(), 20).failing).toEqual(row.failing);
    expect(decide(row, running, row.nextCheckAt, POLICY).job.failing).toBeNull();
    expect(decide(row, stated, row.nextCheckAt, POLICY).job.failing).toBeNull();
  });

  it('are reported once where others are answered meanwhile, and have failed for five minutes', () => {
    const alone = { ...malformed, routeConfirmed: true } as Observation;
    const early = oddly(tracked(), 4, alone);
    expect(early.emitted).toEqual([]);
    const told = oddly(tracked(), 30, alone);
    expect(told).toMatchObject({ state: 'outstanding', emitted: ['job.unreachable'] });
    const event = seenAt(alone);
    expect(event.data).toMatchObject({ outcome: null, error: { reason: 'malformed: no status' } });
  });
  const seenAt = (seen: Observation) => {
    let row = tracked();
    for (;;) {
      const { job, emits } = decide(row, seen, row.nextCheckAt, POLICY);
      if (emits.length > 0) return jobEvent(job, job.outbox[0]!) as JobEvent;
      row = job;
    }
  };

  it('are not reported where nothing else is answered: that is the trouble of its origin', () => {
    expect(oddly(tracked(), 30).emitted).toEqual([]);
  });

  it('are not reported at the end of an outage of all, when others happen to be answered first', () => {
    const out = oddly(tracked(), 20, unavailable);
    const { emits } = decide(
      out,
      { ...unavailable, routeConfirmed: true } as Observation,
      out.nextCheckAt,
      POLICY,
    );
    expect(emits).toEqual([]);
  });
});

describe('the clock', () => {
  it('calls a job overdue after six hours, once', () => {
    const job = after([[5 * SECOND, running]]);
    expect(decide(job, running, START + 6 * HOUR - 1, POLICY).emits).toEqual([]);
    const late = decide(job, running, START + 6 * HOUR, POLICY);
    expect(late.emits).toEqual(['job.overdue']);
    expect(late.job.state).toBe('outstanding');
    expect(decide(late.job, running, START + 7 * HOUR, POLICY).emits).toEqual([]);
  });

  it("calls it overdue after the job's own deadline instead, where it has one", () => {
    const early = tracked({ deadlineAt: START + MINUTE });
    const patient = tracked({ deadlineAt: START + 2 * DAY });
    expect(decide(early, running, START + MINUTE, POLICY).emits).toEqual(['job.overdue']);
    expect(decide(patient, running, START + DAY, POLICY).emits).toEqual([]);
  });

  it.each([denied, throttled, bare, notChecked(START + 7 * HOUR)])(
    'does so even where the cloud gives no answer: $kind',
    (seen) => {
      expect(decide(tracked(), seen, START + 6 * HOUR, POLICY).emits).toEqual(['job.overdue']);
    },
  );

  it('has nothing to say of a job that ends with the late look', () => {
    expect(decide(tracked(), succeeded, START + 7 * HOUR, POLICY).emits).toEqual(['job.succeeded']);
  });

  it.each([denied, throttled, bare, notChecked(START + 16 * DAY)])(
    'gives a job up after fifteen days: $kind',
    (seen) => {
      const job = after([
        [5 * SECOND, running],
        [6 * HOUR, running],
      ]);
      expect(decide(job, seen, START + 15 * DAY - 1, POLICY).job.state).toBe('outstanding');
      const decision = decide(job, seen, START + 15 * DAY, POLICY);
      expect(decision).toMatchObject({ emits: ['job.lost'], reason: 'gave_up' });
      expect(decision.job).toMatchObject({ state: 'lost', lostReason: 'gave_up' });
    },
  );

  it('lets an end that is seen at the last moment count', () => {
    expect(decide(tracked(), failed, START + 15 * DAY, POLICY).job.state).toBe('failed');
  });

  it('does not swallow what else became known with the last check', () => {
    const { job, emits } = twoEntries();
    expect(emits).toEqual(['job.unreachable', 'job.lost']);
    expect(job.outbox.map((n) => [n.kind, n.sequence])).toEqual([
      ['job.unreachable', 1],
      ['job.lost', 2],
    ]);
  });

  it.each([running, unpaid])(
    'gives nothing up in a check in which the cloud said that it goes on: $kind',
    (seen) => {
      const job = after([[5 * SECOND, running]]);
      const { job: late, emits } = decide(job, seen, START + 16 * DAY, POLICY);
      expect(late.state).toBe('outstanding');
      expect(emits).not.toContain('job.lost');
      expect(late.nextCheckAt).toBeGreaterThan(START + 16 * DAY);
    },
  );

  it('gives nothing up in such a check either where the record of an end is not kept at all', () => {
    const policy = { ...POLICY, recordKept: 0 };
    expect(decide(tracked(), running, START + 16 * DAY, policy).job.state).toBe('outstanding');
  });

  it('gives nothing up that the cloud said to go on within the last day', () => {
    const job = after([
      [5 * SECOND, running],
      [16 * DAY, running],
    ]);
    expect(decide(job, unavailable, START + 17 * DAY - 1, POLICY).job.state).toBe('outstanding');
    expect(decide(job, unavailable, START + 17 * DAY, POLICY).job).toMatchObject(lost('gave_up'));
  });
});

/** A job that alone has been in trouble all the time, when it is given up. */
function twoEntries(): ReturnType<typeof decide> {
  const failing = { count: 6, since: START, alone: 2 };
  const alone = { ...malformed, routeConfirmed: true } as Observation;
  return decide(tracked({ failing, emitted: [] }), alone, START + 15 * DAY, {
    ...POLICY,
    overdueAfter: 16 * DAY,
  });
}

describe('waiting for payment', () => {
  it('is emitted once, also after the job ran in between', () => {
    const job = after([
      [5 * SECOND, unpaid],
      [HOUR, running],
    ]);
    expect(job.emitted).toEqual(['job.payment_pending']);
    expect(decide(job, unpaid, START + 2 * HOUR, POLICY).emits).toEqual([]);
  });

  it('is not overdue, however long it lasts; its time counts from payment', () => {
    const job = after([
      [5 * SECOND, unpaid],
      [7 * HOUR, unpaid],
      [3 * DAY, unpaid],
    ]);
    expect(job.emitted).toEqual(['job.payment_pending']);
    const paid = after([[3 * DAY + 10 * MINUTE, running]], job);
    expect(decide(paid, running, START + 3 * DAY + 6 * HOUR - 1, POLICY).emits).toEqual([]);
    expect(decide(paid, running, START + 3 * DAY + 6 * HOUR, POLICY).emits).toEqual(['job.overdue']);
  });

  it('is not overdue either while nobody knows whether it was paid', () => {
    expect(decide(after([[5 * SECOND, unpaid]]), unavailable, START + 7 * HOUR, POLICY).emits).toEqual([]);
  });

  it('puts a deadline of its own off by as long as it lasts', () => {
    const given = tracked({ deadlineAt: START + HOUR });
    const job = after(
      [
        [5 * SECOND, unpaid],
        [2 * DAY, unpaid],
        [2 * DAY + MINUTE, running],
      ],
      given,
    );
    expect(job.emitted).toEqual(['job.payment_pending']);
    expect(decide(job, running, START + 2 * DAY + HOUR, POLICY).emits).toEqual(['job.overdue']);
  });

  it('counts the give-up age from payment', () => {
    const job = after([
      [5 * SECOND, unpaid],
      [13 * DAY, unpaid],
      [13 * DAY + MINUTE, running],
    ]);
    expect(decide(job, unavailable, START + 28 * DAY - 1, POLICY).job.state).toBe('outstanding');
    expect(decide(job, unavailable, START + 28 * DAY, POLICY).job).toMatchObject(lost('gave_up'));
  });
});

const nextCheckOf = (n: number): number =>
  decide(newJob(spec(n), ECS, START, START), running, START, POLICY).job.nextCheckAt;

describe('the next check', () => {
  it('comes no later than the deadline, and then no more on its account', () => {
    const job = tracked({ deadlineAt: START + 12 * SECOND });
    const checked = decide(job, running, START + 5 * SECOND, POLICY).job;
    expect(checked.nextCheckAt).toBe(START + 12 * SECOND);
    expect(checked.due).toEqual({ queue: checkQueue('hwc-ecs'), at: START + 12 * SECOND });
    const late = after([[12 * SECOND, running]], checked);
    expect(late.nextCheckAt).toBeGreaterThanOrEqual(START + 12 * SECOND + 0.9 * POLICY.checkEvery);
  });

  it('comes no later than the moment at which the job is given up', () => {
    const job = after([[7 * HOUR, running]]);
    const seen: Observation = { kind: 'throttled', detail: '', retryAfterMs: 30 * DAY };
    expect(decide(job, seen, START + 14 * DAY, POLICY).job.nextCheckAt).toBe(START + 15 * DAY);
  });

  it('is spread, so that jobs tracked together do not stay together; the same input gives the same moment', () => {
    const checks = Array.from({ length: 100 }, (_, n) => nextCheckOf(n));
    expect(new Set(checks).size).toBeGreaterThan(90);
    expect(Math.max(...checks) - Math.min(...checks)).toBeGreaterThan(0.15 * POLICY.checkEvery);
    expect(nextCheckOf(7)).toBe(nextCheckOf(7));
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
    const at = decide(tracked(), unavailable, now, POLICY, failures).job.nextCheckAt;
    expect(at).toBeGreaterThanOrEqual(now + wait);
    expect(at).toBeLessThanOrEqual(now + 1.1 * wait);
  });

  it('is never earlier than the cloud asks for, and never earlier than the back-off where it asks for less', () => {
    expect(troubleWait(10 * MINUTE, 0, POLICY)).toBe(10 * MINUTE);
    expect(troubleWait(1, 3, POLICY)).toBe(80 * SECOND);
  });
});

describe('the place among the due rows', () => {
  it('is that of the next check while the outbox is empty', () => {
    const { job } = decide(tracked(), running, START + 5 * SECOND, POLICY);
    expect(job.due).toEqual({ queue: checkQueue('hwc-ecs'), at: job.nextCheckAt });
  });

  it('stays as it was while there is an outbox, so that the next worker publishes it', () => {
    const before = tracked();
    for (const seen of [succeeded, failed, unpaid]) {
      expect(decide(before, seen, START + 5 * SECOND, POLICY).job.due).toEqual(before.due);
    }
    const refused = tracked({ due: { queue: PUBLISH_QUEUE, at: START + 3 } });
    expect(decide(refused, failed, START + 5 * SECOND, POLICY).job.due).toEqual(refused.due);
  });

  it('is none once an end is published', () => {
    const { job } = decide(tracked(), failed, START + 5 * SECOND, POLICY);
    expect(published(job, ['job.failed'])).toEqual({ ...job, outbox: [], due: null });
  });

  it('is that of the next check once another event is published', () => {
    const { job } = decide(tracked(), unpaid, START + 5 * SECOND, POLICY);
    expect(published(job, ['job.payment_pending']).due).toEqual({
      queue: checkQueue('hwc-ecs'),
      at: job.nextCheckAt,
    });
  });

  it('stays until the last entry is published; exactly what was acknowledged leaves the row', () => {
    const { job } = twoEntries();
    const half = published(job, ['job.lost', 'job.failed']);
    expect(half.outbox.map((n) => n.kind)).toEqual(['job.unreachable']);
    expect(half.due).toEqual(job.due);
    expect(half.emitted).toEqual(job.emitted);
    expect(published(half, ['job.unreachable']).due).toBeNull();
    expect(published(job, [])).toEqual(job);
  });
});

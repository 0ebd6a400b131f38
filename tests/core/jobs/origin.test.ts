import { describe, expect, it } from 'vitest';
import { originEvent } from '../../../lib/core/jobs/event.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import {
  assess as assessed,
  enough,
  NO_TALLY,
  tally,
  routeConfirmed,
  type Tally,
} from '../../../lib/core/jobs/health.ts';
import { newJob, type Job } from '../../../lib/core/jobs/job.ts';
import { isLeased, newOrigin, timely, type Origin } from '../../../lib/core/jobs/origin.ts';
import { cleared } from '../../../lib/core/outbox.ts';
import { PUBLISH_QUEUE } from '../../../lib/core/row.ts';
import {
  denied,
  failed,
  POLICY,
  running,
  spec,
  START,
  succeeded,
  throttled,
  unavailable,
} from '../../kit.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

const malformed: Observation = { kind: 'malformed', detail: 'no status' };
const stated: Observation = {
  kind: 'not_found',
  proof: 'confirmed',
  routeConfirmed: false,
  detail: 'Common.0011',
};
const bare: Observation = {
  kind: 'not_found',
  proof: 'unconfirmed',
  routeConfirmed: true,
  detail: 'HTTP 404',
};
const notChecked: Observation = { kind: 'not_checked', detail: 'paused', until: START };

/** With so many jobs waiting, none of them for long, at five questions a second. */
const assess = (row: Origin, seen: Tally, count: number, now: number, policy = POLICY): Origin =>
  assessed(row, seen, { count, earliest: null }, now, policy, 5);
const ECS = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const job = (n: number, over: Partial<Job> = {}): Job => ({ ...newJob(spec(n), ECS, START, START), ...over });
/** Answers about as many jobs, at `now`. */
const talliedAt = (now: number, ...seen: Observation[]): Tally =>
  seen.reduce((sofar, one, n) => tally(sofar, one, job(n), now), NO_TALLY);
const tallied = (...seen: Observation[]): Tally => talliedAt(START, ...seen);
const fresh: Origin = { ...newOrigin('hwc-ecs', START), version: 1 };
const publish = (row: Origin): Origin =>
  cleared(
    row,
    row.outbox.map((n) => n.kind),
  );

/** Sweeps of an origin: when, and what its jobs' questions came to. News is published at once and collected. */
type Sweeps = [after: number, ...seen: Observation[]][];
function over(
  sweeps: Sweeps,
  row = fresh,
): { row: Origin; emits: { kind: string; id: string; at: number }[] } {
  const emits: { kind: string; id: string; at: number }[] = [];
  for (const [after, ...seen] of sweeps) {
    row = assess(row, talliedAt(START + after, ...seen), 7, START + after, POLICY);
    for (const one of row.outbox) {
      emits.push({ kind: one.kind, id: originEvent(row, one).metadata.id, at: one.at - START });
    }
    row = publish(row);
  }
  return { row, emits };
}
const kinds = (sweeps: Sweeps): string[] => over(sweeps).emits.map((n) => n.kind);

describe('an outage of trouble', () => {
  it('begins with a check that failed, and emits nothing before five minutes are over', () => {
    const { row, emits } = over([
      [0, denied],
      [4 * MINUTE, denied],
    ]);
    expect(row).toMatchObject({
      state: 'troubled',
      since: START,
      reason: 'denied',
      detail: 'APIGW.0301',
    });
    expect(emits).toEqual([]);
  });

  it('is reported once, with its start, its latest reason and how many jobs wait', () => {
    const { row, emits } = over([
      [0, denied],
      [5 * MINUTE, unavailable],
      [6 * MINUTE, denied],
      [3 * 60 * MINUTE, denied],
    ]);
    expect(emits).toMatchObject([{ kind: 'origin.unreachable', at: 5 * MINUTE }]);
    expect(row).toMatchObject({ state: 'unreachable', since: START, outstanding: 7, sequence: 1 });
    const reported = assess(
      { ...fresh, state: 'troubled', since: START },
      tallied(unavailable),
      7,
      START + 5 * MINUTE,
      POLICY,
    );
    expect(originEvent(reported, reported.outbox[0]!).data).toMatchObject({
      origin: 'hwc-ecs',
      reason: 'unavailable',
      detail: 'HTTP 502',
      since: '2026-03-01T12:00:00.000Z',
      outstanding: 7,
    });
  });

  it('ends with one answer, which is emitted only where the outage was', () => {
    expect(
      kinds([
        [0, denied],
        [MINUTE, running],
      ]),
    ).toEqual([]);
    expect(
      over([
        [0, denied],
        [MINUTE, running],
      ]).row.state,
    ).toBe('ok');
    const { row, emits } = over([
      [0, denied],
      [5 * MINUTE, denied],
      [6 * MINUTE, running],
      [7 * MINUTE, running],
    ]);
    expect(emits.map((n) => [n.kind, n.at])).toEqual([
      ['origin.unreachable', 5 * MINUTE],
      ['origin.recovered', 6 * MINUTE],
    ]);
    expect(row).toMatchObject({ state: 'ok', failures: 0, pausedUntil: 0, sequence: 2 });
  });

  it('begins anew after an answer: five minutes count from there', () => {
    expect(
      kinds([
        [0, denied],
        [4 * MINUTE, denied, running],
        [5 * MINUTE, denied],
        [9 * MINUTE, denied],
      ]),
    ).toEqual([]);
  });

  it('differs from the one before by the id of its events', () => {
    const outage = (at: number): Sweeps => [
      [at, denied],
      [at + 5 * MINUTE, denied],
      [at + 6 * MINUTE, running],
    ];
    const { emits } = over([...outage(0), ...outage(60 * MINUTE)]);
    expect(emits.map((n) => n.kind)).toEqual([
      'origin.unreachable',
      'origin.recovered',
      'origin.unreachable',
      'origin.recovered',
    ]);
    expect(new Set(emits.map((n) => n.id)).size).toBe(4);
  });

  it('does not begin where other checks of the same sweep were answered', () => {
    expect(over([[0, running, denied]]).row.state).toBe('ok');
    expect(over([[0, denied, running]]).row.state).toBe('ok');
  });

  it.each(['denied', 'misrouted', 'unavailable', 'malformed'] as const)('is one of %s', (kind) => {
    const seen: Observation = { kind, detail: 'why' };
    const { row, emits } = over([
      [0, seen, seen],
      [5 * MINUTE, seen, seen],
    ]);
    expect(emits.map((n) => n.kind)).toEqual(['origin.unreachable']);
    expect(row.reason).toBe(kind);
  });
});

describe('being throttled', () => {
  it('pauses, and is no outage', () => {
    const { row, emits } = over([
      [0, throttled],
      [10 * MINUTE, throttled],
    ]);
    expect(row.state).toBe('ok');
    expect(row.pausedUntil).toBeGreaterThanOrEqual(START + 11 * MINUTE);
    expect(emits).toEqual([]);
  });

  it('pauses where other checks of the same sweep were answered, too', () => {
    const { row } = over([[0, running, throttled]]);
    expect(row.pausedUntil).toBe(START + MINUTE);
    expect(row.answeredAt).toBe(START);
  });

  it('neither ends an outage nor reports it', () => {
    const { row, emits } = over([
      [0, denied],
      [5 * MINUTE, throttled],
    ]);
    expect(row).toMatchObject({ state: 'troubled', since: START, reason: 'denied' });
    expect(emits).toEqual([]);
  });
});

describe('the pause after trouble', () => {
  it('doubles up to five minutes, and ends with an answer', () => {
    const waits = [10, 20, 40, 80, 160, 300, 300].map((s) => s * SECOND);
    let row = fresh;
    for (const [i, wait] of waits.entries()) {
      const now = START + i * 60 * MINUTE;
      row = publish(assess(row, tallied(unavailable), 0, now, POLICY));
      expect(row.pausedUntil).toBe(now + wait);
    }
    expect(assess(row, tallied(running), 0, START, POLICY)).toMatchObject({ failures: 0, pausedUntil: 0 });
  });

  it('is at least as long as the cloud asks for, and is never cut short', () => {
    const asked: Observation = {
      ...unavailable,
      kind: 'unavailable',
      retryAfterMs: 20 * MINUTE,
    } as Observation;
    const { row } = over([
      [0, asked],
      [MINUTE, denied],
    ]);
    expect(row.pausedUntil).toBe(START + 20 * MINUTE);
  });

  it('does not follow an odd answer about one job', () => {
    expect(over([[0, malformed]]).row).toMatchObject({ pausedUntil: 0, failures: 0, state: 'troubled' });
  });

  it('follows odd answers about two jobs where nothing else is answered', () => {
    const { row } = over([[0, malformed, malformed]]);
    expect(row).toMatchObject({ pausedUntil: START + 10 * SECOND, failures: 1, state: 'troubled' });
  });
});

describe('while the outbox is not published', () => {
  const unreachable = assess(
    { ...fresh, state: 'troubled', since: START, reason: 'denied' },
    tallied(denied),
    7,
    START + 5 * MINUTE,
    POLICY,
  );

  it.each([[running], [unavailable], [throttled], []])('nothing changes, whatever is seen: %j', (...seen) => {
    expect(assess(unreachable, tallied(...seen), 0, START + 9 * MINUTE, POLICY)).toBe(unreachable);
  });

  it('the row waits among those to publish, until exactly that entry is acknowledged', () => {
    expect(unreachable.due).toEqual({ queue: PUBLISH_QUEUE, at: START + 5 * MINUTE });
    expect(cleared(unreachable, ['origin.recovered'])).toEqual(unreachable);
    expect(cleared(unreachable, ['origin.unreachable'])).toMatchObject({
      outbox: [],
      due: null,
    });
  });
});

describe('an origin that answers', () => {
  it('is written at most once a minute', () => {
    const { row } = over([[0, running]]);
    expect(row.answeredAt).toBe(START);
    expect(assess(row, tallied(running, running), 0, START + MINUTE - 1, POLICY)).toBe(row);
    expect(assess(row, tallied(running), 0, START + MINUTE, POLICY).answeredAt).toBe(START + MINUTE);
  });

  it('is not written where nothing was asked', () => {
    expect(assess(fresh, tallied(notChecked), 0, START, POLICY)).toBe(fresh);
  });
});

describe('what proves that origin, route and credentials are right', () => {
  it.each([
    [running, 1],
    [succeeded, 1],
    [failed, 1],
    [stated, 1],
    [bare, 0],
    [notChecked, 0],
    [denied, 0],
    [malformed, 0],
  ])('$kind counts: %j -> %i', (seen, answered) => {
    expect(tallied(seen).answered).toBe(answered);
  });

  it('confirms the route of a job that was not found before, never for one that is not found since', () => {
    const { row } = over([[0, running]]);
    expect(routeConfirmed(row, NO_TALLY, START - 1)).toBe(true);
    expect(routeConfirmed(row, NO_TALLY, START)).toBe(false);
    expect(routeConfirmed(fresh, talliedAt(START + MINUTE, running), START)).toBe(true);
    expect(routeConfirmed(fresh, talliedAt(START + MINUTE, bare, denied, stated), START)).toBe(false);
  });
});

describe('a sweep stops asking', () => {
  const troubled: Origin = { ...fresh, state: 'troubled' };
  const well: Origin = { ...fresh, answeredAt: START - MINUTE };
  const cases: [boolean, string, Origin, Observation[]][] = [
    [false, 'not while answers come', fresh, [running, denied, denied, running]],
    [false, 'not after two failures', fresh, [running, denied, unavailable]],
    [true, 'after three failures in a row', fresh, [denied, unavailable, denied]],
    [false, 'not after three failures with an answer in between', fresh, [denied, denied, running, denied]],
    [true, 'at once when throttled', fresh, [running, throttled]],
    [true, 'after the first failure where the origin was in trouble already', troubled, [denied]],
    [false, 'not where that first one was answered', troubled, [running]],
    [false, 'not for odd answers of one that answers', well, [malformed, bare, malformed]],
    [false, 'not for two odd answers of one that does not', fresh, [malformed, bare]],
    [true, 'after three odd answers where nothing else is answered', fresh, [malformed, bare, malformed]],
    [false, 'not where an answer came in between', fresh, [malformed, bare, running, malformed]],
  ];
  it.each(cases)('%s: %s', (wanted, _, row, seen) => {
    expect(enough(row, tallied(...seen), START)).toBe(wanted);
  });
});

describe('an origin that answers 404 to everything', () => {
  const HOUR = 60 * MINUTE;
  /** Jobs that were not found for the first time at START. */
  const gone = (now: number, ...numbers: number[]): Tally =>
    numbers.reduce(
      (sofar, n) => tally(sofar, bare, job(n, { notFound: { count: 0, since: START } }), now),
      NO_TALLY,
    );
  const well: Origin = { ...fresh, answeredAt: START - 30 * SECOND, routeConfirmedAt: START - 30 * SECOND };

  it('is left alone while others are answered: it is written for none of these 404s', () => {
    expect(assess(well, gone(START, 1), 7, START)).toBe(well);
    expect(assess(well, gone(START + MINUTE, 1, 2, 3), 7, START + MINUTE)).toBe(well);
  });

  it('is in trouble since the first of them once two jobs have nothing else, and is reported after five minutes', () => {
    let row = assess(well, gone(START + 2 * MINUTE, 1), 7, START + 2 * MINUTE);
    expect(row).toMatchObject({ state: 'troubled', reason: 'misrouted', since: START, pausedUntil: 0 });
    row = assess(row, gone(START + 3 * MINUTE, 2), 7, START + 3 * MINUTE);
    expect(row).toMatchObject({ failures: 1, pausedUntil: START + 3 * MINUTE + 10 * SECOND });
    row = assess(row, gone(START + 5 * MINUTE, 1), 7, START + 5 * MINUTE);
    expect(row.outbox.map((n) => n.kind)).toEqual(['origin.unreachable']);
    expect(originEvent(row, row.outbox[0]!).data).toMatchObject({
      reason: 'misrouted',
      detail: expect.stringContaining('HTTP 404'),
    });
  });

  it('is never told so by one job among others, and at once where it has no other', () => {
    let row = well;
    for (let m = 2; m < 60; m += 1) row = assess(row, gone(START + m * MINUTE, 1), 2, START + m * MINUTE);
    expect(row).toMatchObject({ state: 'troubled', pausedUntil: 0, outbox: [] });
    row = well;
    for (let m = 2; m < 10; m += 1) row = assess(row, gone(START + m * MINUTE, 1), 1, START + m * MINUTE);
    expect(row.outbox.map((n) => n.kind)).toEqual(['origin.unreachable']);
  });

  it('is not told so by jobs of which that is known: those that were lost, or are gone while others are answered', () => {
    for (const over of [{ state: 'lost' }, { notFound: { count: 1, since: START } }] as const) {
      const known = tally(NO_TALLY, bare, job(1, over), START + HOUR);
      expect(assess(well, known, 1, START + HOUR)).toBe(well);
    }
  });

  it.each([malformed, denied, unavailable])(
    "is not told of trouble that is known to be one job's own: $kind",
    (seen) => {
      const alone = job(1, { failing: { count: 3, since: START, alone: 1 } });
      expect(tally(NO_TALLY, seen, alone, START + HOUR)).toBe(NO_TALLY);
      expect(tally(NO_TALLY, throttled, alone, START + HOUR).trouble).toBe(throttled);
    },
  );

  it('does not begin before it last answered, however long one of its jobs is gone', () => {
    const row = assess({ ...well, answeredAt: START + HOUR }, gone(START + 2 * HOUR, 1), 7, START + 2 * HOUR);
    expect(row.since).toBe(START + HOUR);
  });
});

describe('an origin whose row was written by a clock that has been set back since', () => {
  const HOUR = 60 * MINUTE;
  const ahead: Origin = {
    ...fresh,
    state: 'troubled',
    since: START + 9 * HOUR,
    answeredAt: START + 9 * HOUR,
    routeConfirmedAt: START + 9 * HOUR,
    pausedUntil: START + 9 * HOUR,
    pace: { rate: 1, limit: 1, changedAt: START + 9 * HOUR, limitAt: START + 9 * HOUR },
  };

  it('is not paused longer than any pause lasts, and confirms no route', () => {
    const row = timely(ahead, START, POLICY);
    expect(row.pausedUntil).toBeLessThanOrEqual(START);
    expect(routeConfirmed(row, NO_TALLY, START - DAY)).toBe(false);
    expect(row).toMatchObject({
      since: START,
      answeredAt: START,
      pace: { changedAt: START, limitAt: START },
    });
  });

  it('is left as it is where its times can be', () => {
    const row = { ...fresh, since: START - 1, pausedUntil: START + HOUR };
    expect(timely(row, START, POLICY)).toBe(row);
  });
});

describe('jobs that nobody has seen for long', () => {
  const HOUR = 60 * MINUTE;
  const late = (earliest: number | null, count = 3) => ({ count, earliest });

  it('are reported as at risk once an outage, well before their records are deleted', () => {
    let row = { ...fresh, answeredAt: START };
    const emits: string[] = [];
    for (let hour = 1; hour <= 40; hour += 1) {
      row = assessed(row, tallied(unavailable), late(null), START + hour * HOUR, POLICY, 5);
      emits.push(...row.outbox.map((n) => `${n.kind} after ${hour} h`));
      row = publish(row);
    }
    expect(emits).toEqual(['origin.unreachable after 2 h', 'origin.at_risk after 18 h']);
  });

  it('are at risk too when they are asked about more slowly than they come in', () => {
    const row = assessed(fresh, tallied(running), late(START - 18 * HOUR), START, POLICY, 5);
    expect(row.outbox.map((n) => n.kind)).toEqual(['origin.at_risk']);
    expect(row).toMatchObject({ state: 'ok', outstanding: 3, reason: 'throttled' });
    expect(
      assessed(publish(row), tallied(running), late(START - 18 * HOUR), START + 1, POLICY, 5).outbox,
    ).toEqual([]);
  });

  it('are not at risk when there are none', () => {
    const row = { ...fresh, answeredAt: START - 40 * HOUR };
    expect(assessed(row, tallied(unavailable), late(null, 0), START, POLICY, 5).outbox).toEqual([]);
  });
});

describe('the pace of an origin', () => {
  const limited: Observation = { kind: 'throttled', detail: 'APIGW.0308', limitPerSecond: 10 / 60 };

  it('halves with every refusal, down to one request in ten seconds', () => {
    let row = fresh;
    const rates: (number | null)[] = [];
    for (let n = 0; n < 8; n += 1) {
      row = assess(row, tallied(throttled), 1, START + n * MINUTE);
      rates.push(row.pace.rate);
    }
    expect(rates).toEqual([2.5, 1.25, 0.625, 0.3125, 0.15625, 0.1, 0.1, 0.1]);
  });

  it('follows the limit that the cloud names, and leaves a fifth of it to others', () => {
    const row = assess(fresh, tallied(limited), 1, START);
    expect(row.pace.rate).toBeCloseTo((10 / 60) * 0.8);
  });

  it('stays below a named limit for an hour, then tries more, and is back at full speed in the end', () => {
    let row = assess(fresh, tallied(limited), 1, START);
    for (let m = 1; m < 60; m += 1) row = assess(row, tallied(running), 1, START + m * MINUTE);
    expect(row.pace.rate).toBeCloseTo((10 / 60) * 0.8);
    for (let m = 60; m < 80; m += 1) row = assess(row, tallied(running), 1, START + m * MINUTE);
    expect(row.pace.rate).toBeNull();
  });

  it('is not written for less than a tenth of it', () => {
    const slow = assess(fresh, tallied(throttled), 1, START);
    expect(slow.pace.rate).toBe(2.5);
    // 5 a second in ten minutes from standing still: a tenth of 2.5 takes 30 s.
    const soon = assess(slow, tallied(running), 1, START + 29_000);
    expect(soon.pace).toBe(slow.pace);
    const later = assess(slow, tallied(running), 1, START + 30_000);
    expect(later.pace).toMatchObject({ rate: 2.75, changedAt: START + 30_000 });
  });

  it('does not change while the origin answers as it should', () => {
    const row = { ...fresh, answeredAt: START, routeConfirmedAt: START };
    expect(assess(row, tallied(running), 1, START + 1)).toBe(row);
  });
});

describe('the lease of another worker', () => {
  const leased = (until: number): Origin => ({ ...fresh, lease: { holder: 'other', until } });

  it('holds until it ends, and never its own holder', () => {
    expect(isLeased(fresh, 'me', START)).toBe(false);
    expect(isLeased(leased(START + MINUTE), 'me', START)).toBe(true);
    expect(isLeased(leased(START + MINUTE), 'other', START)).toBe(false);
    expect(isLeased(leased(START + MINUTE), 'me', START + MINUTE)).toBe(false);
  });

  it('holds nobody off where it ends later than any worker lives: the clock has been set back since', () => {
    expect(isLeased(leased(START + 15 * MINUTE), 'me', START)).toBe(true);
    expect(isLeased(leased(START + 15 * MINUTE + 1), 'me', START)).toBe(false);
  });
});

/** Quiet hours and daily digests, by the clocks of zones on days on which these are set. */
import { describe, expect, it } from 'vitest';
import { localTime } from '../../../lib/core/input/local-time.ts';
import { DAYS, quietUntil, timedWindow, type Quiet } from '../../../lib/core/notify/windows.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Clocks are set by an hour, by half an hour, at midnight, and not at all. */
const CASES = [
  ['Europe/Berlin', '2026-03-28T00:00Z'],
  ['Europe/Berlin', '2026-10-24T00:00Z'],
  ['Australia/Lord_Howe', '2026-04-03T00:00Z'],
  ['Australia/Lord_Howe', '2026-10-02T00:00Z'],
  ['America/Santiago', '2026-04-03T00:00Z'],
  ['America/Santiago', '2026-09-04T00:00Z'],
  ['Asia/Kathmandu', '2026-03-28T00:00Z'],
] as const;
const days = (from: string): number[] =>
  Array.from({ length: 3 * 24 * 4 }, (_, n) => Date.parse(from) + n * 15 * MINUTE);
const clock = (at: number, zone: string): string => localTime(at, zone).slice(11, 16);

describe.each(CASES)('in %s from %s on', (zone, from) => {
  it.each([
    ['22:00', '07:00'],
    ['02:30', '03:30'],
    ['00:00', '02:15'],
    ['12:00', '00:00'],
  ])(
    'quiet hours from %s to %s end when the clock says so, once a night, and never later than a day on',
    (begin, to) => {
      const quiet: Quiet = { from: begin, to, days: DAYS, zone, failuresAtOnce: false };
      let before: number | null = null;
      for (const now of days(from)) {
        const until = quietUntil(quiet, now);
        if (until !== null) {
          expect(until).toBeGreaterThan(now);
          expect(until - now).toBeLessThanOrEqual(26 * HOUR);
          // Asked again during one night, it answers the same end.
          if (before !== null && before > now) expect(until).toBe(before);
          expect(quietUntil(quiet, until)).toBeNull();
        } else if (before !== null) expect(now).toBeGreaterThanOrEqual(before);
        // In the middle of the day nobody sets clocks: there the clock alone decides.
        const shown = clock(now, zone);
        if (shown >= '04:00' && shown < '23:00') {
          const isQuiet = begin < to ? shown >= begin && shown < to : shown >= begin || shown < to;
          expect([shown, until !== null]).toEqual([shown, isQuiet]);
        }
        before = until;
      }
    },
  );

  it.each(['09:00', '02:30', '00:00', '23:59'])('a digest at %s is made once a day', (at) => {
    const windows = { digest: { when: { at, zone }, failuresAtOnce: false } };
    const seen = { kind: 'job.succeeded', isFailure: false, since: 0, alone: false };
    const times = new Set(
      days(from).map((now) => timedWindow(windows, null, { ...seen, since: now }, now)!.closesAt),
    );
    const all = [...times].toSorted((a, b) => a - b);
    // Each of the days has one, by its date.
    const dates = all.map((time) => localTime(time, zone).slice(0, 10));
    expect(new Set(dates).size).toBe(dates.length);
    for (const [n, time] of all.entries()) {
      if (n > 0) expect((time - all[n - 1]!) / HOUR).toBeGreaterThanOrEqual(22.5);
      if (n > 0) expect((time - all[n - 1]!) / HOUR).toBeLessThanOrEqual(25.5);
      const [shown, wanted] = [clock(time, zone), at];
      // An hour that the clocks leave out is read as if they had not been set yet.
      if (wanted >= '04:00') expect(shown).toBe(wanted);
    }
  });
});

it.each(['origin.unreachable', 'origin.at_risk', 'subscription.disabled', 'delivery.failed'])(
  '%s waits for no digest and in no quiet hours, since somebody has to act on it',
  (kind) => {
    const now = Date.parse('2026-03-01T23:00Z');
    const seen = { kind, isFailure: false, since: now, alone: false };
    const digest = { when: { every: HOUR }, failuresAtOnce: false };
    const quiet: Quiet = { from: '22:00', to: '07:00', days: DAYS, zone: 'UTC', failuresAtOnce: false };
    for (const windows of [{ digest }, { quiet }, { digest, quiet }]) {
      expect(timedWindow(windows, null, seen, now)).toBeNull();
      expect(timedWindow(windows, null, { ...seen, kind: 'job.succeeded' }, now)).not.toBeNull();
    }
  },
);

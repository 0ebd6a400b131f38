import { describe, expect, it } from 'vitest';
import { countsOf } from '../../../lib/core/discover/counts.ts';
import type { Trace } from '../../../lib/core/discover/trace.ts';
import { NEW_TRAIL, withFailed, withPage, withWalk, type Trail } from '../../../lib/core/discover/trail.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-03-01T12:00:00Z');

let made = 0;
const trace = (at: number | null, over: Partial<Trace> = {}): Trace => ({
  id: `t${(made += 1)}`,
  at,
  service: 'ECS',
  operation: 'createServer',
  name: 'web-1',
  resourceId: null,
  user: 'anna',
  origin: 'prod-ecs',
  jobs: { submitted: [`j${made}`], reported: [] },
  passedOver: false,
  ...over,
});
const end = (at: number, over: Partial<Trace> = {}): Trace =>
  trace(at, { jobs: { submitted: [], reported: ['sub-job'] }, ...over });

/** A walk that has one page. */
function walked(trail: Trail, now: number, traces: Trace[], next: string | null = null) {
  const walking = withWalk(trail, now);
  if (!walking) throw new Error('no walk is due');
  return withPage(walking, { traces, next }, now);
}
/** One that has been followed until `now`. */
const followed = (now = NOW): Trail => walked(NEW_TRAIL, now, []).trail;

describe('a walk through the records', () => {
  it('goes a day back the first time, and then ten minutes behind what was read', () => {
    const first = withWalk(NEW_TRAIL, NOW)!;
    expect(first.walk).toMatchObject({ from: NOW - DAY, to: NOW, marker: null, isFirst: true });
    const next = withWalk(followed(), NOW + MINUTE)!;
    expect(next.walk).toMatchObject({ from: NOW - 10 * MINUTE, to: NOW + MINUTE, isFirst: false });
  });

  it('stays the first one while its records cannot be read, and takes no end since then for an old one', () => {
    const kept = withFailed(withWalk(NEW_TRAIL, NOW)!, false)!;
    const later = withWalk(kept, NOW + HOUR)!;
    expect(later.walk).toEqual(kept.walk);
    const before = [trace(NOW - 9_000, { id: 'a', name: 'old' }), end(NOW - 1, { id: 'b', name: 'old' })];
    const since = [trace(NOW - 8_000, { id: 'c', name: 'new' }), end(NOW, { id: 'd', name: 'new' })];
    const read = withPage(later, { traces: [...before, ...since], next: null }, NOW + HOUR);
    expect(read.submitted.map(({ id }) => id)).toEqual(['c']);
    // So late the ends of hours would be noise.
    expect(withWalk(kept, NOW + 3 * HOUR)!.walk).toMatchObject({ to: NOW + 3 * HOUR, isFirst: true });
  });

  it('begins anew behind a page that is lost, with the ends that it has met; one under way for a week begins anew, too', () => {
    const first = walked(NEW_TRAIL, NOW, [end(NOW - 1)], 'm1').trail;
    const kept = withFailed(first, true)!;
    expect(kept.walk).toMatchObject({ marker: null, pages: 0, ended: first.walk!.ended, markers: '' });
    expect(withFailed(walked(followed(), NOW + MINUTE, [trace(NOW)], 'm1').trail, true)!.walk).toBeNull();
    expect(withFailed(walked(followed(), NOW + MINUTE, [trace(NOW)], 'm1').trail, false)).toBeNull();
    const going = walked(followed(), NOW + MINUTE, [trace(NOW)], 'm1').trail;
    expect(withWalk(going, NOW + 8 * DAY)!.walk).toMatchObject({ marker: null, from: NOW + DAY });
  });

  it('is due once a minute, a little early where the schedule is', () => {
    expect(withWalk(followed(), NOW + MINUTE - 6_000)).toBeNull();
    expect(withWalk(followed(), NOW + MINUTE - 4_000)).not.toBeNull();
  });

  it('goes two hours back every half hour, for what is shown late', () => {
    let trail = followed(NOW - 3 * HOUR);
    for (let now = NOW - 3 * HOUR + MINUTE; now <= NOW; now += MINUTE) trail = walked(trail, now, []).trail;
    const backs = Array.from({ length: 30 }, (_, n) => {
      const walk = withWalk(trail, NOW + (n + 1) * MINUTE)!.walk!;
      trail = withPage({ ...trail, walk }, { traces: [], next: null }, NOW + (n + 1) * MINUTE).trail;
      return walk.to - walk.from;
    });
    expect(Math.max(...backs)).toBe(2 * HOUR);
    expect(Math.min(...backs)).toBe(11 * MINUTE);
  });

  it('goes on behind an outage where it was, but no further than records are kept', () => {
    const trail = followed();
    expect(withWalk(trail, NOW + 5 * HOUR)!.walk!.from).toBe(NOW - 10 * MINUTE);
    expect(withWalk(trail, NOW + 9 * DAY)!.walk!.from).toBe(NOW + 2 * DAY);
  });

  it('is due at once where the clock has been set back, and reads nothing of the future', () => {
    const walk = withWalk(followed(), NOW - HOUR)!.walk!;
    expect(walk).toMatchObject({ from: NOW - 3 * HOUR, to: NOW - HOUR });
  });

  it('goes from page to page, and has read the time when the last one is read', () => {
    const one = walked(followed(), NOW + MINUTE, [trace(NOW)], 'm1');
    expect(one.trail).toMatchObject({ upTo: NOW, walk: { marker: 'm1', pages: 1 } });
    // Later, even much later: where it was.
    const going = withWalk(one.trail, NOW + 2 * HOUR)!;
    expect(going).toBe(one.trail);
    const two = withPage(going, { traces: [trace(NOW)], next: null }, NOW + 2 * HOUR);
    expect(two.trail).toMatchObject({ upTo: NOW + MINUTE, walk: null });
    expect(withWalk(two.trail, NOW + 2 * HOUR)).not.toBeNull();
  });

  it.each([
    ['is empty', [], 'm2'],
    ['has the marker of its own', [trace(NOW)], 'm1'],
    ['is before the time that was asked for', [trace(NOW - 2 * DAY)], 'm2'],
  ])('ends at a page that %s', (_, traces, next) => {
    const going = walked(followed(), NOW + MINUTE, [trace(NOW)], 'm1').trail;
    expect(withPage(going, { traces, next }, NOW + MINUTE).trail.walk).toBeNull();
  });

  it('is broken off as soon as a marker comes again, however many others are in between', () => {
    let trail = withWalk(followed(), NOW + MINUTE)!;
    for (const next of ['m1', 'm2', 'm3'])
      trail = withPage(trail, { traces: [trace(NOW)], next }, NOW + MINUTE).trail;
    const last = withPage(trail, { traces: [trace(NOW)], next: 'm1' }, NOW + MINUTE);
    expect(last).toMatchObject({ isCut: true, trail: { walk: null, upTo: NOW + MINUTE } });
    expect(last.submitted).toHaveLength(1);
    // The next walk follows them anew.
    expect(withWalk(last.trail, NOW + 2 * MINUTE)!.walk!.markers).toBeUndefined();
  });

  it('is broken off after more pages than there can be', () => {
    let trail = withWalk(followed(), NOW + MINUTE)!;
    for (let n = 0; n < 999; n += 1)
      trail = withPage(trail, { traces: [trace(NOW)], next: `m${n}` }, NOW).trail;
    const last = withPage(trail, { traces: [trace(NOW)], next: 'm9999' }, NOW);
    expect(last).toMatchObject({ isCut: true, trail: { walk: null, upTo: NOW + MINUTE } });
  });
});

describe('what a page says', () => {
  it('counts once, whatever page it is on', () => {
    const [one, two, ending] = [trace(NOW - MINUTE), trace(NOW - 2 * MINUTE), end(NOW)];
    const first = walked(followed(NOW - 3 * MINUTE), NOW, [one, two, one]);
    expect(first.submitted).toEqual([one, two]);
    const second = walked(first.trail, NOW + MINUTE, [ending, one, two]);
    expect(second).toMatchObject({ submitted: [], reported: [ending] });
    expect(walked(second.trail, NOW + 2 * MINUTE, [ending, one])).toMatchObject({
      submitted: [],
      reported: [],
    });
  });

  it('counts once, too, in a walk of hours behind an outage', () => {
    const old = Array.from({ length: 300 }, (_, n) => trace(NOW + n * 30_000));
    const now = NOW + 3 * HOUR;
    const [one, two] = [old.slice(150).toReversed(), old.slice(0, 150).toReversed()];
    const first = walked(followed(), now, one, 'm1');
    expect(first.submitted).toHaveLength(150);
    const again = withPage(withWalk(first.trail, now)!, { traces: [...one, ...two], next: null }, now);
    expect(again.submitted).toHaveLength(150);
    expect(walked(again.trail, now + MINUTE, old.toReversed()).submitted).toEqual([]);
  });

  it('is not remembered for ever', () => {
    let trail = followed();
    for (let n = 0; n < 200; n += 1) {
      const now = NOW + (n + 1) * MINUTE;
      trail = walked(
        trail,
        now,
        Array.from({ length: 100 }, () => trace(now)),
      ).trail;
    }
    expect(JSON.stringify(trail).length).toBeLessThan(50_000);
    // What is not known any more is not asked for again.
    const deep = withWalk({ ...trail, deepAt: 0 }, NOW + 201 * MINUTE)!.walk!;
    expect(deep.from).toBeGreaterThanOrEqual(trail.knownSince);
  });

  it('of a call that ended before the first start is passed over, by id or by name', () => {
    const done = trace(NOW - HOUR);
    const byId = trace(NOW - 2 * HOUR, { name: null, jobs: { submitted: ['j-evs'], reported: [] } });
    const going = trace(NOW - 5 * MINUTE);
    const read = walked(NEW_TRAIL, NOW, [
      going,
      end(NOW - 50 * MINUTE),
      done,
      end(NOW - 90 * MINUTE, { name: null, jobs: { submitted: [], reported: ['j-evs'] } }),
      byId,
    ]);
    expect(read.submitted).toEqual([going]);
  });

  it('of an end that came pages before is remembered until its call', () => {
    const first = walked(NEW_TRAIL, NOW, [end(NOW - MINUTE)], 'm1');
    const stored = JSON.parse(JSON.stringify(first.trail)) as Trail;
    expect(withPage(stored, { traces: [trace(NOW - HOUR)], next: null }, NOW).submitted).toEqual([]);
  });

  it('of one call that ended says nothing of the one before with the same name', () => {
    const [first, second] = [trace(NOW - 3 * HOUR), trace(NOW - HOUR)];
    const read = walked(NEW_TRAIL, NOW, [end(NOW - 50 * MINUTE), second, first]);
    expect(read.submitted).toEqual([first]);
  });

  it('of calls that ended while nobody read is told, after the first start', () => {
    const call = trace(NOW + MINUTE);
    const read = walked(followed(), NOW + 2 * HOUR, [end(NOW + 5 * MINUTE), call]);
    expect(read.submitted).toEqual([call]);
  });

  it('without a time is known again, too', () => {
    const timeless = trace(null);
    const first = walked(followed(), NOW + MINUTE, [timeless]);
    expect(first.submitted).toEqual([timeless]);
    expect(walked(first.trail, NOW + 2 * MINUTE, [timeless]).submitted).toEqual([]);
  });
});

describe('the counts of a day', () => {
  it('are by service: with an id, results, and without', () => {
    const none = { jobs: { submitted: [], reported: [] } };
    const traces = [
      trace(NOW - HOUR),
      trace(NOW - 2 * HOUR),
      end(NOW),
      trace(NOW, { service: 'RDS', ...none }),
      end(NOW, { service: 'RDS' }),
      trace(NOW, { passedOver: true }),
    ];
    const { trail } = walked(followed(NOW - 3 * HOUR), NOW, traces);
    expect(countsOf(trail.counts, NOW)).toEqual([
      { service: 'ECS', withId: 2, results: 1, withoutId: 0 },
      { service: 'RDS', withId: 0, results: 1, withoutId: 1 },
    ]);
    expect(countsOf(trail.counts, NOW + DAY)).toMatchObject([{ withId: 0 }, { withId: 0 }]);
    expect(countsOf(trail.counts, NOW + 2 * DAY)).toEqual([]);
  });
});

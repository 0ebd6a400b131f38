import { describe, expect, it } from 'vitest';
import type { Event } from '../../../lib/core/jobs/event.ts';
import {
  aboutToShow,
  claimedPlace,
  goesOn,
  hasTold,
  livingSubject,
  nowShown,
  postedAt,
  shownBy,
  withTold,
} from '../../../lib/core/notify/place.ts';
import { SAMPLES } from './samples.ts';

const at = (minutes: number): string => new Date(Date.UTC(2026, 2, 1, 12, minutes)).toISOString();
const window = (id: string, since: number, until: number, events = 10): Event => ({
  kind: 'summary',
  subject: 'subscription/ops',
  metadata: { id, version: 1, time: at(until), sequence: 1 },
  data: {
    subscription: 'ops',
    why: 'rate',
    since: at(since),
    until: at(until),
    events,
    counts: { succeeded: events },
    failures: [],
    failuresOmitted: 0,
  },
});
const spot = { channel: 'C0123456789', ts: '1772366700.000001' };
const first = window('evt_1', 0, 5);
const posted = postedAt(claimedPlace('ops/ep/rollup', null, 'evt_1/dlv_1', first, 0), spot);
const show = (place: typeof posted, event: Event) => nowShown(withTold(aboutToShow(place, event, 0), event));

describe('the message of windows that follow one another', () => {
  it('counts each of them once, whichever comes first and however often', () => {
    const [second, third] = [window('evt_2', 5, 10), window('evt_3', 10, 15)];
    for (const order of [
      [second, third],
      [third, second],
      [second, second, third, second],
    ]) {
      const place = order.reduce(show, posted);
      expect(place.sum).toMatchObject({
        events: 30,
        counts: { succeeded: 30 },
        since: at(0),
        until: at(15),
      });
      expect(shownBy(place, second)).toMatchObject({ data: { events: 30 } });
      for (const one of [first, second, third]) expect(hasTold(place, one)).toBe(true);
    }
  });

  it('ends with a minute of calm', () => {
    expect(goesOn(posted, window('evt_2', 5, 10))).toBe(true);
    expect(goesOn(posted, window('evt_2', 6, 11))).toBe(false);
    // One that is late belongs to it.
    expect(goesOn(posted, window('evt_0', 0, 4))).toBe(true);
  });

  it('is none of digests, quiet hours, drills, origins and targets', () => {
    const digest = { ...first, data: { ...first.data, why: 'digest' } } as Event;
    const drill = { ...SAMPLES['job.failed']! };
    drill.metadata = { ...drill.metadata, drillTo: 'ops', drill: true };
    for (const event of [digest, drill, SAMPLES['origin.unreachable']!, SAMPLES['ping']!])
      expect(livingSubject(event)).toBeNull();
    expect(livingSubject(first)).not.toBeNull();
  });
});

describe('what is told of', () => {
  const event = (sequence: number): Event => {
    const { metadata, ...rest } = SAMPLES['job.failed']!;
    return { ...rest, metadata: { ...metadata, id: `evt_${sequence}`, sequence } };
  };
  const place = postedAt(claimedPlace('key', null, 'evt_1/dlv_1', event(1), 0), spot);

  it('is so only once the message shows it, or what came later', () => {
    expect(hasTold(place, event(1))).toBe(true);
    const told = withTold(place, event(2));
    // Killed here: the message still has to show it.
    expect(hasTold(told, event(2))).toBe(false);
    const showing = aboutToShow(told, event(2), 0);
    expect(hasTold(showing, event(2))).toBe(false);
    expect(hasTold(nowShown(showing), event(2))).toBe(true);
    expect(hasTold(nowShown(showing), event(1))).toBe(true);
  });

  it('never has the message show what is older', () => {
    const shown = show(place, event(3));
    expect(aboutToShow(shown, event(2), 0)).toBe(shown);
    expect(hasTold(withTold(shown, event(2)), event(2))).toBe(true);
  });
});

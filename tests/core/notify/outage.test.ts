import { describe, expect, it } from 'vitest';
import type { Delivery, Receipt } from '../../../lib/core/notify/delivery.ts';
import { newDelivery } from '../../../lib/core/notify/delivery.ts';
import { enabled, judge, newEndpoint, type Endpoint } from '../../../lib/core/notify/endpoint.ts';
import { endpointEvent, isAbout } from '../../../lib/core/notify/endpoint-event.ts';
import { withGivenUp } from '../../../lib/core/notify/outage.ts';
import { isTargetEvent, type TargetEvent } from '../../../lib/core/jobs/event.ts';
import { cleared } from '../../../lib/core/outbox.ts';
import { PUBLISH_QUEUE } from '../../../lib/core/row.ts';
import { events } from '../jobs/events.ts';
import { ok, START, subscription } from '../../kit.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const down: Receipt = { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' };
const slow: Receipt = { kind: 'retry', reason: 'timeout', detail: 'timeout' };
const busy: Receipt = { kind: 'retry', reason: 'rate_limited', detail: 'HTTP 429', afterMs: 5_000 };
const refused: Receipt = { kind: 'never', reason: 'client_error', detail: 'HTTP 400', disable: false };
const gone: Receipt = { kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true };

const ci = subscription('ci');
const delivery = (n = 0): Delivery =>
  newDelivery(events['job.failed'], subscription(`ci-${n}`), ci.targets[0]!, START);
const ROW = newEndpoint({ ...delivery(), subscription: 'ci' }, START);

/** What happened, each at so many milliseconds after the start; the last attempt of a delivery ends it. */
const after = (...steps: [ms: number, receipt: Receipt, ended?: Delivery][]): Endpoint =>
  steps.reduce((row, [ms, receipt, ended]) => judge(row, receipt, START + ms, { ended: ended ?? null }), ROW);
const told = (row: Endpoint): string[] => row.outbox.map(({ kind }) => kind);
const published = (row: Endpoint): Endpoint => cleared(row, told(row));
const eventsOf = (row: Endpoint): TargetEvent[] =>
  row.outbox.map((entry) => endpointEvent(row, entry)).filter(isTargetEvent);

describe('a target at which nothing arrives', () => {
  it('is told of after a day of failures, once', () => {
    const row = after([0, down], [DAY - 1, slow]);
    expect(told(row)).toEqual([]);
    const failing = judge(row, slow, START + DAY);
    expect(told(failing)).toEqual(['subscription.failing']);
    expect(failing.due).toEqual({ queue: PUBLISH_QUEUE, at: START + DAY });
    expect(eventsOf(failing)[0]!.data).toMatchObject({
      reason: 'timeout',
      since: '2026-03-01T12:00:00.000Z',
    });
    const out = published(failing);
    expect(judge(out, slow, START + 2 * DAY)).toBe(out);
  });

  it('is told of sooner where a delivery is given up, and what was given up with it', () => {
    expect(told(after([0, down], [HOUR, down, delivery()]))).toEqual([
      'subscription.failing',
      'delivery.failed',
    ]);
  });

  it('is disabled after five days, and what is sent there is kept from then on', () => {
    const row = after([0, down], [3 * DAY, down, delivery()], [5 * DAY - 1, slow]);
    expect(row.state).toBe('ok');
    const off = judge(published(row), slow, START + 5 * DAY);
    expect(off).toMatchObject({ state: 'disabled', reason: 'failing', since: START + 5 * DAY });
    expect(eventsOf(off)[0]).toMatchObject({
      kind: 'subscription.disabled',
      data: { reason: 'failing', cause: 'timeout', since: '2026-03-06T12:00:00.000Z' },
    });
    const out = published(off);
    expect(judge(out, slow, START + 6 * DAY)).toBe(out);
  });

  it('is disabled and told of after other times where others are configured', () => {
    const patience = { failingAfter: HOUR, disableAfter: 2 * HOUR };
    const first = judge(ROW, down, START, { patience });
    const second = judge(first, down, START + HOUR, { patience });
    expect(told(second)).toEqual(['subscription.failing']);
    expect(judge(second, down, START + 2 * HOUR, { patience }).state).toBe('disabled');
  });

  it.each([
    ['429 with Retry-After', busy],
    ['400 for every message', refused],
  ])('is told of and disabled in time, too, where it answers: %s', (_, receipt) => {
    expect(told(after([0, receipt], [DAY, receipt]))).toEqual(['subscription.failing']);
    expect(after([0, receipt], [5 * DAY, receipt]).state).toBe('disabled');
  });

  it('is not where one message arrived in between', () => {
    expect(told(after([0, down], [DAY - 1, ok], [DAY, down], [2 * DAY - 1, down]))).toEqual([]);
    expect(after([0, down], [4 * DAY, ok], [5 * DAY, down], [9 * DAY, down]).state).toBe('ok');
  });

  it('that takes messages again is told of to those who heard of it, with what was given up', () => {
    const given = [1, 2, 3].map((n): [number, Receipt, Delivery] => [n * HOUR, down, delivery(n)]);
    const well = judge(published(after([0, down], ...given)), ok, START + DAY);
    expect(eventsOf(well)[0]).toMatchObject({
      kind: 'subscription.recovered',
      data: { reason: 'server_error', since: '2026-03-01T12:00:00.000Z', givenUp: 2 },
    });
    const out = published(well);
    expect(judge(out, ok, START + DAY)).toBe(out);
    expect(told(judge(after([0, down]), ok, START + 1_000))).toEqual([]);
  });

  it('and was disabled is told of when one of the messages that are kept arrives', () => {
    const off = published(after([0, gone]));
    const well = judge(off, ok, START + HOUR, { before: off });
    expect(well.state).toBe('ok');
    expect(eventsOf(well)[0]!.data).toMatchObject({ reason: 'gone' });
  });

  it('is counted anew where somebody says that it works, and its end is told when a message arrives', () => {
    const off = published(after([0, down], [5 * DAY, down]));
    const tried = enabled(off);
    expect(judge(tried, down, START + 6 * DAY)).toMatchObject({ state: 'ok' });
    expect(told(judge(tried, ok, START + 6 * DAY))).toEqual(['subscription.recovered']);
  });

  it('has another outage, with events of other ids, after it took a message', () => {
    const first = after([0, down, delivery(1)]);
    const second = judge(judge(published(first), ok, START + DAY), down, START + 2 * DAY, {
      ended: delivery(2),
    });
    const ids = [...eventsOf(first), ...eventsOf(second)].map(({ metadata }) => metadata.id);
    expect(ids).toHaveLength(5);
    expect(new Set(ids).size).toBe(5);
  });

  it('is found out at the time that it is, whatever was written by a clock that has been set back since', () => {
    const row = after([30 * DAY, down]);
    const now = judge(row, down, START);
    expect(now.outage).toEqual({ since: START });
    expect(told(judge(now, down, START + DAY))).toEqual(['subscription.failing']);
  });

  it('is not told of again by what it is told with: the same entry gives the same event, whatever came later', () => {
    const failing = after([0, down, delivery()]);
    const later = judge(judge(failing, ok, START + HOUR), gone, START + 2 * HOUR);
    expect(eventsOf(later).slice(0, 2)).toEqual(eventsOf(failing));
  });

  it('is the one that its events are about', () => {
    const row = after([0, down, delivery()], [DAY, ok], [2 * DAY, gone]);
    expect(told(row)).toEqual([
      'subscription.failing',
      'delivery.failed',
      'subscription.recovered',
      'subscription.disabled',
    ]);
    for (const event of eventsOf(row)) {
      expect(isAbout(event, row.key)).toBe(true);
      expect(isAbout(event, 'ep_other')).toBe(false);
    }
  });
});

describe('deliveries that are given up', () => {
  it('are told of once in an outage, with the first', () => {
    const row = after([0, down, delivery(1)], [2 * HOUR, down, delivery(2)], [4 * HOUR, down, delivery(3)]);
    expect(told(row).filter((kind) => kind === 'delivery.failed')).toHaveLength(1);
    expect(eventsOf(row)[1]!.data).toMatchObject({ givenUp: 1, delivery: { id: delivery(1).id } });
  });

  it('one by one, with messages between that arrive, are told of once an hour, with how many there were', () => {
    const minutes = Array.from({ length: 70 }, (_, n) => n * 60_000);
    const row = after(
      ...minutes.flatMap((ms): [number, Receipt, Delivery?][] => [
        [ms, refused, delivery(ms)],
        [ms + 1, ok],
      ]),
    );
    expect(told(row)).toEqual(['delivery.failed', 'delivery.failed']);
    expect(eventsOf(row).map(({ data }) => data.givenUp)).toEqual([1, 60]);
  });

  it('because they were held for too long say nothing of their target', () => {
    const row = withGivenUp(ROW, delivery(), 'expired', START);
    expect(told(row)).toEqual(['delivery.failed']);
    expect(row.outage ?? null).toBeNull();
    expect(row.reported ?? null).toBeNull();
  });
});

it('a row of an earlier version tells what it says itself', () => {
  const row = {
    ...after([0, gone]),
    outbox: [{ kind: 'subscription.disabled' as const, at: START, sequence: 1 }],
  };
  expect(eventsOf(row)).toEqual(eventsOf(after([0, gone])));
});

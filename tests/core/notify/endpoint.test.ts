import { describe, expect, it } from 'vitest';
import type { Receipt } from '../../../lib/core/notify/delivery.ts';
import {
  enabled,
  judge,
  newEndpoint,
  probed,
  unsubscribed,
  type Endpoint,
} from '../../../lib/core/notify/endpoint.ts';
import { cleared } from '../../../lib/core/outbox.ts';
import { PAUSES } from '../../../lib/core/notify/retry.ts';
import { PUBLISH_QUEUE } from '../../../lib/core/row.ts';
import { ok, START } from '../../kit.ts';

const ROW: Endpoint = newEndpoint(
  { endpoint: 'ep_1', subscription: 'ci', channel: 'webhook', shown: 'https://hooks.test/…' },
  START,
);
const hung: Receipt = { kind: 'retry', reason: 'uncertain', detail: 'timeout', hung: true };
const broken: Receipt = { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' };
const busy: Receipt = { kind: 'retry', reason: 'rate_limited', detail: 'HTTP 429', afterMs: 7_000 };
const gone: Receipt = { kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true };
const refused: Receipt = { kind: 'never', reason: 'client_error', detail: 'HTTP 400', disable: false };

describe('an endpoint that lets us wait without an answer', () => {
  it('is paused as a whole, longer each time in a row, up to an hour', () => {
    let row = ROW;
    let now = START;
    const pauses = Array.from({ length: PAUSES.length + 2 }, () => {
      row = judge(row, hung, now);
      const pause = row.pausedUntil - now;
      now = row.pausedUntil;
      return pause;
    });
    expect(pauses.map((ms) => ms / 1_000)).toEqual([30, 60, 120, 300, 900, 1_800, 3_600, 3_600, 3_600]);
  });

  it('counts once for all messages that waited side by side', () => {
    const first = judge(ROW, hung, START, { before: ROW });
    expect(judge(first, hung, START + 5, { before: ROW })).toBe(first);
    expect(judge(first, hung, first.pausedUntil, { before: first }).hung).toBe(2);
  });

  it('is as before once it answers, whatever it says', () => {
    const paused = probed(judge(judge(ROW, hung, START), hung, START), START);
    for (const receipt of [ok, broken])
      expect(judge(paused, receipt, START)).toMatchObject({ hung: 0, pausedUntil: 0 });
    expect(judge(paused, busy, START)).toMatchObject({ hung: 0, pausedUntil: START + 7_000 });
    expect(judge(paused, gone, START)).toMatchObject({ hung: 0, state: 'disabled' });
    expect(enabled(paused)).toMatchObject({ hung: 0, pausedUntil: 0 });
  });

  it('keeps a longer pause that it asked for itself', () => {
    const asked = judge(ROW, { ...busy, afterMs: 600_000 }, START);
    expect(judge(asked, hung, START, { before: ROW }).pausedUntil).toBe(START + 600_000);
  });
});

it('an endpoint of which an attempt says nothing new stays the same row', () => {
  expect(judge(ROW, ok, START)).toBe(ROW);
  const failing = judge(ROW, broken, START);
  for (const receipt of [broken, refused]) expect(judge(failing, receipt, START + 1_000)).toBe(failing);
});

describe('an endpoint that is gone', () => {
  const dead = judge(ROW, gone, START);

  it('has an outbox, and is due until that is published', () => {
    expect(dead).toMatchObject({ state: 'disabled', reason: 'gone', since: START, sequence: 1 });
    expect(dead.due).toEqual({ queue: PUBLISH_QUEUE, at: START });
    expect(cleared(dead, ['subscription.disabled'])).toMatchObject({ outbox: [], due: null });
    expect(cleared(dead, [])).toEqual(dead);
  });

  it('works again when it takes a message, unless that was on its way when it was disabled', () => {
    expect(judge(dead, ok, START + 5)).toMatchObject({ state: 'ok' });
    expect(judge(dead, ok, START + 5, { before: ROW })).toBe(dead);
    const again = judge(enabled(dead), gone, START + 9);
    expect(judge(again, ok, START + 10, { before: dead })).toBe(again);
  });

  it('is enabled by no message where its owner unsubscribed', () => {
    const left = unsubscribed(ROW, START);
    expect(judge(left, ok, START + 5)).toBe(left);
  });
});

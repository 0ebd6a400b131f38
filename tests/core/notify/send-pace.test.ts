import { describe, expect, it } from 'vitest';
import type { Receipt } from '../../../lib/core/notify/delivery.ts';
import { newEndpoint } from '../../../lib/core/notify/endpoint.ts';
import { gapOf, paced, turnAt, withTurn, type Paced } from '../../../lib/core/notify/send-pace.ts';
import { slack } from '../../../lib/adapters/channels/slack/definition.ts';
import { webhook } from '../../../lib/adapters/channels/webhook/definition.ts';
import { ok, START } from '../../kit.ts';

const busy: Receipt = { kind: 'retry', reason: 'rate_limited', detail: 'HTTP 429' };
const asks: Receipt = { ...busy, afterMs: 5_000 };
const down: Receipt = { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' };
const MINUTE = 60_000;
const ROW: Paced = newEndpoint(
  { endpoint: 'ep_1', subscription: 'ci', channel: 'webhook', shown: 'ci' },
  START,
);

/** One attempt after the other, each with its answer. */
const after = (...steps: [ms: number, receipt: Receipt][]): Paced =>
  steps.reduce((row, [ms, receipt]) => paced(row, receipt, START + ms, row, webhook), ROW);

describe('the gap between two messages to a target', () => {
  it('is what its channel is known to take, from the first message on', () => {
    expect(gapOf(ROW, slack)).toBe(1_050);
    expect(gapOf(ROW, webhook)).toBe(0);
  });

  it('is learnt from a 429 without Retry-After, and twice as wide after each further one', () => {
    expect(gapOf(after([0, busy]), webhook)).toBe(40);
    expect(gapOf(after([0, busy], [1_000, busy], [2_000, busy]), webhook)).toBe(160);
    const slow = paced(ROW, busy, START, ROW, slack);
    expect(gapOf(slow, slack)).toBe(2_100);
  });

  it('is never wider than ten seconds', () => {
    const many = Array.from({ length: 30 }, (_, n): [number, Receipt] => [n * 1_000, busy]);
    expect(gapOf(after(...many), webhook)).toBe(10_000);
  });

  it('stays as it is after one 429 with Retry-After, and is learnt from the next within ten minutes', () => {
    expect(gapOf(after([0, asks]), webhook)).toBe(0);
    expect(gapOf(after([0, asks], [11 * MINUTE, asks]), webhook)).toBe(0);
    expect(gapOf(after([0, asks], [9 * MINUTE, asks]), webhook)).toBe(40);
  });

  it('is never wider than the target itself asks to wait', () => {
    const many = Array.from({ length: 30 }, (_, n): [number, Receipt] => [n * 10_000, asks]);
    expect(gapOf(after(...many), webhook)).toBe(5_000);
  });

  it('is widened once by messages that went side by side', () => {
    const row = Array.from({ length: 8 }).reduce<Paced>((it) => paced(it, busy, START, ROW, webhook), ROW);
    expect(gapOf(row, webhook)).toBe(40);
    const asked = Array.from({ length: 8 }).reduce<Paced>((it) => paced(it, asks, START, ROW, webhook), ROW);
    expect(gapOf(asked, webhook)).toBe(0);
  });

  it('narrows with messages that arrive, until within ten minutes nothing is left of it', () => {
    const slow = after([0, busy], [1_000, busy]);
    const minutes = Array.from({ length: 9 }, (_, n): [number, Receipt] => [(n + 1) * MINUTE, ok]);
    const steps = minutes.map((_, n) =>
      minutes
        .slice(0, n + 1)
        .reduce((row, [ms, it]) => paced(row, it, START + 1_000 + ms, row, webhook), slow),
    );
    const gaps = steps.map((row) => gapOf(row, webhook));
    expect(gaps).toEqual(gaps.toSorted((a, b) => b - a));
    expect(gaps[0]).toBeLessThan(80);
    expect(gaps.at(-1)).toBe(0);
  });

  it('says nothing new: the row stays the same', () => {
    for (const receipt of [ok, down]) expect(paced(ROW, receipt, START, ROW, webhook)).toBe(ROW);
  });
});

it('the turn after is a gap away, and one that a clock wrote which was set back since is forgotten', () => {
  const row = withTurn(ROW, 1_050, START);
  expect(turnAt(row, 1_050, START + 1_049)).toBe(START + 1_050);
  expect(turnAt(row, 1_050, START + 1_050)).toBeNull();
  expect(turnAt(row, 1_050, START - 3_600_000)).toBeNull();
  expect(withTurn(ROW, 0, START)).toBe(ROW);
});

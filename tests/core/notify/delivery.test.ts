import { describe, expect, it } from 'vitest';
import {
  newDelivery,
  outcomeWord,
  TOO_OLD_MS,
  type Delivery,
  type Receipt,
} from '../../../lib/core/notify/delivery.ts';
import { claim, hold, postpone, record, release } from '../../../lib/core/notify/delivery-steps.ts';
import { events } from '../jobs/events.ts';
import { ok, START, subscription } from '../../kit.ts';

const HOOK = subscription('hook');
const NEW = newDelivery(events['job.failed'], HOOK, HOOK.targets[0]!, START);
const CLAIM_MS = 60_000;
const SCHEDULE = [1_000, 10_000];
const DAY = 24 * 3_600_000;

const broken: Receipt = { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' };
const busy: Receipt = { kind: 'retry', reason: 'rate_limited', detail: 'HTTP 429', afterMs: DAY };
const refused: Receipt = { kind: 'never', reason: 'client_error', detail: 'HTTP 400', disable: false };
const gone: Receipt = { kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true };

/** One attempt, at `now`. */
const tried = (row: Delivery, receipt: Receipt, now: number): Delivery =>
  record(claim(row, now, CLAIM_MS), receipt, now, SCHEDULE);

describe('what an attempt comes to', () => {
  it.each([
    ['was sent', ok, { state: 'delivered', reason: 'ok', due: null }],
    ['is refused for good', refused, { state: 'failed', reason: 'client_error', due: null }],
    ['finds its endpoint gone', gone, { state: 'held', reason: 'gone', due: { at: START } }],
    ['is refused for now', broken, { state: 'retrying', reason: 'server_error', spent: 1 }],
    ['is asked to wait', busy, { state: 'retrying', due: { at: START + 1_000 + DAY }, spent: 0 }],
  ] as const)('for a message that %s', (_what, receipt, expected) => {
    expect(tried(NEW, receipt, START + 1_000)).toMatchObject(expected);
  });

  it('waits as its schedule says, and ends after the attempt that follows the last wait', () => {
    let row = NEW;
    const waits: number[] = [];
    for (let n = 0; n < 9 && row.due; n += 1) {
      const { at } = row.due;
      row = tried(row, broken, at);
      if (row.due) waits.push(row.due.at - at);
    }
    expect(waits.map((ms, n) => ms / SCHEDULE[n]!)).toEqual([expect.closeTo(1, 0), expect.closeTo(1, 0)]);
    expect(row).toMatchObject({ state: 'failed', reason: 'server_error', spent: 3 });
  });
});

describe('an endpoint that asks to wait again and again', () => {
  it('does not keep a message for longer than a week, and costs it no attempt', () => {
    let row = NEW;
    let asked = 0;
    for (; asked < 99 && row.due; asked += 1) row = tried(row, busy, row.due.at);
    expect(row).toMatchObject({ state: 'failed', reason: 'too_old', spent: 0 });
    expect(asked).toBe(TOO_OLD_MS / DAY + 1);
  });

  it('nor one that is put off because its endpoint is paused', () => {
    expect(postpone(NEW, START + TOO_OLD_MS)).toMatchObject({ due: { at: START + TOO_OLD_MS } });
    expect(postpone(NEW, START + TOO_OLD_MS + 1)).toMatchObject({ state: 'failed', reason: 'too_old' });
  });

  it('but one that was held has its week from when it was let go', () => {
    const now = START + 30 * DAY;
    const row = release(hold(NEW, 'paused'), now);
    expect(tried(row, busy, now)).toMatchObject({ state: 'retrying', due: { at: now + DAY } });
  });
});

describe('a claim', () => {
  it('keeps others off until the attempt must have ended', () => {
    expect(claim(NEW, START, CLAIM_MS)).toMatchObject({ state: 'sending', due: { at: START + CLAIM_MS } });
  });

  it.each([
    ['taken up again', (row: Delivery) => claim(row, START + 60_000, CLAIM_MS).attempts.slice(0, 1)],
    ['held', (row: Delivery) => hold(row, 'paused').attempts],
  ])('whose worker died is an uncertain attempt once the row is %s', (_what, attempts) => {
    const detail = 'the worker died while sending';
    expect(attempts(claim(NEW, START, CLAIM_MS))).toMatchObject([{ at: START, reason: 'uncertain', detail }]);
  });
});

describe('a message that was only accepted', () => {
  it('is over, and is never said to be delivered', () => {
    const next = tried(NEW, { kind: 'sent', reason: 'accepted', detail: 'HTTP 202' }, START);
    expect(next).toMatchObject({ state: 'delivered', reason: 'accepted', due: null });
    expect(next.attempts.at(-1)).toMatchObject({ reason: 'accepted' });
    expect(outcomeWord(next)).toBe('accepted');
    expect(outcomeWord({ ...next, reason: 'ok' })).toBe('delivered');
  });
});

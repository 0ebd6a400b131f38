import { describe, expect, it } from 'vitest';
import { MAX_KEYS, OLD_KEYS_QUEUE, rotated, withoutOldKeys } from '../../../lib/core/notify/rotation.ts';
import { newStored, toSubscription, type Definition } from '../../../lib/core/notify/stored-subscription.ts';
import { keysAt } from '../../../lib/core/notify/target.ts';
import { START } from '../../kit.ts';

const HOUR = 3_600_000;
const kept: Definition = {
  name: 'ci',
  on: 'failures',
  pattern: null,
  channel: 'webhook',
  endpoint: 'ep_1',
  shown: 'https://ci.example.com/…',
  address: 'https://ci.example.com/hooks',
  signingKeys: ['k1'],
  confirmation: null,
};
type Row = ReturnType<typeof withoutOldKeys>;
const row = (signingKeys = ['k1']): Row => {
  const definition = { ...kept, signingKeys };
  return { ...newStored('sub_1', 'active', definition, START), definition };
};
const rotate = (it: Row, key: string, at: number, overlapMs: number) =>
  rotated(it, key, { at, by: 'ci', request: null, overlapMs });
const made = (it: Row | { until: number }): Row => {
  if ('until' in it) throw new Error('too many keys');
  return it;
};
/** What a message is signed with at a time. */
const signing = (it: Row, at: number): string[] => {
  const { targets } = toSubscription(it, it.definition, (text) => () => text);
  return keysAt(targets[0]!, at).map((key) => key());
};

describe('a rotation', () => {
  it('signs with both keys up to the end of the overlap, and not a moment longer', () => {
    const after = made(rotate(row(), 'k2', START, HOUR));
    expect(signing(after, START)).toEqual(['k2', 'k1']);
    expect(signing(after, START + HOUR - 1)).toEqual(['k2', 'k1']);
    expect(signing(after, START + HOUR)).toEqual(['k2']);
    expect(after.due).toEqual({ queue: OLD_KEYS_QUEUE, at: START + HOUR });
  });

  it('ends the old key at once where there is no overlap', () => {
    const after = made(rotate(row(['k1', 'k0']), 'k2', START, 0));
    expect(signing(after, START)).toEqual(['k2']);
    expect([after.due, after.definition.oldKeys]).toEqual([null, undefined]);
  });

  it('leaves no old key more time than its own overlap, and none more than it had', () => {
    const two = made(rotate(row(), 'k2', START, 24 * HOUR));
    const sooner = made(rotate(two, 'k3', START + HOUR, HOUR));
    expect(signing(sooner, START + 2 * HOUR - 1)).toEqual(['k3', 'k2', 'k1']);
    expect(signing(sooner, START + 2 * HOUR)).toEqual(['k3']);
    const later = made(rotate(two, 'k3', START + HOUR, 48 * HOUR));
    expect(signing(later, START + 24 * HOUR)).toEqual(['k3', 'k2']);
    expect(later.due!.at).toBe(START + 24 * HOUR);
    expect(signing(made(rotate(sooner, 'k4', START + HOUR, 0)), START + HOUR)).toEqual(['k4']);
  });

  it('keeps five keys at most, and says when the next one ends', () => {
    let it = row();
    for (let n = 2; n <= MAX_KEYS; n += 1) it = made(rotate(it, `k${n}`, START + n, HOUR));
    expect(signing(it, START + 10)).toHaveLength(MAX_KEYS);
    expect(rotate(it, 'k6', START + 10, HOUR)).toEqual({ until: START + 2 + HOUR });
    expect(signing(made(rotate(it, 'k6', START + 2 + HOUR, HOUR)), START + 2 + HOUR)).toHaveLength(MAX_KEYS);
    expect(signing(made(rotate(it, 'k6', START + 10, 0)), START + 10)).toEqual(['k6']);
  });

  it('takes the keys that have ended out of the row, one by one', () => {
    const three = made(rotate(made(rotate(row(), 'k2', START, HOUR)), 'k3', START, 2 * HOUR));
    const one = withoutOldKeys(three, START + HOUR);
    expect(one.definition.oldKeys).toEqual([{ key: 'k2', until: START + 2 * HOUR }]);
    expect(one.due).toEqual({ queue: OLD_KEYS_QUEUE, at: START + 2 * HOUR });
    expect(withoutOldKeys(one, START + 2 * HOUR)).toMatchObject({
      due: null,
      definition: { signingKeys: ['k3'] },
    });
    expect(withoutOldKeys(one, START + 2 * HOUR).definition).not.toHaveProperty('oldKeys');
  });

  it('locks a subscription whose old key cannot be opened, like one whose new key cannot', () => {
    const it = made(rotate(row(), 'k2', START, HOUR));
    const opened = toSubscription(it, it.definition, (text) => (text === 'k1' ? null : () => text));
    expect(opened).toMatchObject({ fault: 'locked', paused: true });
    expect(keysAt(opened.targets[0]!, START)).toEqual([]);
  });
});

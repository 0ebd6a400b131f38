import { describe, expect, it } from 'vitest';
import {
  activeMute,
  endedEarly,
  isActive,
  MUTES_KNOWN_MS,
  mutedUntil,
  newMute,
  UNMUTE_QUEUE,
  type Muted,
} from '../../../lib/core/notify/mute.ts';
import { START } from '../../kit.ts';
import { SAMPLES } from './samples.ts';

const HOUR = 3_600_000;
const event = SAMPLES['job.failed']!;
const muteOf = (id: string, which: Muted, hours = 1) =>
  newMute(id, { which, until: START + hours * HOUR, why: 'a move', by: 'ops', failuresAtOnce: false }, START);
const until = (mutes: ReturnType<typeof muteOf>[], subscription: string) =>
  mutedUntil(
    mutes.map(activeMute),
    event,
    subscription,
    { isFailure: true, few: null, windows: {} },
    START + 1,
  );

describe('an event that is muted', () => {
  it('waits for the end of the mute that lasts longest', () => {
    const mutes = [
      muteOf('mut_1', { name: '*' }),
      muteOf('mut_3', { name: '*' }, 3),
      muteOf('mut_2', { name: '*' }, 2),
    ];
    expect(until(mutes, 'ops')).toMatchObject({ mute: 'mut_3', closesAt: START + 3 * HOUR });
  });

  it('is muted for the named subscription alone, and for all where none is named', () => {
    expect(until([muteOf('mut_1', { subscription: 'ops' })], 'ops')).not.toBeNull();
    expect(until([muteOf('mut_1', { subscription: 'ops' })], 'dev')).toBeNull();
    expect(until([muteOf('mut_1', { subscription: 'ops-*' })], 'ops-night')).not.toBeNull();
    expect(until([muteOf('mut_1', { kind: 'job.*' })], 'dev')).not.toBeNull();
  });
});

it('a mute is active until its end, and not at its end', () => {
  const mute = muteOf('mut_1', { name: '*' });
  expect([isActive(mute, mute.until - 1), isActive(mute, mute.until)]).toEqual([true, false]);
});

it('a mute that somebody ends lets go what it holds only after every process has heard of the end', () => {
  const ended = endedEarly(muteOf('mut_1', { name: '*' }), 'ops', START + 60_000);
  expect(ended).toMatchObject({ state: 'ended', until: START + 60_000, due: { queue: UNMUTE_QUEUE } });
  expect(ended.due!.at).toBeGreaterThan(START + 60_000 + MUTES_KNOWN_MS);
});

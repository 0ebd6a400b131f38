import { expect, it } from 'vitest';
import { createLocalBus } from '../../../lib/adapters/bus/local.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import { events } from '../../core/jobs/events.ts';

const TWO = [events['job.failed'], events['job.lost']];

it('the bus of one machine owns events when all their deliveries are stored, and not before', async () => {
  const { promise: stored, resolve } = Promise.withResolvers<void>();
  const taken: (readonly Event[])[] = [];
  const bus = createLocalBus((some) => {
    taken.push(some);
    return stored;
  });
  let isOwned = false;
  const acks = bus.publish(TWO).finally(() => void (isOwned = true));
  await new Promise(setImmediate);
  expect(isOwned).toBe(false);
  resolve();
  expect(await acks).toEqual([{ outcome: 'accepted' }, { outcome: 'accepted' }]);
  expect(taken).toEqual([TWO]);
});

it('what could not be stored stays with its publisher', async () => {
  const bus = createLocalBus(() => Promise.reject(new Error('the disk is full')));
  const refused = { outcome: 'refused', detail: 'the disk is full' };
  expect(await bus.publish(TWO)).toEqual([refused, refused]);
});

import { expect, it } from 'vitest';
import { createComplaints } from '../../../lib/wire/local/complain.ts';
import { recordingTelemetry } from '../../kit.ts';

it('an error that comes twice a second is logged at once, then once a minute with how often', () => {
  const telemetry = recordingTelemetry();
  let now = 0;
  const broken = createComplaints(telemetry, () => now)('sweep.broken');
  for (; now < 180_000; now += 500) broken(new Error('the disk is full'));
  expect(telemetry.lines.map(({ event, again }) => [event, again])).toEqual([
    ['sweep.broken', undefined],
    ['sweep.broken', 119],
    ['sweep.broken', 119],
  ]);
});

it('another error is logged at once, and the former one when it comes back', () => {
  const telemetry = recordingTelemetry();
  const broken = createComplaints(telemetry, () => 0)('sweep.broken');
  const [full, gone] = [new Error('the disk is full'), new Error('the store is gone')];
  for (const error of [full, full, gone, full]) broken(error);
  expect(telemetry.lines.map(({ error }) => error)).toEqual([full, gone, full]);
});

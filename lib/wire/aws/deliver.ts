import { deliveryOf } from '../../adapters/bus/doorbell.ts';
import { attend } from '../../app/deliver/attend.ts';
import { WIDTH } from '../../app/deliver/drain.ts';
import { SCHEDULES } from '../../core/notify/retry.ts';
import type { ChannelName } from '../../core/notify/subscription.ts';
import type { Channel, Channels } from '../../ports.ts';
import type { GroundEnv, QueueEnv } from './env.ts';
import { doorbellOf, onGround, type Ground } from './ground.ts';

/** Delivers what the doorbell of one channel rings for; the other channels have functions of their own. */
export const onChannel = (
  name: ChannelName,
  env: GroundEnv & QueueEnv,
  channelOf: (ground: Ground) => Channel,
) =>
  onGround(env, (ground) => {
    const channel = channelOf(ground);
    const channels: Channels = { slack: elsewhere, email: elsewhere, webhook: elsewhere, [name]: channel };
    const deps = { ...ground, channels, schedules: SCHEDULES, doorbell: doorbellOf(ground, env) };
    return {
      width: WIDTH[name],
      reserveMs: RESERVE_MS[name],
      deliver: (body: unknown) => attend(deps, deliveryOf(body)),
    };
  });

/** What one message may take: two exchanges of Slack, or a mail that the server looks at for 10 min; and the writes. */
const RESERVE_MS: Readonly<Record<ChannelName, number>> = { slack: 35_000, webhook: 35_000, email: 725_000 };

const elsewhere: Channel = {
  send: async () => ({ kind: 'retry', reason: 'uncertain', detail: 'the wrong queue was rung' }),
};

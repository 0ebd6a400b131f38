import { SQSClient } from '@aws-sdk/client-sqs';
import { createComeBack } from '../../adapters/bus/come-back.ts';
import { deliveryOf } from '../../adapters/bus/doorbell.ts';
import { CHANNELS, queueVariable, type KnownChannel } from '../../adapters/channels/registry.ts';
import type { ChannelDefinition } from '../../adapters/channels/definition.ts';
import { handleDoorbell } from '../../app/deliver/handle-doorbell.ts';
import type { Channel, Channels } from '../../ports.ts';
import type { ContextEnv, QueueEnv } from './env.ts';
import { pageLinksOf } from '../sealer.ts';
import { doorbellOf, withContext, type FunctionContext } from './with-context.ts';

/** Delivers what the doorbell of one channel rings for; the other channels have functions of their own. */
export const onChannel = (
  name: KnownChannel,
  env: ContextEnv & QueueEnv,
  channelOf: (context: FunctionContext) => Channel,
) => {
  const queues = new SQSClient();
  return withContext(env, name, (context) => {
    const others = Object.keys(CHANNELS).map((one) => [one, OTHER_CHANNEL]);
    const channels: Channels = { ...Object.fromEntries(others), [name]: channelOf(context) };
    const { policy } = context.config;
    const pageOf = pageLinksOf(context.config, context.sealer);
    const deps = {
      ...context,
      channels,
      rules: CHANNELS,
      policy,
      doorbell: doorbellOf(context, env),
      pageOf,
    };
    const { concurrency, aws }: ChannelDefinition = CHANNELS[name];
    return {
      concurrency,
      reserveMs: aws.reserveMs,
      comeBack: createComeBack(queues, env[queueVariable(name)]!, context.telemetry),
      /** `signal` ends what is being sent. */
      deliver: (body: unknown, signal: AbortSignal) => handleDoorbell({ ...deps, signal }, deliveryOf(body)),
    };
  });
};

const OTHER_CHANNEL: Channel = {
  send: async () => ({ kind: 'retry', reason: 'uncertain', detail: 'the wrong queue was rung' }),
};

import * as z from 'zod';
import { CHANNEL_NAMES, queueVariable, type KnownChannel } from '../../adapters/channels/registry.ts';
import { lazily } from '../../core/lazily.ts';

/** What each function reads of its environment: all of this, and nothing else. */
export const ENV = lazily(() => {
  const text = z.string().min(1);
  const context = {
    JOBCHIME_STAGE: text,
    /** The DynamoDB table. */
    JOBCHIME_TABLE: text,
    /** The parameter of Systems Manager in which the configuration stands. */
    JOBCHIME_CONFIG: text,
    /** The channels that the stage has a function for, with commas in between. */
    JOBCHIME_CHANNELS: text,
    /** Of OpenTelemetry; empty: no traces. */
    OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional(),
  };
  /** Of each channel that has one. */
  const queues = Object.fromEntries(CHANNEL_NAMES.map((name) => [queueVariable(name), text.optional()]));
  const ofChannels = CHANNEL_NAMES.map((name) => [
    name,
    z.object({ ...context, [queueVariable(name)]: text }),
  ]);

  return {
    /** The queue of the sweep: where it asks for what a push rings for. */
    api: z.object({ ...context, ...queues, JOBCHIME_BUS: text, JOBCHIME_SWEEP_QUEUE: text }),
    track: z.object({ ...context, JOBCHIME_BUS: text, JOBCHIME_TRACK_QUEUE: text }),
    /** The queue: where it hands work to other runs of itself. */
    sweep: z.object({ ...context, ...queues, JOBCHIME_BUS: text, JOBCHIME_SWEEP_QUEUE: text }),
    route: z.object({ ...context, ...queues, JOBCHIME_ROUTE_QUEUE: text }),
    ...(Object.fromEntries(ofChannels) as Record<KnownChannel, z.ZodObject<typeof context>>),
  };
});
type Schemas = ReturnType<typeof ENV>;

export type Env = Readonly<Record<string, string | undefined>>;
export type ContextEnv = Omit<z.infer<Schemas['track']>, 'JOBCHIME_BUS' | 'JOBCHIME_TRACK_QUEUE'>;
/** The URLs of those queues that a function rings at, by `queueVariable`. */
export type QueueEnv = Env;

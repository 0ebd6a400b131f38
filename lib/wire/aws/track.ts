import { SQSClient } from '@aws-sdk/client-sqs';
import { createComeBack } from '../../adapters/bus/come-back.ts';
import {
  createEventBridgeBus,
  createEventBridgeClient,
  type EventBridgeBus,
} from '../../adapters/bus/eventbridge.ts';
import { describeIn } from '../../adapters/clouds/info.ts';
import { notifyProblems } from '../notify-problems.ts';
import type { RefusedEvent } from '../../core/jobs/refused.ts';
import { deliverEnd } from '../../app/deliver/deliver-end.ts';
import { submit, type SubmitDeps } from '../../app/sweep/submit.ts';
import type { TrackDeps } from '../../app/sweep/track.ts';
import type { Doorbell } from '../../ports.ts';
import { ENV, type Env } from './env.ts';
import { withContext, type FunctionContext } from './with-context.ts';

/** Some calls of the table, and the bus at its slowest. */
const RESERVE_MS = 10_000;

/** Takes up the jobs that a `job.submitted` event hands in. */
export function openTrack(env: Env) {
  const known = ENV().track.parse(env);
  const bus = createEventBridgeBus({ client: createEventBridgeClient(), busName: known.JOBCHIME_BUS });
  const queues = new SQSClient();
  const open = withContext(known, 'track', (context) => {
    const deps: SubmitDeps = { ...trackDeps(context), refuse: (events) => published(bus, events) };
    const knows = (detail: unknown): boolean => deps.clouds.describe(originIn(detail)) !== null;
    return {
      knows,
      reserveMs: RESERVE_MS,
      comeBack: createComeBack(queues, known.JOBCHIME_TRACK_QUEUE, context.telemetry),
      submit: (detail: unknown, at?: number) => submit(deps, detail, at),
    };
  });
  return async () => {
    const parts = await open();
    return {
      ...parts,
      async submit(detail: unknown, at?: number) {
        // An origin may be newer than what this container read last.
        const { submit: submitNow } = parts.knows(detail) ? parts : await open(true);
        return submitNow(detail, at);
      },
    };
  };
}

/** Empty where none is said, which is no name. */
const originIn = (detail: unknown): string => {
  const { origin } = (detail ?? {}) as { origin?: unknown };
  return typeof origin === 'string' ? origin : '';
};

async function published(bus: EventBridgeBus, events: RefusedEvent[]): Promise<void> {
  const acks = await bus.publish(events);
  const lost = acks.find((ack) => ack.outcome !== 'accepted');
  if (lost) throw new Error(`the bus did not take job.refused: ${lost.detail}`);
}

/** `doorbell`: left out where nothing can be rung; the sweep finds the deliveries. */
export const trackDeps = (
  { config, store, subscriptions, seal, clock, telemetry, undeployed }: FunctionContext,
  doorbell?: Doorbell,
): TrackDeps => ({
  jobs: store.jobs,
  groups: store,
  clouds: { describe: describeIn(config.origins) },
  clock,
  policy: config.policy,
  telemetry,
  notifyProblem: notifyProblems(config, subscriptions, undeployed),
  seal,
  deliverEnd: (job, notify) =>
    deliverEnd({ ...store, subscriptions, clock, ...(doorbell && { doorbell }) }, job, notify),
});

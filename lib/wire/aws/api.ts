import { SQSClient } from '@aws-sdk/client-sqs';
import { sendShards } from '../../adapters/bus/shards.ts';
import type { WakeDiscovery } from '../../app/discover/discover-now.ts';
import { apiOver } from '../api.ts';
import { createEventBridgeBus, createEventBridgeClient } from '../../adapters/bus/eventbridge.ts';
import { createNaps } from '../../adapters/platform/naps.ts';
import { pageOpenerOf } from '../sealer.ts';
import { askReceiver } from '../ask-receiver.ts';
import { intakeDoors } from '../intake.ts';
import { templateProblem } from '../template-problem.ts';
import { track } from '../../app/sweep/track.ts';
import { ENV, type Env } from './env.ts';
import { doorbellOf, withContext } from './with-context.ts';
import { trackDeps } from './track.ts';

/** A function is paid for while it waits, and its feed ends ten seconds ago anyway: a few seconds, with two reads in between. */
const FEED_WAITING = { maxMs: 5_000, pollMs: 2_500, sleep: createNaps().sleep };

/** As long as a run of the sweep: then the next one has begun, which reads the records too. */
const RUNG_FOR_MS = 50_000;

/** The HTTP API. It sends no mail, so that addresses are subscribed in the configuration alone. */
export function openApi(env: Env) {
  const known = ENV().api.parse(env);
  const client = createEventBridgeClient();
  const queues = new SQSClient();
  return withContext(known, 'api', (context) => {
    const { config, sealer, undeployed } = context;
    const bus = createEventBridgeBus({ client, busName: known.JOBCHIME_BUS });
    const doorbell = doorbellOf(context, known);
    const deps = trackDeps(context, doorbell);
    const ask = askReceiver(config, context.secrets);
    const { allowPrivate } = config;
    const wakeDiscovery: WakeDiscovery = async (due) => {
      for (const { origin, at } of due) {
        const shard = { origins: [origin], until: at + RUNG_FOR_MS };
        const left = await sendShards(queues, known.JOBCHIME_SWEEP_QUEUE, [shard], at - context.clock());
        if (left.length > 0) context.telemetry.line('warn', 'discovery.not_woken', { origin });
      }
    };
    const subscribing = { allowPrivate, sealer, confirmation: null, ask, templateProblem, undeployed };
    return {
      // Nobody may be kept waiting here, and no process lasts: browsers ask, and a session needs the key of all.
      fetch: apiOver(
        { sealer, links: pageOpenerOf(config, sealer), live: null, examine: null },
        {
          ...context,
          bus,
          origins: config.origins,
          policy: config.policy,
          intake: intakeDoors(config, context.secrets),
          trails: config.trails,
          wakeDiscovery,
        },
        subscribing,
        (raws, projects = null) => track({ ...deps, projects }, raws),
        doorbell,
        { feedWaiting: FEED_WAITING, ...(config.api?.limits && { limits: config.api.limits }) },
      ),
    };
  });
}

import { SQSClient } from '@aws-sdk/client-sqs';
import { createComeBack } from '../../adapters/bus/come-back.ts';
import { CHANNELS } from '../../adapters/channels/registry.ts';
import { fromInvocation } from '../../adapters/bus/envelope.ts';
import { readMailFeedback } from '../../adapters/channels/email/feedback.ts';
import { takeMailFeedback } from '../../app/deliver/mail-feedback.ts';
import { dispatch } from '../../app/deliver/dispatch.ts';
import { ENV, type Env } from './env.ts';
import { doorbellOf, withContext } from './with-context.ts';

/** Some calls of the table, tried again where it is busy. */
const RESERVE_MS = 10_000;

/**
 * Makes deliveries of an event that came over the bus. Anybody who may put events there can write anything into one, so it is
 * only a hint: what is delivered is the event that Jobchime stored under this id before it published it.
 */
export function openRoute(env: Env) {
  const known = ENV().route.parse(env);
  const queues = new SQSClient();
  return withContext(known, 'route', (context) => {
    const { store, subscriptions, clock } = context;
    const doorbell = doorbellOf(context, known);
    const folding = { ...store, rules: CHANNELS };
    const deps = { ...store, subscriptions, doorbell, clock, folding };
    return {
      reserveMs: RESERVE_MS,
      comeBack: createComeBack(queues, known.JOBCHIME_ROUTE_QUEUE, context.telemetry),
      async route(invocation: unknown): Promise<void> {
        const { metadata, kind, subject } = fromInvocation(invocation);
        const row = await store.events.get(metadata.id);
        if (row?.event.kind !== kind || row.event.subject !== subject) {
          throw new Error(
            `${metadata.id} (${kind} of ${subject}) is no event of this table: Jobchime did not publish it`,
          );
        }
        await dispatch(deps, [row.event]);
      },
      /** What SES says of a mail that it had taken. */
      takeMailFeedback: (told: unknown): Promise<void> => takeMailFeedback(context, readMailFeedback(told)),
    };
  });
}

import { fromInvocation } from '../../adapters/bus/envelope.ts';
import { believed } from '../../app/deliver/believed.ts';
import { dispatch } from '../../app/deliver/dispatch.ts';
import { ENV, type Env } from './env.ts';
import { doorbellOf, onGround } from './ground.ts';

/** Makes deliveries of an event that came over the bus, which anybody may have put there. */
export function openRoute(env: Env) {
  const known = ENV().route.parse(env);
  return onGround(known, (ground) => {
    const { store, subscriptions, clock } = ground;
    const doorbell = doorbellOf(ground, known);
    const deps = { ...store, subscriptions, doorbell, clock };
    return {
      async route(invocation: unknown): Promise<void> {
        const told = fromInvocation(invocation);
        const event = await believed(store, told, clock());
        if (!event) {
          throw new Error(
            `${told.metadata.id} is no ${told.kind} of ${told.subject} in the table: its row is gone, or Jobchime did not publish it`,
          );
        }
        await dispatch(deps, [event]);
      },
    };
  });
}

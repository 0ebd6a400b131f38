import { fromInvocation } from '../../adapters/bus/envelope.ts';
import { dispatch } from '../../app/deliver/dispatch.ts';
import { ENV, type Env } from './env.ts';
import { doorbellOf, onGround } from './ground.ts';

/** Makes deliveries of an event that came over the bus. */
export function openRoute(env: Env) {
  const known = ENV().route.parse(env);
  return onGround(known, (ground) => {
    const { store, subscriptions, clock } = ground;
    const doorbell = doorbellOf(ground, known);
    const deps = { ...store, subscriptions, doorbell, clock };
    return { route: (invocation: unknown) => dispatch(deps, [fromInvocation(invocation)]) };
  });
}

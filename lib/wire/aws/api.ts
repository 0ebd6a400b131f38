import { apiOver } from '../api.ts';
import { track } from '../../app/sweep/track.ts';
import { ENV, type Env } from './env.ts';
import { doorbellOf, onGround } from './ground.ts';
import { trackDeps } from './track.ts';

/** The HTTP API. It sends no mail, so that addresses are subscribed in the configuration alone. */
export function openApi(env: Env) {
  const known = ENV().api.parse(env);
  return onGround(known, (ground) => {
    const { config, sealer } = ground;
    const doorbell = doorbellOf(ground, known);
    const deps = trackDeps(ground, doorbell);
    const subscribing = { allowPrivate: config.allowPrivate, sealer, confirmation: null };
    return {
      fetch: apiOver(
        { ...ground, origins: config.origins },
        subscribing,
        (raws) => track(deps, raws),
        doorbell,
      ),
    };
  });
}

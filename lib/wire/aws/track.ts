import { dialectOf } from '../../adapters/clouds/dialects.ts';
import { notifyProblems } from '../notify-problems.ts';
import type { Config } from '../../adapters/config/config.ts';
import type { OriginInfo } from '../../core/jobs/job.ts';
import { tellEnd } from '../../app/deliver/tell-end.ts';
import { submit } from '../../app/sweep/submit.ts';
import type { TrackDeps } from '../../app/sweep/track.ts';
import type { Doorbell } from '../../ports.ts';
import { ENV, type Env } from './env.ts';
import { onGround, type Ground } from './ground.ts';

/** Takes up the jobs that a `job.submitted` event hands in. */
export const openTrack = (env: Env) =>
  onGround(ENV().track.parse(env), (ground) => {
    const deps = trackDeps(ground);
    return { submit: (detail: unknown, at?: number) => submit(deps, detail, at) };
  });

/** `doorbell`: left out where nothing can be rung; the sweep finds what was to be told. */
export const trackDeps = (
  { config, store, subscriptions, seal, clock, telemetry }: Ground,
  doorbell?: Doorbell,
): TrackDeps => ({
  jobs: store.jobs,
  clouds: { describe: (name) => describe(config, name) },
  clock,
  policy: config.policy,
  telemetry,
  notifyProblem: notifyProblems(config, subscriptions),
  seal,
  tellEnd: (job, notify) =>
    tellEnd(
      { deliveries: store.deliveries, subscriptions, clock, ...(doorbell && { doorbell }) },
      job,
      notify,
    ),
});

/** What a job's row says of its origin. Nothing is asked here, so what asking needs is left out. */
function describe({ origins }: Config, name: string): (OriginInfo & { projectId: string }) | null {
  const origin = origins.find((one) => one.name === name);
  if (!origin) return null;
  const { cloud, region, projectId, dialect } = origin;
  return { origin: name, service: dialectOf(cloud, dialect)!.service, cloud, region, projectId };
}

import { deliverEnd } from '../../app/deliver/deliver-end.ts';
import { track, type TrackDeps, type Tracked } from '../../app/sweep/track.ts';
import type { StoreParts } from './store-parts.ts';

/** Takes jobs into the store. Rings no doorbell: commands track too, and deliver nothing themselves. */
export function createTrack(
  parts: StoreParts & Pick<TrackDeps, 'clouds'>,
): (raws: readonly unknown[], projects?: readonly string[] | null) => Promise<Tracked[]> {
  const { store, subscriptions, clock } = parts;
  const ending = { ...store, subscriptions, clock };
  const tracking: TrackDeps = {
    ...parts,
    jobs: store.jobs,
    groups: store,
    deliverEnd: (job, notify) => deliverEnd(ending, job, notify),
  };
  return (raws, projects = null) => track({ ...tracking, projects }, raws);
}

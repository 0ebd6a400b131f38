import { vitals } from '../../app/inspect/vitals.ts';
import type { Parts } from './parts.ts';

/** How many jobs the service watches. */
export const jobsWatched = async (parts: Parts): Promise<number> => (await vitals(parts)).outstanding;

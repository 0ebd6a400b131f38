import { AWS } from './aws.ts';
import { CHANNELS } from './channels.ts';
import { CLOUDS } from './clouds.ts';
import { CONSOLE_RULES } from './console.ts';
import { DELIVER } from './deliver.ts';
import { DISCOVER } from './discover.ts';
import { DOOR } from './door.ts';
import { EVENTS } from './events.ts';
import { GROUPS } from './groups.ts';
import { JOBS } from './jobs.ts';
import { LEARNING_RULES } from './learning.ts';
import type { Mutation } from './mutation.ts';
import { MUTES } from './mutes.ts';
import { ORIGINS } from './origins.ts';
import { OUTAGES } from './outages.ts';
import { PATTERNS } from './patterns.ts';
import { PROJECTS } from './projects.ts';
import { PUBLISH } from './publish.ts';
import { SECRETS } from './secrets.ts';
import { STORE } from './store.ts';
import { SUBSCRIBING } from './subscribing.ts';
import { SWEEP } from './sweep.ts';
import { UPKEEP } from './upkeep.ts';

/** In the order of a job's way. `npm run mutate` tries them. */
export const MUTATIONS: readonly Mutation[] = [
  ...STORE,
  ...SWEEP,
  ...CLOUDS,
  ...DISCOVER,
  ...JOBS,
  ...LEARNING_RULES,
  ...GROUPS,
  ...ORIGINS,
  ...EVENTS,
  ...PUBLISH,
  ...PATTERNS,
  ...DELIVER,
  ...OUTAGES,
  ...MUTES,
  ...SUBSCRIBING,
  ...CHANNELS,
  ...DOOR,
  ...SECRETS,
  ...PROJECTS,
  ...CONSOLE_RULES,
  ...UPKEEP,
  ...AWS,
];

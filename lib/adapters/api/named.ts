import type * as z from 'zod';
import { delivery } from './deliveries/answers.ts';
import { group } from './groups/routes.ts';
import { intake } from './intake/routes.ts';
import { explanation, job, jobSummary, trackResult } from './jobs/answers.ts';
import { trackSpec } from './jobs/requests.ts';
import { mute } from './mutes/routes.ts';
import { origin } from './origins/routes.ts';
import { problem } from './problem-schema.ts';
import { recovery, recoveryCount } from './recoveries/answers.ts';
import { routeTest } from './routing/routes.ts';
import { stats } from './stats/routes.ts';
import { createdSubscription, rotatedSubscription, subscription } from './subscriptions/answers.ts';
import { newSubscription, subscriptionChange } from './subscriptions/requests.ts';

/** Schemas that have a name in the OpenAPI document: first those that come in, then those that go out. */
export const NAMED_REQUESTS: Readonly<Record<string, () => z.ZodType>> = {
  JobSpec: trackSpec,
  NewSubscription: newSubscription,
  SubscriptionChange: subscriptionChange,
};
export const NAMED_ANSWERS: Readonly<Record<string, () => z.ZodType>> = {
  Problem: problem,
  TrackResult: trackResult,
  JobSummary: jobSummary,
  Job: job,
  Delivery: delivery,
  Explanation: explanation,
  Subscription: subscription,
  CreatedSubscription: createdSubscription,
  Recovery: recovery,
  Group: group,
  RecoveryCount: recoveryCount,
  Mute: mute,
  RotatedSubscription: rotatedSubscription,
  RouteTest: routeTest,
  Origin: origin,
  Stats: stats,
  Intake: intake,
};

import { delivery } from '../deliveries/answers.ts';
import { pageQuery } from '../fields.ts';
import { recovery, recoveryCount } from '../recoveries/answers.ts';
import { replayBody } from '../recoveries/requests.ts';
import { route } from '../route.ts';
import { pageOf } from '../shapes.ts';
import { createdSubscription, rotatedSubscription, subscription } from './answers.ts';
import { newSubscription, rotation, subscriptionChange, subscriptionParams } from './requests.ts';

const one = { path: '/v1/subscriptions/{id}', params: subscriptionParams } as const;

export const subscriptionRoutes = {
  createSubscription: route({
    method: 'POST',
    path: '/v1/subscriptions',
    summary: 'Subscribe a webhook, a Slack channel or a mail address, which has to confirm',
    scope: 'admin',
    limited: 'refused',
    body: newSubscription,
    answers: { 201: createdSubscription },
    problems: ['full', 'mail_failed'],
  }),
  listSubscriptions: route({
    method: 'GET',
    path: '/v1/subscriptions',
    summary: 'List the subscriptions, those of the configuration first',
    scope: 'read',
    limited: 'refused',
    query: pageQuery,
    answers: { 200: pageOf(subscription) },
    problems: [],
  }),
  getSubscription: route({
    ...one,
    method: 'GET',
    summary: 'One subscription and the health of its targets',
    scope: 'read',
    limited: 'refused',
    answers: { 200: subscription },
    problems: ['not_found'],
  }),
  changeSubscription: route({
    ...one,
    method: 'PATCH',
    summary: 'Change a subscription; what waits for it goes to the new target',
    scope: 'admin',
    limited: 'refused',
    body: subscriptionChange,
    answers: { 200: subscription },
    problems: ['not_found', 'read_only', 'conflict', 'mail_failed'],
  }),
  deleteSubscription: route({
    ...one,
    method: 'DELETE',
    summary: 'Remove a subscription; what waits for it is not sent any more',
    scope: 'admin',
    limited: 'refused',
    answers: { 204: null },
    problems: ['not_found', 'read_only', 'conflict'],
  }),
  pauseSubscription: route({
    ...one,
    path: '/v1/subscriptions/{id}/pause',
    method: 'POST',
    summary: 'Hold everything meant for a subscription',
    scope: 'admin',
    limited: 'refused',
    answers: { 200: subscription },
    problems: ['not_found', 'conflict'],
  }),
  resumeSubscription: route({
    ...one,
    path: '/v1/subscriptions/{id}/resume',
    method: 'POST',
    summary: 'Send what was held, the oldest first, and take its targets for repaired',
    scope: 'admin',
    limited: 'refused',
    answers: { 200: subscription },
    problems: ['not_found', 'conflict'],
  }),
  replay: route({
    ...one,
    path: '/v1/subscriptions/{id}/replay',
    method: 'POST',
    summary: 'Send the events since a time that it wants and has not had, or count them',
    scope: 'admin',
    limited: 'refused',
    body: replayBody,
    answers: { 200: recoveryCount, 201: recovery },
    problems: ['not_found'],
  }),
  testSubscription: route({
    ...one,
    path: '/v1/subscriptions/{id}/test',
    method: 'POST',
    summary:
      'Send a message to its targets, also to a paused or disabled one; the deliveries show the outcome',
    scope: 'admin',
    limited: 'refused',
    answers: { 202: pageOf(delivery) },
    problems: ['not_found', 'conflict'],
  }),
  rotateSubscription: route({
    ...one,
    path: '/v1/subscriptions/{id}/rotate',
    method: 'POST',
    summary:
      'Give a webhook a new signing key, shown in this answer alone; the old ones sign too, for a while',
    scope: 'admin',
    limited: 'refused',
    body: rotation,
    needsNoBody: true,
    answers: { 200: rotatedSubscription },
    problems: ['not_found', 'read_only', 'conflict'],
  }),
  verifySubscription: route({
    ...one,
    path: '/v1/subscriptions/{id}/verify',
    method: 'POST',
    summary: 'Ask a webhook whether it wants messages; what is held for it goes out when it does',
    scope: 'admin',
    limited: 'refused',
    answers: { 200: subscription },
    problems: ['not_found', 'read_only', 'conflict', 'challenge_failed'],
  }),
};

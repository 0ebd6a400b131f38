import * as z from 'zod';
import { DELIVERY_STATES } from '../../../core/notify/delivery.ts';
import { isCursor } from '../../../core/cursor.ts';
import { lazily } from '../../../core/lazily.ts';
import { cursor, eventId, jobKey, oneOf, page } from '../fields.ts';
import { route } from '../route.ts';
import { pageOf } from '../shapes.ts';
import { delivery } from './answers.ts';

const deliveryId = lazily(() =>
  z
    .string()
    .regex(/^dlv_[0-9a-f]{32}$/)
    .meta({ hint: 'Write dlv_ and 32 hex digits.' }),
);

/** Of the deliveries of one job: which of its events, and the place within. */
const isPlaceInJob = (text: string): boolean => /^\d\.$/.test(text) || isCursor(text.replace(/^\d\./, ''));

const listDeliveriesQuery = lazily(() =>
  z
    .strictObject({
      event: eventId().optional(),
      job: jobKey().optional(),
      id: deliveryId().optional(),
      state: oneOf(DELIVERY_STATES).optional(),
      ...page(),
      cursor: cursor(isPlaceInJob),
    })
    .refine(({ event, job }) => !event || !job, 'has both event and job')
    .meta({ hint: 'Give event or job, not both.' }),
);

const deliveryParams = lazily(() => z.strictObject({ eventId: eventId(), deliveryId: deliveryId() }));

export const deliveryRoutes = {
  listDeliveries: route({
    method: 'GET',
    path: '/v1/deliveries',
    summary: 'List deliveries, of one event, of one job, or of all; the newest first',
    scope: 'read',
    limited: 'its own',
    query: listDeliveriesQuery,
    answers: { 200: pageOf(delivery) },
    problems: ['not_found'],
  }),
  getDelivery: route({
    method: 'GET',
    path: '/v1/deliveries/{eventId}/{deliveryId}',
    summary: 'One delivery with its attempts',
    scope: 'read',
    limited: 'its own',
    params: deliveryParams,
    answers: { 200: delivery },
    problems: ['not_found'],
  }),
  redeliver: route({
    method: 'POST',
    path: '/v1/deliveries/{eventId}/{deliveryId}/redeliver',
    summary:
      'Send one delivery once more, under its own id, whatever became of it; its target is not judged by that',
    scope: 'admin',
    limited: 'its own',
    params: deliveryParams,
    answers: { 202: delivery },
    problems: ['not_found', 'conflict'],
  }),
};

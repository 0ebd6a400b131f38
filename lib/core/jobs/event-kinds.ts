import { JOB_EVENTS } from './job.ts';
import { ORIGIN_EVENTS } from './origin.ts';

export const SUBSCRIPTION_DISABLED = 'subscription.disabled';
/** A drill: it goes to the one subscription that it tries, whatever that subscription wants otherwise. */
export const PING = 'ping';

/** Every kind of event there is. */
export const EVENT_KINDS = [...JOB_EVENTS, ...ORIGIN_EVENTS, SUBSCRIPTION_DISABLED, PING] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

import { GROUP_EVENTS } from './group.ts';
import { JOB_EVENTS } from './job.ts';
import { ORIGIN_EVENTS } from './origin.ts';

/** Events about a target: they go to other targets. */
export const TARGET_EVENTS = [
  'subscription.failing',
  'subscription.disabled',
  'subscription.recovered',
  'delivery.failed',
] as const;
export type TargetEventKind = (typeof TARGET_EVENTS)[number];
/** A drill: it goes to the one subscription that it tries, whatever the pattern of that subscription. */
export const PING = 'ping';
/** One message for many events: it goes to the one target that they were gathered for, and over no bus. */
export const SUMMARY = 'summary';

/** Every kind of event there is. */
export const EVENT_KINDS = [
  ...JOB_EVENTS,
  ...GROUP_EVENTS,
  ...ORIGIN_EVENTS,
  ...TARGET_EVENTS,
  PING,
  SUMMARY,
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

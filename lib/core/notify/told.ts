import type { Event } from '../jobs/event.ts';
import type { Job, JobEventKind } from '../jobs/job.ts';
import type { Attempt } from './delivery.ts';

// What somebody is told who asks about jobs and events.

export interface ToldEvent {
  event: Event;
  published: boolean;
  /** `sent`: as it went out. `rebuilt`: nobody wanted it, so it was not kept; this is how the job's row tells it today. */
  from: 'sent' | 'rebuilt';
}

/** Everything that is known of one job: what was seen of it, what was announced, who was told and who was not, and why. */
export interface Explanation {
  job: Job;
  events: ExplainedEvent[];
}

export interface ExplainedEvent {
  id: string;
  kind: JobEventKind;
  published: boolean;
  deliveries: {
    subscription: string;
    channel: string;
    target: string;
    state: string;
    reason: string | null;
    attempts: Attempt[];
    nextTryAt: number | null;
  }[];
  /** Subscriptions of today that do not want it, with the first field that does not match. */
  unmatched: { subscription: string; why: string }[];
}

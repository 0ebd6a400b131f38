import type { Job, JobEventKind } from '../jobs/job.ts';
import type { DeliveryWindow } from './window.ts';
import type { Asked, Attempt, Delivery } from './delivery.ts';

// The answers about jobs and events.

/** Everything that is known of one job: its changes, its events, who was notified and who was not, and why. */
export interface Explanation {
  job: Job;
  /** Why it is checked again, and then; to go on after "because". Null for one that is not. */
  whyNext: string | null;
  events: ExplainedEvent[];
}

export interface ExplainedEvent {
  id: string;
  kind: JobEventKind;
  published: boolean;
  deliveries: {
    id: string;
    subscription: string;
    channel: string;
    target: string;
    state: string;
    reason: string | null;
    fold?: Delivery['fold'];
    attempts: Attempt[];
    asked: Asked[];
    window: DeliveryWindow | null;
    nextTryAt: number | null;
  }[];
  /** Subscriptions of today that do not match it, with the first field that does not match; none once it is not kept. */
  unmatched: { subscription: string; why: string }[];
}

import type { Event } from '../jobs/event.ts';

// The answers about where an event goes.

/** Where an event would go at a time, and where it would not, and why. */
export interface Routing {
  event: Event;
  /** Epoch milliseconds. */
  at: number;
  /** One for each subscription; those that a job names for itself last. */
  routes: Route[];
}

export interface Route {
  subscription: string;
  name: string;
  channel: string;
  /**
   * Why it gets the event: its pattern matches; the job names it; or an event about a target reaches nobody else. Null: it
   * does not get it.
   */
  by: 'pattern' | 'notify' | 'alarm' | null;
  /** The first field of its pattern that does not match; null: all do. */
  mismatch: string | null;
  /** In one line what people read first; null: nothing is sent. */
  says: string | null;
  targets: RouteTarget[];
}

/** What becomes of a message, as a closed list. `held`: until somebody lets it go. `dropped`: it is never sent. */
export const FATES = ['sent', 'waits', 'held', 'dropped'] as const;
export type Fate = (typeof FATES)[number];

export interface RouteTarget {
  shown: string;
  fate: Fate;
  /** Why it is not sent at once, in words for people that go on after the fate. */
  why: string | null;
  /** When it goes out at the earliest, epoch milliseconds; null: nobody knows, or never. */
  at: number | null;
}

export const isReached = ({ by }: Route): boolean => by !== null;

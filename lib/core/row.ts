/**
 * What everything that is stored has in common. Every change is a conditional write on `version`; whatever still
 * has to happen to a row is said by `due`, so a process that dies leaves nothing to remember.
 */
export interface Row {
  key: string;
  /** Counts the writes. 0 = not stored yet. A write succeeds only if the stored version is the one that was read. */
  version: number;
  state: string;
  /** Epoch milliseconds. */
  createdAt: number;
  /** When somebody has to take this row up again, and in which queue it waits. Null: nothing left to do. */
  due: Due | null;
}

export interface Due {
  queue: string;
  /** Epoch milliseconds. */
  at: number;
}

/** Later than any time in the table, and as late as a store can say: the year 33658. */
export const LATEST = 999_999_999_999_999;

/** A fact that was written but perhaps not yet published. It leaves the row only when the bus owns the event. */
export interface OutboxEntry<Kind extends string = string> {
  kind: Kind;
  /** Epoch milliseconds: when the fact was found out. */
  at: number;
  /** 1, 2, 3 ... for one subject, so that a receiver can put events in order. */
  sequence: number;
}

/** The queue of the rows that have an outbox to publish. */
export const PUBLISH_QUEUE = 'publish';
/** The queue of one origin's jobs to check. */
export const checkQueue = (origin: string): string => `${CHECK}${origin}`;
export const originOf = (queue: string): string => queue.slice(CHECK.length);
/** As it is called in the stores: rows that wait there would be found no more under another name. */
export const CHECK = 'look:';
/** The queue of one endpoint's deliveries, so that a slow endpoint delays only its own. */
export const deliverQueue = (endpoint: string): string => `deliver:${endpoint}`;
/** Its deliveries that may wait for all others: successes. */
export const laterQueue = (endpoint: string): string => `${deliverQueue(endpoint)}${LATER}`;
const LATER = '/later';
export const endpointOfQueue = (queue: string): string =>
  queue.slice(deliverQueue('').length).replace(LATER, '');
/** Where deliveries are kept that must not go out now: those of one subscription to one endpoint. */
export const heldQueue = (subscription: string, endpoint: string): string =>
  `${HELD}${subscription}/${endpoint}`;
export const HELD = 'held:';
/** Where the deliveries of members wait for the message of their group. */
export const foldQueue = (group: string): string => `fold:${group}`;
/** Where deliveries wait for the end of a window, by the key of its delivery. */
export const gatheredQueue = (window: string): string => `${GATHERED}${window}`;
export const GATHERED = 'gathered:';
/** The queue of what is no longer worth keeping. */
export const EXPIRE_QUEUE = 'expire';

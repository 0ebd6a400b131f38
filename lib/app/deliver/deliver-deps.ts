import type { Channels, Store } from '../../ports.ts';
import type { Event } from '../../core/jobs/event.ts';
import type { Delivery } from '../../core/notify/delivery.ts';
import type { JudgeDeps } from './judged.ts';
import type { WhereDeps } from './way.ts';

export interface DeliverDeps extends WhereDeps, JudgeDeps {
  store: WhereDeps['store'] & Pick<Store, 'places'>;
  channels: Channels;
  /** Ends what is being sent, where the time is over. */
  signal?: AbortSignal;
  /**
   * Waits for a place at the receiver, where more is claimed than may be sent at once. False: others have met trouble since the row was
   * taken up, so it is to be seen whether the receiver still takes something.
   */
  place?: () => Promise<boolean>;
  /** The receiver has taken the message; it remains to be recorded. Not called where something went wrong. */
  taken?: () => void;
  /** Hears of what got a time of its own for which nobody has been rung: a window that was opened, or closes earlier. */
  planned?: (row: Delivery) => Promise<void>;
  /** The page of our own that shows what an event is about; left out: there is none. */
  pageOf?: ((event: Event, at: number) => string | undefined) | null;
  /** The next message to this endpoint may go then. */
  paced?: (endpoint: string, until: number) => void;
}

/**
 * What became of taking one delivery up. `raced`: another worker has it. `paced`: its endpoint takes the next message later.
 * `behind`: an earlier event of its job goes first. `returned`: claimed, and not sent after all. `dissolved`: a window that needs no
 * message of its own. `followed`: its message, which stands there, shows how its group goes on.
 */
export type Delivered =
  | Delivery['state']
  | 'postponed'
  | 'paced'
  | 'behind'
  | 'readdressed'
  | 'raced'
  | 'returned'
  | 'dissolved'
  | 'followed';

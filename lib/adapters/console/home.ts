import type { Event } from '../../core/jobs/event.ts';
import type { OwnWords } from '../../core/notify/own-words.ts';
import type { Reader } from '../../core/notify/reader.ts';
import type { Sealer } from '../platform/seal.ts';
import type { Live } from './live.ts';

/** What the console needs of where it runs, beyond the API. */
export interface ConsoleHome {
  /** Seals sessions; null: nobody can sign in. */
  sealer: Sealer | null;
  /** Opens the links in messages; null: none opens. */
  links: Sealer | null;
  /** Tells browsers of changes; null: they ask. */
  live: Live | null;
  /** The message that a channel would be sent of an event. */
  preview(event: Event, channel: string, how: Previewed): Promise<Preview>;
  /** What `jobchime doctor` does; null: the process that serves pages may not reach what it tries. */
  examine: (() => Promise<Finding[]>) | null;
}

/** In whose words. */
export interface Previewed {
  reader: Reader;
  words?: OwnWords | undefined;
  subscription: string;
}
/** What a channel would be sent of an event, by what its sender uses. */
export interface Preview {
  /** What a phone shows. */
  phone: string;
  text: string;
  /** By their names. */
  files: Record<string, string>;
  /** Why it is not in the subscription's own words. */
  failed?: string;
}

/** What was found out about one origin or channel. */
export interface Finding {
  /** `origin hwc-ecs`, `subscription ops-failures (slack)`, `mail`. */
  what: string;
  ok: boolean;
  /** Nothing is wrong, but somebody may want to know. */
  warns?: boolean;
  says: string;
  /** What to do about it. */
  fix?: string;
}

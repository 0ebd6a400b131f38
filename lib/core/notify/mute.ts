import type { Event } from '../jobs/event.ts';
import { EXPIRE_QUEUE, type Row } from '../row.ts';
import { compilePattern, matches, type Compiled } from './pattern.ts';
import { envelope } from './presets.ts';
import { quietEnd, type Gathering, type Windows } from './windows.ts';

/** Somebody wants to hear nothing of something for a while. What happens meanwhile is counted, and told afterwards. */
export interface Mute extends Row {
  state: 'active' | 'ended';
  which: Muted;
  /** Epoch milliseconds. */
  until: number;
  why: string;
  /** The name of a token, or `command line`. */
  by: string;
  /** Failures still go out at once. */
  failuresAtOnce: boolean;
  /** Who ended it before its time. */
  endedBy?: string;
}
/** What is muted: all that is said has to match. In each text `*` stands for any characters. */
export interface Muted {
  labels?: Record<string, string> | undefined;
  name?: string | undefined;
  origin?: string | undefined;
  kind?: string | undefined;
  subscription?: string | undefined;
}

export const newMuteId = (hex: string): string => `mut_${hex}`;
/** How long one that is over is shown. */
const SHOWN_MS = 30 * 24 * 3_600_000;
/** The queue of those that were ended early, until what they held is let go. */
export const UNMUTE_QUEUE = 'unmute';
/** What somebody knows of mutes may be so old. */
export const MUTES_KNOWN_MS = 1_000;

export const newMute = (
  id: string,
  { which, until, why, by, failuresAtOnce }: Pick<Mute, 'which' | 'until' | 'why' | 'by' | 'failuresAtOnce'>,
  now: number,
): Mute => ({
  key: id,
  version: 0,
  state: 'active',
  createdAt: now,
  due: { queue: EXPIRE_QUEUE, at: until + SHOWN_MS },
  which,
  until,
  why,
  by,
  failuresAtOnce,
});

/** Over from now on. What it holds is let go once nobody can be about to add to that. */
export const endedEarly = (row: Mute, by: string, now: number): Mute => ({
  ...row,
  state: 'ended',
  until: now,
  endedBy: by,
  due: { queue: UNMUTE_QUEUE, at: now + 2 * MUTES_KNOWN_MS },
});
/** What it held is let go. */
export const letGoOf = (row: Mute, now: number): Mute => ({
  ...row,
  due: { queue: EXPIRE_QUEUE, at: now + SHOWN_MS },
});

export const isActive = ({ state, until }: Mute, now: number): boolean => state === 'active' && now < until;

const oneOf = (text: string): unknown[] => [text.includes('*') ? { wildcard: text } : text];
const field = (name: string, text: string | undefined): object =>
  text === undefined ? {} : { [name]: oneOf(text) };

/** The pattern that an event has to match; what is not about a job or an origin has no label, name or origin. */
export function patternOfMute({ labels = {}, name, origin, kind }: Muted): Compiled {
  const own = Object.entries(labels).map(([label, text]) => [label, oneOf(text)]);
  const job = {
    ...(own.length > 0 && { labels: Object.fromEntries(own) }),
    ...field('name', name),
  };
  const isOfJob = Object.keys(job).length > 0;
  const data = isOfJob ? { job: { ...job, ...field('origin', origin) } } : {};
  const either = !isOfJob && origin !== undefined;
  return compilePattern({
    ...field('detail-type', kind),
    ...(isOfJob && { detail: { data } }),
    ...(either && {
      $or: [
        { detail: { data: { job: { origin: oneOf(origin) } } } },
        { detail: { data: { origin: oneOf(origin) } } },
      ],
    }),
    ...(!isOfJob && !either && kind === undefined && { 'detail-type': [{ exists: true }] }),
  });
}

const literally = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');

/** What is muted now, ready to be held against events. */
export interface ActiveMute {
  row: Mute;
  mutes(event: Event, subscription: string): boolean;
}
export function activeMute(row: Mute): ActiveMute {
  const { subscription = '*' } = row.which;
  const compiled = patternOfMute(row.which);
  const name = new RegExp(`^${subscription.split('*').map(literally).join('.*')}$`, 's');
  return {
    row,
    mutes: (event, id) => compiled.ok && name.test(id) && matches(compiled.pattern, envelope(event)),
  };
}

/**
 * The window of the mute that lasts longest, of those that an event falls under; null: it is not muted. Where that ends in quiet hours,
 * the window closes when they end.
 */
export function mutedUntil(
  active: readonly ActiveMute[],
  event: Event,
  subscription: string,
  { isFailure, few, windows }: { isFailure: boolean; few: number | null; windows: Windows },
  now: number,
): Gathering | null {
  const own = active.filter(
    ({ row, mutes }) =>
      isActive(row, now) && !(row.failuresAtOnce && isFailure) && mutes(event, subscription),
  );
  const last = own.toSorted((a, b) => b.row.until - a.row.until)[0]?.row;
  if (!last) return null;
  const closesAt = quietEnd(windows, { kind: event.kind, isFailure }, last.until) ?? last.until;
  return { why: 'mute', id: last.key, closesAt, few, mute: last.key };
}

import { remembered } from '../remembered.ts';
import { accept, refuse, type Read } from './read.ts';

const FORM = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?))?(Z|[+-]\d{2}:\d{2})?$/;
export const TIME_HINT = 'Write a date and a time such as 2026-03-29T02:30.';
const DAY_MS = 86_400_000;

/**
 * `2026-03-29T02:30` as the clocks of a time zone show it, in epoch milliseconds; with `Z` or `+02:00` behind it, as it says. An hour that
 * the clocks leave out in spring is taken as if they had not been set yet, and of one that they show twice it is the first.
 */
export function readLocalTime(text: string, zone: string): Read<number> {
  const [, date, time = '00:00', distance] = FORM.exec(text) ?? [];
  const shown = Date.parse(`${date}T${time}Z`);
  // `2026-02-30` is read as the second of March.
  if (!date || Number.isNaN(shown) || !new Date(shown).toISOString().startsWith(date))
    return refuse('is not a time', TIME_HINT);
  if (distance !== undefined) {
    const at = Date.parse(`${date}T${time}${distance}`);
    // No clock is 99 hours ahead.
    return Number.isNaN(at) ? refuse('is not a time', TIME_HINT) : accept(at);
  }
  const distances = [distanceOf(shown - DAY_MS, zone), distanceOf(shown + DAY_MS, zone)];
  const fitting = distances.filter((ms) => distanceOf(shown - ms, zone) === ms);
  return accept(shown - Math.max(...(fitting.length > 0 ? fitting : [distances[0]!])));
}

/** How far the clocks of a zone are ahead of UTC at a moment, in milliseconds. */
function distanceOf(at: number, zone: string): number {
  const second = Math.floor(at / 1_000) * 1_000;
  return Date.parse(`${localTime(second, zone).replace(' ', 'T')}Z`) - second;
}

/** Made once: it takes a hundred times as long as what it is asked, and quiet hours ask it for each message. */
const CLOCKS = remembered(
  50,
  (zone) =>
    new Intl.DateTimeFormat('en', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    }),
);

/** `2026-03-29 03:30:00`, as the clocks of a time zone show a moment. */
export function localTime(at: number, zone: string): string {
  const of = Object.fromEntries(
    CLOCKS(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return `${of.year!.padStart(4, '0')}-${of.month}-${of.day} ${of.hour}:${of.minute}:${of.second}`;
}

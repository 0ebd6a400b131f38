import { remembered } from '../remembered.ts';
import { LANGS, type Lang, type Reader } from './reader.ts';
import { TEXTS, type Texts } from './texts/catalogue.ts';

/** The words for one reader: texts of their language, and what turns durations, times and lists into words of it. */
export interface Wording {
  lang: Lang;
  texts: Texts;
  /** The two largest units, rounded to seconds: `4 min, 7 sec`, `2 hr`. */
  duration(ms: number): string;
  /** `2026-03-01 12:04:07 UTC`; in another zone with its distance from UTC. The zone is always named. */
  moment(iso: string): string;
  /** From one moment to another; the zone once, and the date of both once where it is the same. */
  span(from: string, to: string): string;
  list(items: readonly string[]): string;
}

export function wordingFor({ lang, zone }: Reader): Wording {
  const texts = TEXTS[lang];
  const named = (distance: string): string => (zone === 'UTC' ? 'UTC' : `${zone} (${distance})`);
  const moment = ({ date, time, distance }: WallClock): string => texts.moment(date, time, named(distance));
  const at = (iso: string): WallClock => wallClock(Date.parse(iso), zone);
  return {
    lang,
    texts,
    duration: (ms) => DURATIONS(lang)(partsOf(ms)) || texts.shorterThanASecond,
    moment: (iso) => moment(at(iso)),
    span(from, to) {
      const [begin, end] = [at(from), at(to)];
      // The clocks were changed in between.
      if (begin.distance !== end.distance) return texts.upTo(moment(begin), moment(end));
      const until = begin.date === end.date ? `${end.time} ${named(end.distance)}` : moment(end);
      return texts.upTo(texts.moment(begin.date, begin.time, '').trimEnd(), until);
    },
    list: (items) => listed(items, lang),
  };
}

/** As `Intl.DurationFormat` has it, which takes ten times as long: it makes anew at each call what it formats with. */
const DURATIONS = remembered(LANGS.length, (lang) => {
  const list = new Intl.ListFormat(lang, { type: 'unit', style: 'short' });
  const counts = new Map(
    UNITS.map(([unit]) => [unit, new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'short' })]),
  );
  return (parts: readonly Part[]) =>
    list.format(parts.map(([unit, count]) => counts.get(unit)!.format(count)));
});
const LISTS = remembered(LANGS.length, (lang) => new Intl.ListFormat(lang));

/** Intl puts no space between a Chinese word and a number or a name beside it; people do, and all other texts have one. */
function listed(items: readonly string[], lang: Lang): string {
  const parts = LISTS(lang).formatToParts(items);
  const isLatin = (text = ''): boolean => /^[\w<]$/.test(text);
  return parts
    .map(({ value }, at) => {
      if (value !== '和') return value;
      const before = isLatin(parts[at - 1]?.value.at(-1)) ? ' ' : '';
      return `${before}${value}${isLatin(parts[at + 1]?.value[0]) ? ' ' : ''}`;
    })
    .join('');
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

type Part = [unit: (typeof UNITS)[number][0], count: number];

function partsOf(ms: number): Part[] {
  let left = Math.round(ms / 1_000);
  const first = UNITS.findIndex(([, size]) => left >= size);
  if (first === -1) return [];
  return UNITS.slice(first, first + 2).flatMap(([unit, size]): Part[] => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count > 0 ? [[unit, count]] : [];
  });
}

/** Many subscriptions have few zones. */
const ZONES = 500;
const CLOCKS = remembered(
  ZONES,
  (timeZone) =>
    new Intl.DateTimeFormat('en', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'longOffset',
    }),
);

interface WallClock {
  date: string;
  time: string;
  distance: string;
}
function wallClock(at: number, zone: string): WallClock {
  const of = Object.fromEntries(
    CLOCKS(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return {
    date: `${of.year}-${of.month}-${of.day}`,
    time: `${of.hour}:${of.minute}:${of.second}`,
    distance: of.timeZoneName!.replace(/^GMT$/, 'GMT+00:00').replace('GMT', ''),
  };
}

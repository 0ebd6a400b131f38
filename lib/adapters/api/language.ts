import { LANGS, type Lang } from '../../core/notify/reader.ts';

/**
 * The reader's language, as the browser says it (RFC 9110, 12.5.4): of those that there are, the one that it likes best.
 * English where it likes none.
 */
export function pageLanguage(accepts: string | null): Lang {
  const liked = (accepts ?? '')
    .slice(0, 1_000)
    .split(',')
    .flatMap((part) => {
      const [range = '', ...parameters] = part.split(';').map((it) => it.trim().toLowerCase());
      const language = LANGS.find((it) => it === range.split('-')[0]);
      const q = Number(parameters.find((it) => it.startsWith('q='))?.slice(2) ?? 1);
      return language !== undefined && q > 0 ? [{ language, q }] : [];
    });
  // The first of those that are liked alike: sorting keeps their order.
  return liked.toSorted((a, b) => b.q - a.q)[0]?.language ?? 'en';
}

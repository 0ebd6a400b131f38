import { accept, refuse, type Read } from './read.ts';

export const ZONE_HINT = 'Write UTC or a time zone by its IANA name, such as Europe/Berlin or Asia/Shanghai.';

/**
 * The name of a time zone, as it was written. Abbreviations are not taken: CST is one of Chicago, of Shanghai and of Havana,
 * and Etc/GMT-8 lies east of Greenwich.
 */
export function readZone(text: string): Read<string> {
  if (text === 'UTC') return accept(text);
  const hasPlace = /^[A-Z][A-Za-z_+-]*(\/[A-Za-z0-9_+-]+){1,2}$/.test(text) && !text.startsWith('Etc/');
  return hasPlace && isKnown(text) ? accept(text) : refuse('is not the name of a time zone', ZONE_HINT);
}

function isKnown(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

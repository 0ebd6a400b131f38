const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `2016-04-25T20:04:47.591Z`, `2018-08-06T10:41:14+0000`, `2020-02-02 08:12:40.672772389 +0000 UTC`, or without a zone. */
const NUMERIC =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))? ?(?:Z|UTC|([+-])(\d{2}):?(\d{2})(?: UTC)?)?$/;
/** `04-Jun-2015 18:11:06:586` */
const NAMED = /^(\d{2})-([A-Za-z]{3})-(\d{4}) (\d{2}):(\d{2}):(\d{2}):(\d{3})$/;

/**
 * The five forms in which the clouds write times, as ISO 8601 in UTC with milliseconds; null for anything else. A time
 * without a zone is UTC, as the documents say; the built-in parser would read it in the zone of this machine.
 */
export function parseTime(text: string): string | null {
  const n = NUMERIC.exec(text);
  if (n) {
    const [, year, month, day, h, m, s, fraction = '', sign, offsetH = '0', offsetM = '0'] = n;
    const offset = (Number(offsetH) * 60 + Number(offsetM)) * (sign === '-' ? -1 : 1);
    return utc([year, month, day, h, m, s, fraction.padEnd(3, '0').slice(0, 3)], offset);
  }
  const [, day, name = '', year, h, m, s, ms] = NAMED.exec(text) ?? [];
  const month = MONTHS.indexOf(name.toLowerCase()) + 1;
  return utc([year, month, day, h, m, s, ms], 0);
}

function utc(parts: readonly unknown[], offsetMinutes: number): string | null {
  const [year = 0, month = 0, day = 0, h = 0, m = 0, s = 0, ms = 0] = parts.map(Number);
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  time.setUTCHours(h, m, s, ms);
  // What does not exist (the 31st of June, 25 o'clock) rolls over into something else.
  const exists = time.getUTCMonth() === month - 1 && time.getUTCDate() === day && time.getUTCHours() === h;
  if (!exists || time.getUTCSeconds() !== s) return null;
  const iso = new Date(time.getTime() - offsetMinutes * 60_000).toISOString();
  // Beyond the years 0 to 9999 the form is a longer one.
  return iso.length === 24 ? iso : null;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `2016-04-25T20:04:47.591Z`, `2018-08-06T10:41:14+0000`, `2020-02-02 08:12:40.672772389 +0000 UTC`, or without a zone. */
const NUMERIC =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))? ?(?:Z|UTC|([+-])(\d{2}):?(\d{2})(?: UTC)?)?$/;
/** `1684191545379`: milliseconds since 1970. */
const EPOCH = /^[1-9]\d{12}$/;
/** `04-Jun-2015 18:11:06:586` */
const NAMED = /^(\d{2})-([A-Za-z]{3})-(\d{4}) (\d{2}:\d{2}:\d{2}):(\d{3})$/;

/**
 * No cloud had jobs before, nor will this program see later ones. What lies outside is no time but how a program writes that
 * it has none: the zero of its clock (the years 1, 1900 or 1970) or the end of it (9999).
 */
const YEARS = { first: '2000', last: '2099' };

/**
 * The six forms in which the clouds write times, as ISO 8601 in UTC with milliseconds; null for anything else. A time
 * without a zone is UTC, as the documents say; the built-in parser would read it in the zone of this machine.
 */
export function parseTime(text: string): string | null {
  const time = formOf(text);
  const year = time?.slice(0, 4) ?? '';
  return year >= YEARS.first && year <= YEARS.last ? time : null;
}

function formOf(text: string): string | null {
  if (EPOCH.test(text)) return new Date(Number(text)).toISOString();
  const numeric = NUMERIC.exec(text);
  if (numeric) {
    const [, day, time, fraction = '', sign, hours = 0, minutes = 0] = numeric;
    const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
    return shifted(`${day}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}Z`, offset);
  }
  const [, day, name = '', year, time, ms] = NAMED.exec(text) ?? [];
  const month = String(MONTHS.indexOf(name.toLowerCase()) + 1).padStart(2, '0');
  return shifted(`${year}-${month}-${day}T${time}.${ms}Z`, 0);
}

function shifted(iso: string, offsetMinutes: number): string | null {
  const time = new Date(iso);
  // A day that does not exist, as the 31st of June and what follows 24 o'clock, is read as another one.
  if (time.getUTCDate() !== Number(iso.slice(8, 10))) return null;
  if (offsetMinutes === 0) return iso;
  const utc = new Date(time.getTime() - offsetMinutes * 60_000).toISOString();
  // Beyond the years 0 to 9999 the form is a longer one.
  return utc.length === iso.length ? utc : null;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * `2016-04-25T20:04:47.591Z`, `2018-08-06T10:41:14+0000`, `2020-02-02 08:12:40.672772389 +0000 UTC`, `2015-11-23T02:13Z`, or
 * without a zone.
 */
const NUMERIC =
  /^(\d{4}[-/]\d{2}[-/]\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,18}))?)? ?(?:Z|UTC|([+-])(\d{2}):?(\d{2})(?: UTC)?)?$/;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** `1684191545379`: milliseconds since 1970; or micro- or nanoseconds. */
const EPOCH = /^[1-9]\d{12}(\d{3}){0,2}$/;
/** `Tue, 05 Mar 2024 10:00:00 GMT`, as in headers of HTTP. */
const DATED = /^[A-Za-z]{3}, (\d{2}) ([A-Za-z]{3}) (\d{4}) (\d{2}:\d{2}:\d{2}) (?:GMT|UTC|\+0000)$/;
/** `20240305T100000Z` */
const COMPACT = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;
/** `04-Jun-2015 18:11:06:586` */
const NAMED = /^(\d{2})-([A-Za-z]{3})-(\d{4}) (\d{2}:\d{2}:\d{2}):(\d{3})$/;

/**
 * No cloud had jobs before, nor will this program see later ones. What lies outside is no time but how a program writes that
 * it has none: the zero of its clock (the years 1, 1900 or 1970) or the end of it (9999).
 */
const YEARS = { first: '2000', last: '2099' };

/**
 * The forms in which the clouds write times, as ISO 8601 in UTC with milliseconds; null for anything else. A time
 * without a zone is UTC, as the documents say; the built-in parser would read it in the zone of this machine.
 */
export function parseTime(text: string): string | null {
  const time = formOf(text);
  const year = time?.slice(0, 4) ?? '';
  return year >= YEARS.first && year <= YEARS.last ? time : null;
}

function formOf(text: string): string | null {
  // As it is wanted already: so most of them come.
  if (ISO.test(text)) return exists(text) ? text : null;
  if (EPOCH.test(text)) return new Date(Number(text.slice(0, 13))).toISOString();
  const numeric = NUMERIC.exec(text);
  if (numeric) {
    const [, day, time, seconds = '00', fraction = '', sign, hours = 0, minutes = 0] = numeric;
    if (Number(hours) > FARTHEST || Number(minutes) > 59) return null;
    const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
    return shifted(
      `${day!.replaceAll('/', '-')}T${time}:${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}Z`,
      offset,
    );
  }
  const compact = COMPACT.exec(text);
  if (compact) {
    const [, year, month, day, hours, minutes, seconds] = compact;
    return shifted(`${year}-${month}-${day}T${hours}:${minutes}:${seconds}.000Z`, 0);
  }
  const [, day, name = '', year, time, ms = '000'] = NAMED.exec(text) ?? DATED.exec(text) ?? [];
  const month = String(MONTHS.indexOf(name.toLowerCase()) + 1).padStart(2, '0');
  return shifted(`${year}-${month}-${day}T${time}.${ms}Z`, 0);
}

function shifted(iso: string, offsetMinutes: number): string | null {
  if (!exists(iso)) return null;
  if (offsetMinutes === 0) return iso;
  const utc = new Date(Date.parse(iso) - offsetMinutes * 60_000).toISOString();
  // Beyond the years 0 to 9999 the form is a longer one.
  return utc.length === iso.length ? utc : null;
}

/** Whether there is such a time: no 31st of June and no 24 o'clock, which the built-in parser reads as the day after. */
function exists(iso: string): boolean {
  const [year, month, day] = [twoAt(iso, 0) * 100 + twoAt(iso, 2), twoAt(iso, 5), twoAt(iso, 8)];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
  return day >= 1 && day <= days && twoAt(iso, 11) < 24 && twoAt(iso, 14) < 60 && twoAt(iso, 17) < 60;
}

/** No zone is more hours away from UTC. */
const FARTHEST = 14;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const ZERO = '0'.charCodeAt(0);
const twoAt = (digits: string, at: number): number =>
  (digits.charCodeAt(at) - ZERO) * 10 + digits.charCodeAt(at + 1) - ZERO;

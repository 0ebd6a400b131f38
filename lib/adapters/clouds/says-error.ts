import { isRecord } from '../../core/is-record.ts';
import { all, at, type Dialect, type JsonPath } from './dialect.ts';
import { textOf } from './json.ts';

/** Whether something stands where a dialect has it only for a failure. */
export const hasFailed = ({ failedIf = [] }: Dialect, raw: unknown): boolean =>
  failedIf.some((place) => all(raw, place).some(isSaid));

/** How programs write that there is no error: nothing, zero, or that all is well. */
const WELL =
  /^(|null|nil|<nil>|none|undefined|false|no|0+|ok|success|succeeded|successful|no error|n\/a|-)$/i;

/** Whether there is an error in what stands where errors stand. */
export function isSaid(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isSaid);
  if (isRecord(value)) return Object.values(value).some(isSaid);
  const text = textOf(value);
  return text !== null && !WELL.test(text);
}

/** Names that errors and nothing else stand under, in whatever case and with whatever signs in them. */
const NAMES = new Set(
  (
    'error errors err errs fault faults failure failures exception exceptions lasterror ' +
    'errorcode errcode errorno errno errormsg errormessage errmsg errmessage errorinfo errordetail errordetails ' +
    'errorreason errorcause errordescription failreason failurereason failedreason failcode failedcode failurecode ' +
    'failmessage failuremessage failmsg faileddetail faultcode faultstring faultmessage ' +
    'httperrormessage httperrorstatuscode joberrorcode joberrormsg errorcodemessage'
  ).split(' '),
);
const isErrorName = (name: string): boolean => NAMES.has(name.replaceAll(/[^a-z0-9]/gi, '').toLowerCase());

/** Where an error stands in a job that says that it has succeeded, or around it; null for nowhere. */
export function errorBeside(dialect: Dialect, raw: unknown, body: unknown): JsonPath | null {
  const { doubts, subJobs, fields, job } = dialect;
  if (!doubts) return null;
  const top = job.split('.')[0]!;
  const inside = placesIn(raw, '').filter(
    (place) => !isWithin(place, subJobs) && !isWithin(place, fields.entities),
  );
  const around = job === '' ? [] : placesIn(body, '').filter((place) => !isWithin(place, top));
  const found = [
    ...inside.map((place) => [place, raw] as const),
    ...around.map((place) => [place, body] as const),
  ];
  return (
    found.find(
      ([place, from]) => isSaid(at(from, place)) && !doubts.except.some((known) => isWithin(place, known)),
    )?.[0] ?? null
  );
}

const isWithin = (place: JsonPath, outer: JsonPath): boolean =>
  outer !== '' && `${place}.`.startsWith(`${outer}.`);

/** Places with such a name, two steps deep. */
function placesIn(value: unknown, before: string, deeper = 1): JsonPath[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = before + name;
    if (isErrorName(name)) return [place];
    return deeper > 0 ? placesIn(inner, `${place}.`, deeper - 1) : [];
  });
}

import { isRecord } from '../../core/is-record.ts';
import { readsLikeFailure } from '../../core/dialect.ts';
import { all, at, type Dialect, type JsonPath, type JsonPaths } from './dialect.ts';
import { textOf } from './json.ts';

/** Whether something stands where a dialect has it only for a failure. */
export const hasFailed = ({ failedIf = [] }: Dialect, raw: unknown): boolean =>
  failedIf.some((place) => all(raw, place).some(isSaid));

/** Whether something stands where a dialect has it only while a job goes on. */
export const goesOn = ({ runningIf = [] }: Dialect, raw: unknown): boolean =>
  runningIf.some((place) => all(raw, place).some(isSaid));

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
    'httperrormessage httperrorstatuscode joberrorcode joberrormsg errorcodemessage exitcode returncode'
  ).split(' '),
);
/** Names that the end of a job stands under. A success is none where one of them has a word of failure, or the other ones say no. */
const ENDS = new Set(
  (
    'status state result outcome conclusion phase finalstatus finalstate jobstatus jobstate taskstatus ' +
    'operationstatus operationstate resultstatus resultstate executionstatus executionstate runstatus runstate ' +
    'provisioningstate provisioningstatus overallstatus exitstatus'
  ).split(' '),
);
const SUCCESSES = new Set('success succeeded successful issuccess issuccessful ok isok'.split(' '));
const plain = (name: string): string => name.replaceAll(/[^a-z0-9]/gi, '').toLowerCase();
const isErrorName = (name: string): boolean => NAMES.has(plain(name));
const isEndName = (name: string): boolean => ENDS.has(plain(name)) || SUCCESSES.has(plain(name));

/** As long as a word of a status is. */
const LONGEST_WORD = 60;
const speaksOfFailure = (place: JsonPath, value: unknown): boolean => {
  if (SUCCESSES.has(plain(lastOf(place)))) return /^(false|no|0)$/i.test(textOf(value) ?? '');
  return (
    typeof value === 'string' &&
    value.length <= LONGEST_WORD &&
    isSaid(value) &&
    readsLikeFailure(value.trim()) &&
    !/^(0|no|not|without)\b/i.test(value.trim())
  );
};
const lastOf = (place: JsonPath): string => place.slice(place.lastIndexOf('.') + 1);

/** What in a job that says that it has succeeded, or around it, says otherwise, and what to do; null for nothing. */
export function errorBeside(dialect: Dialect, raw: unknown, body: unknown): string | null {
  const { doubts, subJobs, fields, job } = dialect;
  if (!doubts) return null;
  const top = job.split('.')[0]!;
  const of = (value: unknown, isName: (name: string) => boolean, outer: readonly JsonPath[]) =>
    placesIn(value, '', isName)
      .filter((place) => !outer.some((one) => isWithin(place, one)))
      .map((place) => [place, value] as const);
  const named = (isName: (name: string) => boolean) => [
    ...of(raw, isName, [subJobs, fields.entities]),
    ...(job === '' ? [] : of(body, isName, [top])),
  ];
  const isNew = ([place]: Place): boolean => !doubts.except.some((known) => isWithin(place, known));
  const error =
    [...codeIn(raw, fields.status), ...(job === '' ? [] : codeIn(body))].find(isNew) ??
    named(isErrorName).find((one) => isNew(one) && isSaid(at(one[1], one[0])));
  if (error) return `${error[0]} has an error: name it in failed_if or not_failures`;
  const word = named(isEndName).find((one) => isNew(one) && speaksOfFailure(one[0], at(one[1], one[0])));
  return word ? `${word[0]} speaks of a failure: read the status there, or name it in not_failures` : null;
}

/** Where, and of what. */
type Place = readonly [JsonPath, unknown];

/** A code with a message beside it is an error, even where neither has the name of one. */
function codeIn(value: unknown, but: JsonPaths = []): Place[] {
  if (!isRecord(value)) return [];
  const named = (name: string): JsonPath | undefined =>
    Object.keys(value).find((key) => key.toLowerCase() === name && isText(value[key]) && isSaid(value[key]));
  const code = named('code');
  return code !== undefined &&
    ![but].flat().includes(code) &&
    named('message') !== undefined &&
    !/^2\d\d$/.test(String(value[code]))
    ? [[code, value]]
    : [];
}
const isText = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

const isWithin = (place: JsonPath, outer: JsonPath): boolean =>
  outer !== '' && `${place}.`.startsWith(`${outer}.`);

/** Places with such a name, two steps deep. */
function placesIn(value: unknown, before: string, isName: (name: string) => boolean, deeper = 1): JsonPath[] {
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = before + name;
    if (isName(name) && (deeper < 1 || !isRecord(inner) || isErrorName(name))) return [place];
    return deeper > 0 ? placesIn(inner, `${place}.`, isName, deeper - 1) : [];
  });
}

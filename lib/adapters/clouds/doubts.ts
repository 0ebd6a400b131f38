import { isRecord } from '../../core/is-record.ts';
import { readsLikeFailure } from '../../core/dialect.ts';
import { opened, textAt, type Dialect, type JsonPath } from './dialect.ts';
import { textOf, type JsonObject } from './json.ts';
import { isSaid } from './says-error.ts';
import { failureIn, successIn } from './sentences.ts';

const setOf = (names: string): ReadonlySet<string> => new Set(names.split(' '));

/** Names that errors and nothing else stand under, in whatever case and with whatever signs in them. */
const ERRORS = setOf(
  'error errors err errs fault faults failure failures exception exceptions lasterror ' +
    'errorcode errcode errorno errno errormsg errormessage errmsg errmessage errorinfo errordetail errordetails ' +
    'errorreason errorcause errordescription failreason failurereason failedreason failcode failedcode failurecode ' +
    'failmessage failuremessage failmsg faileddetail faultcode faultstring faultmessage ' +
    'httperrormessage httperrorstatuscode joberrorcode joberrormsg errorcodemessage exitcode returncode ' +
    'failed isfailed hasfailed failedcount failurecount failcount errorcount numfailed numerrors',
);
/** `rootCauseError`, `validation_errors`, `last_failure_message`: what ends so has an error. */
const ENDS_SO =
  /(^|_)([a-z]*errors?|errs?|faults?|[a-z]*failures?|[a-z]*exceptions?)(_(codes?|no|num|msgs?|messages?|info|details?|reasons?|causes?|descriptions?|text|string|status))?$/;
/** `on_error`, `max_failures`, `retry_on_failure`, `standard_error`, `previous_error`: so begins what is none of this job's end. */
const DEALS_WITH =
  /^(on|max|min|allow|allowed|ignore|ignored|continue|retry|skip|if|stop|tolerated|treat|notify|mean|standard|std|rmse|relative|absolute|margin|no|non|without|zero|fixed|corrected|recovered|resolved|retried|page|previous|prev|former|past|earlier)_|_on_/;

/** Names that the end of a job stands under. A success is none where one of them has a word of failure, or the other ones say no. */
const ENDS = setOf(
  'status state result outcome conclusion phase finalstatus finalstate jobstatus jobstate taskstatus ' +
    'operationstatus operationstate resultstatus resultstate executionstatus executionstate runstatus runstate ' +
    'provisioningstate provisioningstatus overallstatus exitstatus',
);
const SUCCESSES = setOf('success succeeded successful issuccess issuccessful ok isok');
/** Names of sentences about how it stands; what others say in passing is none of a job's end. */
const SENTENCES = setOf(
  'message messages msg statusmessage statusmsg statusreason statusdetail statusdetails statustext ' +
    'resultmessage resultmsg resultdescription resultdetail detail details reason cause explanation',
);
/** What the body of an error has, and no resource. */
const TALK = setOf(
  'message messages msg detail details title code statuscode type reason cause description text help hint target instance info ' +
    'requestid traceid correlationid activityid timestamp time date path documentationurl helplink moreinfo',
);
/** A code and a message under these are no error. */
const REMARKS = /warn|info|notice|remark|hint|log|event|histor|comment|deprecat/i;
/** How it went until then: a job that was tried again has failed before. */
const HISTORIES =
  /(^|_)(warnings?|remarks|logs?|events?|history|histories|attempts?|retries|previous|former|recent|last_state|transitions|timeline|audit)(_|$)/;
/** What somebody has named, or handed in (`notebook_params`, `freeformTags`): it may have any name, and say anything. */
const GIVEN =
  /(^|_)(addresses|networks|labels?|tags?|annotations?|params?|(hyper)?parameters?|substitutions|conf|envs?|(env_?)?vars?|variables?|args?|arguments?|inputs?|user_?data|extra_?specs|request_body|(user|custom)_?(meta_?data|fields|data|properties|labels|tags))$/;
/** Where it is under way: a step has a code and a message, too. */
const STEPS = /(^|_)(progress|stage|step)(_|$)/;

/** As long as a word of a status is. */
const LONGEST_WORD = 60;
/** Answers nest a few steps; what is deeper or longer is an attempt to exhaust us. */
const DEEPEST = 16;
/** No name that means anything is longer; of what stands below it, each has it in its place. */
const LONGEST_NAME = 100;
const MOST = 5_000;

const plain = (name: string): string => name.replaceAll(/[^a-z0-9]/gi, '').toLowerCase();
const inWords = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^a-z0-9]+/gi, '_')
    .toLowerCase();

/** One member of an object somewhere in an answer. */
interface Member {
  place: JsonPath;
  name: string;
  value: unknown;
  /** The object that it is a member of. */
  of: JsonObject;
  /** What the object stands under, from the outside. */
  under: readonly string[];
}

/**
 * What in an answer says otherwise than that its job has succeeded, and what to do; null for nothing. However deep it stands,
 * but not in sub-jobs, which are counted, nor where the dialect says that it means nothing. Of what the job made (`entities`),
 * errors count and states do not. The words of the services that Jobchime brings along are documented, and decide alone.
 */
export function errorBeside(dialect: Dialect, raw: unknown, body: unknown): string | null {
  const { doubts, subJobs, fields, job } = dialect;
  if (!doubts) return null;
  const known = doubts.except.flatMap((one) => [one, one.replaceAll(/\.\d+(?=\.|$)/g, '')]);
  const isNew = ({ place }: Member): boolean => !known.some((one) => isWithin(place, one));
  const beside = job === '' ? [] : membersOf(body, (place) => place !== job.split('.')[0]);
  // A number beside a list counts what is in it, or in the next page: other jobs.
  const around = beside.filter(({ value }) => !(job.endsWith('.*') && typeof value === 'number'));
  const members = [...membersOf(raw, (place) => place !== subJobs), ...around].filter(isNew);
  const own = members.filter(isOwn);
  const error =
    own.find(isError) ?? own.find((one) => ![fields.status].flat().includes(one.place) && isCode(one));
  if (error) return `${error.place} has an error: name it in failed_if or not_failures`;
  const word = own.find(
    (one) => !isWithin(one.place, fields.entities) && (endsBadly(one) || tellsOfFailure(one, fields.reasons)),
  );
  if (word) return `${word.place} speaks of a failure: read the status there, or name it in not_failures`;
  const talk = textAt(raw, fields.status) === null ? members.find(isTalk) : undefined;
  return talk && members.every((one) => isRecord(one.value) || TALK.has(plain(one.name)))
    ? `${talk.place} is all that it says: read the status elsewhere, or name it in not_failures`
    : null;
}

const isWithin = (place: JsonPath, outer: JsonPath): boolean =>
  outer !== '' && `${place}.`.startsWith(`${outer}.`);

/** Whether the service says it, of how the job stands now. */
const isOwn = ({ under }: Member): boolean =>
  !under.some((outer) => GIVEN.test(inWords(outer)) || HISTORIES.test(inWords(outer)));

/** All members of an object, and of those within it, level by level. Lists add no step to a place. */
function membersOf(value: unknown, goesInto: (place: JsonPath) => boolean): Member[] {
  const found: Member[] = [];
  let level: Pick<Member, 'place' | 'value' | 'under'>[] = [{ place: '', value, under: [] }];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth += 1) {
    const next: typeof level = [];
    for (const { place, value: outer, under } of level) {
      for (const object of objectsIn(outer)) {
        for (const [whole, inner] of Object.entries(object)) {
          const name = whole.slice(-LONGEST_NAME);
          if (found.length >= MOST) return found;
          const at = place === '' ? name : `${place}.${name}`;
          if (!goesInto(at)) continue;
          const shown = opened(inner);
          found.push({ place: at, name, value: shown, of: object, under });
          if (typeof shown === 'object') next.push({ place: at, value: shown, under: [...under, name] });
        }
      }
    }
    level = next;
  }
  return found;
}

function objectsIn(value: unknown, depth = 0): JsonObject[] {
  if (Array.isArray(value) && depth < DEEPEST)
    return value.flatMap((item) => objectsIn(opened(item), depth + 1));
  return isRecord(value) ? [value] : [];
}

function isError({ name, value }: Member): boolean {
  const called = plain(name);
  // Programs end with 0, which some write with more around it: `0:0`, `{"return_code": {"set": true, "number": 0}}`.
  if (called === 'exitcode' || called === 'returncode') return /[1-9]/.test(textOf(value) ?? '');
  if (called.endsWith('code') && isText(value) && isGood(textOf(value))) return false;
  // A measured error has a fraction.
  if (typeof value === 'number' && !Number.isInteger(value)) return false;
  if (ERRORS.has(called)) return isSaid(value);
  const words = inWords(name);
  return ENDS_SO.test(words) && !DEALS_WITH.test(words) && isSaid(value);
}

/** A code with a message beside it is an error, even where neither has the name of one. */
function isCode({ name, value, of, under }: Member): boolean {
  if (name.toLowerCase() !== 'code' || !isText(value) || !isSaid(value) || isGood(textOf(value)))
    return false;
  if (under.some((outer) => REMARKS.test(outer))) return false;
  const beside = (...names: string[]): unknown =>
    Object.entries(of).find(([other]) => names.includes(other.toLowerCase()))?.[1];
  const message = beside('message');
  const isStep = under.some((outer) => STEPS.test(inWords(outer)));
  return (
    isText(message) &&
    isSaid(message) &&
    !REMARK.test(textOf(beside('level', 'severity')) ?? '') &&
    (failureIn(message) || !(isStep || successIn(String(message))))
  );
}
const REMARK = /^(info|information|warn|warning|debug|notice)$/i;
const isText = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

/** As of a status of HTTP, or `ProvisioningState/succeeded`. */
const isGood = (code: string | null): boolean =>
  code !== null && GOOD.test(code) && !/(^|[\W_])(not|no|never|un)[\W_]/i.test(code);
const GOOD =
  /^2\d\d( OK)?$|(^|[/_.:-])(success|succeeded|successful|completed?|done|ok|running|ready|available|active|created)$/i;

function endsBadly({ name, value, of }: Member): boolean {
  const end = plain(name);
  const text = textOf(value) ?? '';
  if (SUCCESSES.has(end)) return /^(false|no|0)$/i.test(text) && !isCount(name, value, of);
  if ((end === 'result' || end === 'outcome') && value === false) return true;
  return (
    ENDS.has(end) &&
    typeof value === 'string' &&
    value.length <= LONGEST_WORD &&
    isSaid(value) &&
    readsLikeFailure(text) &&
    !/^(0|no|non|not|none|never|zero|without)(\b|_)/i.test(text)
  );
}

/** `{"total": 0, "succeeded": 0}`: none of several numbers says no. */
const isCount = (name: string, value: unknown, of: JsonObject): boolean =>
  typeof value === 'number' &&
  Object.entries(of).some(
    ([other, count]) => other !== name && typeof count === 'number' && !/(code|status)$/i.test(other),
  );

/** A sentence beside the status, or where the dialect has its reasons. */
function tellsOfFailure({ place, name, value, under }: Member, reasons: readonly JsonPath[]): boolean {
  const isBeside = under.length === 0 || (under.length === 1 && ENDS.has(plain(under[0]!)));
  if (!reasons.includes(place) && !(isBeside && SENTENCES.has(plain(name)))) return false;
  return [value].flat().some(failureIn);
}

/** What goes with any answer. */
const MARKS = setOf('requestid traceid correlationid activityid timestamp time date path type');
function isTalk({ name, value, of }: Member): boolean {
  const [called, text] = [plain(name), textOf(value)];
  // A code that nobody knows, and beside it what it means.
  if (called.endsWith('code') && [of.message, of.msg].some((it) => typeof it === 'string' && isGoodTalk(it)))
    return false;
  if (!TALK.has(called) || MARKS.has(called) || typeof value === 'object' || text === null) return false;
  return isSaid(value) && !isGoodTalk(text);
}
/** A word, or a sentence. */
const isGoodTalk = (text: string): boolean => isGood(text) || successIn(text);

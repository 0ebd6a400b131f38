import { all, type Dialect } from './dialect.ts';
import { isRecord } from '../../core/is-record.ts';
import { textOf } from './json.ts';

/** Whether something stands where a dialect has it only for a failure. */
export const hasFailed = ({ failedIf = [] }: Dialect, raw: unknown): boolean =>
  failedIf.some((place) => all(raw, place).some(isSaid));

/** Whether something stands where a dialect has it only while a job goes on. */
export const goesOn = ({ runningIf = [] }: Dialect, raw: unknown): boolean =>
  runningIf.some((place) => all(raw, place).some(isThere));

/** How programs write that there is nothing: `0%` and `0/5` are something where a job goes on. */
const NOTHING =
  /^(|null|nil|<nil>|none|undefined|false|no|0+|ok|success|succeeded|successful|no error|n\/a|-)$/i;
function isThere(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isThere);
  if (isRecord(value)) return Object.values(value).some(isThere);
  const text = textOf(value);
  return text !== null && !NOTHING.test(text);
}

/** How programs write that there is no error: nothing, zero, or that all is well. */
const WELL =
  /^(|null|nil|<nil>|none|undefined|false|no|0+(\.0+)?%?|0x0+|0\/\d+|[a-z]{0,3}0{3,}|0+[-_.]0+|success[-_]?0+|ok|okay|s_ok|normal|never|completed|done|finished|(no|0|zero)[ _-]?errors?|errors?_none|n\/?a|n\.a|not[ _]applicable|error_(code|type)_unspecified|none found|-+|—|无|[无没]有?错误)[.!。]?$/i;
const NO_ERRORS =
  /^(there (is|are|was|were) )?(no|0|zero|without( any)?)(( \w+)? (errors|failures|faults|exceptions|problems)| (error|failure|fault|exception|problem))( (were |was )?(found|occurred|reported|detected))?[.!]?$/i;
/** A sentence that ends so, unless it has a word that turns it round. */
const WENT_WELL = /(^|[\s_])(success|succeeded|successful|successfully)[.!]?$/i;
const TURNED =
  /\b(not|no|never|un\w+|without|cannot|fail\w*|errors?|expect\w*|miss\w*|wait\w*|before|until|if|part\w*|low|few\w*|only|roll\w*|revert\w*|undo\w*|abort\w*|cancel\w*|terminat\w*|kill\w*)\b|n't\b/i;
const WENT_WELL_ZH = /^[^失败未不无错]{0,20}成功[。！.!]?$/;

const isWell = (text: string): boolean =>
  WELL.test(text) ||
  NO_ERRORS.test(text) ||
  (text.length <= LONGEST && WENT_WELL.test(text) && !TURNED.test(text.replaceAll('_', ' '))) ||
  WENT_WELL_ZH.test(text);
const LONGEST = 100;

/** A code that says that it went well, as of a status of HTTP. */
const GOOD_CODE = /^(2\d\d( OK)?|success|succeeded|ok)$/i;

/** Whether there is an error in what stands where errors stand. */
export function isSaid(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isSaid);
  if (isRecord(value))
    return Object.entries(value).some(
      ([name, one]) => isSaid(one) && !(/code$/i.test(name) && GOOD_CODE.test(textOf(one) ?? '')),
    );
  const text = textOf(value);
  return text !== null && !isWell(text);
}

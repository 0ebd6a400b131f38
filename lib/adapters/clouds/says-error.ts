import { all, type Dialect } from './dialect.ts';
import { isRecord } from '../../core/is-record.ts';
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

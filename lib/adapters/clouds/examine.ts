import type { Observation } from '../../core/jobs/observation.ts';
import { all, jobAt, textAt, type Dialect } from './dialect.ts';
import type { Answer } from './fault.ts';
import { parseExactly, textOf } from './json.ts';
import { read } from './parse.ts';
import { goesOn, hasFailed, isSaid } from './says-error.ts';
import { parseTime } from './times.ts';

export interface Examined {
  seen: Observation;
  /** As the answer repeats it; null where it does not. */
  id: string | null;
  /** As it was sent. */
  times: { began: string | null; ended: string | null };
  warnings: string[];
}

/** What a dialect makes of one answer, and what is odd about that. `jobId`: left out, the one in the answer. */
export function examine(dialect: Dialect, answer: Answer, jobId?: string): Examined {
  const { fields } = dialect;
  const json = parseExactly(answer.body);
  const raw = jobAt(dialect, json, jobId ?? '');
  const id = textAt(raw, fields.id);
  const seen = read(dialect, jobId ?? id ?? '', answer);
  const times = { began: textAt(raw, fields.beganAt), ended: textAt(raw, fields.endedAt) };
  return { seen, id, times, warnings: [...ofDialect(dialect, seen), ...ofAnswer(dialect, seen, raw, times)] };
}

const listOf = (places: string | readonly string[]): readonly string[] => [places].flat();
const isMissing = (places: string | readonly string[]): boolean => listOf(places).length === 0;

function ofDialect(
  { fields, failedIf = [], status, otherwise, http = {} }: Dialect,
  seen: Observation,
): string[] {
  // Found by its name: nothing is missing then.
  const hasReason = 'report' in seen && Boolean(seen.report?.error?.reason);
  const has = (meaning: string): boolean => Object.values(status).includes(meaning as never);
  const byHttp = Object.values(http).includes('succeeded');
  return [
    ...(isMissing(fields.id)
      ? ['id: none: nothing shows that an answer is about the job that was asked for.']
      : []),
    ...(isMissing(fields.reasons) && !hasReason
      ? ['reason: no place is given: a failure is told with what has the name of an error, if anything has.']
      : []),
    ...(byHttp && failedIf.length === 0
      ? ['http_status: a success without failed_if: an error in the body is found by its name alone.']
      : []),
    ...(has('succeeded') && !has('failed') && otherwise
      ? ['words.failed: none: a word of a failure counts as running, unless failed_if has its place.']
      : []),
  ];
}

function ofAnswer(dialect: Dialect, seen: Observation, raw: unknown, times: Examined['times']): string[] {
  const { fields, status, otherwise, subJobs } = dialect;
  const word = textAt(raw, fields.status);
  const isListed = word !== null && Object.hasOwn(status, word.toLowerCase());
  const said = [...listOf(fields.code), ...fields.reasons, ...(dialect.failedIf ?? [])]
    .flatMap((place) => all(raw, place).map((value) => [place, textOf(value)] as const))
    .filter((pair): pair is [string, string] => pair[1] !== null);
  const isRead = 'report' in seen;
  const report = isRead ? seen.report : null;
  return [
    ...(word === null && !isMissing(fields.status) ? ['status: nothing stands there.'] : []),
    ...(word !== null && !isListed
      ? [
          `words: '${word}' is not listed${otherwise ? ': it counts as running' : ', so the answer says nothing'}.`,
        ]
      : []),
    ...said
      .filter(([, text]) => status[text.toLowerCase()] === 'succeeded')
      .map(
        ([place, text]) =>
          `${place}: '${text}' is a word of success and stands where failures are explained.`,
      ),
    ...(seen.kind === 'succeeded'
      ? said.filter(([, text]) => isSaid(text)).map(([place]) => `${place}: there are words in a success.`)
      : []),
    ...(seen.kind === 'running' && hasFailed(dialect, raw)
      ? ['failed_if: something stands there, but the status goes on: it is no end.']
      : []),
    ...(seen.kind === 'running' && status[word?.toLowerCase() ?? ''] === 'succeeded' && goesOn(dialect, raw)
      ? ['running_if: something stands there, so the success is no end yet.']
      : []),
    ...(seen.kind === 'failed' && !report?.error?.reason ? ['reason: none was found for this failure.'] : []),
    ...(['began', 'ended'] as const).flatMap((name) => {
      const text = times[name];
      return text !== null && parseTime(text) === null
        ? [`${name}_at: '${text}' is not read as a time.`]
        : [];
    }),
    ...(isRead && times.began === null && !isMissing(fields.beganAt)
      ? ['began_at: nothing stands there.']
      : []),
    ...((seen.kind === 'succeeded' || seen.kind === 'failed') &&
    times.ended === null &&
    !isMissing(fields.endedAt)
      ? ['ended_at: nothing stands there, though the job has ended.']
      : []),
    ...(isRead && subJobs !== '' && report?.subJobs.total === 0 ? ['sub_jobs: none stand there.'] : []),
    ...(seen.kind === 'succeeded' && report?.subJobs.failed
      ? ['sub_jobs: some failed in a success: needs_all_sub_jobs makes a failure of it.']
      : []),
  ];
}

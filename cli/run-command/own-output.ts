import { documentsIn } from '../documents.ts';
import { readJobIds, type NamedJob } from '../job-ids.ts';
import { createCallLog, type Call } from '../../lib/core/jobs/call-log.ts';

/** Longer than any answer that names a job. */
const MAX_KEPT = 1_000_000;

/** Finds jobs in what a command prints: JSON, on one line or several, and calls in debug logs. A plain word is no id here. */
export function createOutputReader(): { take(text: string): (NamedJob | Call)[] } {
  const log = createCallLog();
  let line = '';
  /** Lines of JSON that is not complete. */
  let kept = '';

  function jobsOf(text: string): NamedJob[] {
    kept = /^\s*[[{]/.test(text) || kept !== '' ? `${kept}${text}\n` : '';
    if (kept === '') return [];
    const { documents } = documentsIn(kept);
    const isWhole = documents.length > 0 && documents.every(({ value }) => typeof value === 'object');
    const jobs = isWhole ? readJobIds(kept).jobs : [];
    if (isWhole || kept.length > MAX_KEPT) kept = '';
    return jobs;
  }

  return {
    take(text) {
      const lines = (line + text).split('\n');
      line = lines.pop()!;
      if (line.length > MAX_KEPT) line = '';
      return [...log.take(text), ...lines.flatMap(jobsOf)];
    },
  };
}

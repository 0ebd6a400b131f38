import type { FailedSubJob, JobError, SubJobCounts } from '../../core/jobs/observation.ts';
import { readError } from './error-body.ts';
import { jobHint } from './hints.ts';
import type { JobNode } from './job-node.ts';
import { parseJson } from './json.ts';

/**
 * Why a job failed, or why some of its sub-jobs did although it succeeded; null where nothing failed. The useful words are
 * often not where they should be: the parent says that a sub-job failed, the sub-job names an internal task, and the
 * cause stands in JSON within a text. So all are gathered and the most telling win: what was unpacked from JSON before
 * plain text, the name of a task last; then the deeper before the higher, and the first before the later.
 */
export function dig(job: JobNode): JobError | null {
  const failures = family(job).filter(({ node }) => node.meaning === 'failed');
  if (failures.length === 0) return null;
  const told = failures
    .flatMap((place) => place.node.reasons.map((text) => ({ ...place, ...unpack(text) })))
    .toSorted((a, b) => b.rank - a.rank || b.depth - a.depth)[0];
  const codes = [told, ...failures].map((place) => place?.node.code ?? null);
  const code = codes.find((one) => one !== null) ?? null;
  const reason = told?.words ?? null;
  const hint = jobHint(code, reason);
  return {
    code,
    reason,
    ...(hint && { hint }),
    subJobs: failures.filter(({ depth }) => depth > 0).map(({ node }) => brief(node)),
    subJobsOmitted: 0,
  };
}

/** All sub-jobs at any depth. One whose status is not understood has not been seen to end, so it is running. */
export function countSubJobs(job: JobNode): SubJobCounts {
  const subJobs = family(job).slice(1);
  const count = (meaning: JobNode['meaning']): number =>
    subJobs.filter(({ node }) => node.meaning === meaning).length;
  const [total, succeeded, failed] = [subJobs.length, count('succeeded'), count('failed')];
  return { total, succeeded, failed, running: total - succeeded - failed };
}

interface Place {
  node: JobNode;
  depth: number;
}

/** The job first, then its sub-jobs, each before its own. */
const family = (node: JobNode, depth = 0): Place[] => [
  { node, depth },
  ...node.subJobs.flatMap((sub) => family(sub, depth + 1)),
];

function brief(node: JobNode): FailedSubJob {
  const told = node.reasons.map(unpack).toSorted((a, b) => b.rank - a.rank)[0];
  return { jobId: node.id, jobType: node.type, code: node.code, reason: told?.words ?? null };
}

/** `FspCreateServerTask-fail:` and nothing behind it. */
const TASK_NAME = /^[\w.-]+-fail[:\s]*$/i;

function unpack(text: string): { words: string; rank: number } {
  const message = messageWithin(text);
  if (message !== null) return { words: message, rank: 2 };
  return { words: text, rank: TASK_NAME.test(text) ? 0 : 1 };
}

/** The message of an error in JSON that is the text, or that stands in it behind a task's name and a separator. */
function messageWithin(text: string): string | null {
  const end = text.lastIndexOf('}') + 1;
  let start = text.indexOf('{');
  for (let tries = 0; tries < 5 && start !== -1 && start < end; tries++) {
    const { message } = readError(parseJson(text.slice(start, end)));
    if (message !== null) return message;
    start = text.indexOf('{', start + 1);
  }
  return null;
}

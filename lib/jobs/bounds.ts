import type { FailedSubJob, JobError, Report } from './observation.ts';

/**
 * The clouds bound nothing: reasons of 20 KB were seen, and a batch job may have hundreds of children. An event must fit
 * everywhere (EventBridge counts 64 KB as one, Slack takes 3,000 characters a section), so what enters a row is cut here.
 */
export const MAX = { code: 128, reason: 1_000, subJobs: 20, entitiesBytes: 8_192, text: 256 } as const;

/** At most `max` UTF-16 units, with a marker where something is missing; never half of a surrogate pair. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const kept = text.slice(0, max - 1);
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

const cutOrNull = (text: string | null, max: number): string | null =>
  text === null ? null : cut(text, max);

export function boundReport(report: Report): Report {
  return {
    ...report,
    jobType: cutOrNull(report.jobType, MAX.text),
    error: report.error && boundError(report.error),
    entities: boundEntities(report.entities),
  };
}

function boundError(error: JobError): JobError {
  const kept = error.subJobs.slice(0, MAX.subJobs);
  return {
    code: cutOrNull(error.code, MAX.code),
    reason: cutOrNull(error.reason, MAX.reason),
    subJobs: kept.map(boundSubJob),
    subJobsOmitted: error.subJobsOmitted + error.subJobs.length - kept.length,
  };
}

// 20 children x 2 short texts: the reasons of many children are usually one reason told many times.
const boundSubJob = (sub: FailedSubJob): FailedSubJob => ({
  jobId: cutOrNull(sub.jobId, MAX.text),
  jobType: cutOrNull(sub.jobType, MAX.text),
  code: cutOrNull(sub.code, MAX.code),
  reason: cutOrNull(sub.reason, MAX.text),
});

/** Keeps whole members in their order while they fit; `truncated: true` says that some did not. */
function boundEntities(entities: Record<string, unknown>): Record<string, unknown> {
  if (size(entities) <= MAX.entitiesBytes) return entities;
  let left = MAX.entitiesBytes - size({ truncated: true });
  const kept = Object.entries(entities).filter(([name, value]) => {
    const cost = size({ [name]: value });
    if (cost > left) return false;
    left -= cost;
    return true;
  });
  return { ...Object.fromEntries(kept), truncated: true };
}

const size = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

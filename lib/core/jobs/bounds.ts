import type { FailedSubJob, JobError, Report } from './observation.ts';

/**
 * The clouds bound nothing: reasons of 20 KB were seen, and a batch job may have hundreds of children. An event must fit
 * everywhere (EventBridge counts 64 KB as one, Slack takes 3,000 characters a section), so what enters a row is cut here.
 */
export const MAX = {
  code: 128,
  reason: 1_000,
  text: 256,
  subJobs: 20,
  subJobsBytes: 12_288,
  entitiesBytes: 8_192,
} as const;

/**
 * At most `max` UTF-16 units, with a marker where something is missing; never half of a surrogate pair, which no table
 * keeps, nor control characters, which queues refuse and JSON makes six times as long.
 */
export function truncate(text: string, max: number): string {
  const clean = text
    .slice(0, max + 1)
    .toWellFormed()
    .replace(/[^\P{Cc}\n\t]/gu, ' ');
  if (text.length <= max) return clean;
  const kept = clean.slice(0, max - 1);
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

const truncateOrNull = (text: string | null, max: number): string | null =>
  text === null ? null : truncate(text, max);

export function boundReport(report: Report): Report {
  return {
    ...report,
    jobType: truncateOrNull(report.jobType, MAX.text),
    error: report.error && boundError(report.error),
    entities: boundEntities(report.entities),
  };
}

function boundError(error: JobError): JobError {
  const kept = thatFit(error.subJobs.slice(0, MAX.subJobs).map(boundSubJob), MAX.subJobsBytes);
  return {
    code: truncateOrNull(error.code, MAX.code),
    reason: truncateOrNull(error.reason, MAX.reason),
    ...(error.hint !== undefined && { hint: truncate(error.hint, MAX.text) }),
    subJobs: kept,
    subJobsOmitted: error.subJobsOmitted + error.subJobs.length - kept.length,
  };
}

// 20 children x 2 short texts: the reasons of many children are usually one reason many times.
const boundSubJob = (sub: FailedSubJob): FailedSubJob => ({
  jobId: truncateOrNull(sub.jobId, MAX.text),
  jobType: truncateOrNull(sub.jobType, MAX.text),
  code: truncateOrNull(sub.code, MAX.code),
  reason: truncateOrNull(sub.reason, MAX.text),
});

/** Keeps whole members in their order while they fit; `truncated: true` says that some did not. */
function boundEntities(entities: Record<string, unknown>): Record<string, unknown> {
  if (size(entities) <= MAX.entitiesBytes) return entities;
  const kept = thatFit(Object.entries(entities), MAX.entitiesBytes - size({ truncated: true }));
  return { ...Object.fromEntries(kept), truncated: true };
}

function thatFit<T>(items: readonly T[], bytes: number): T[] {
  let left = bytes;
  return items.filter((item) => {
    const cost = size(item);
    if (cost > left) return false;
    left -= cost;
    return true;
  });
}

/** What is nested too deeply to be written out fits nowhere. */
function size(value: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(value));
  } catch {
    return Infinity;
  }
}

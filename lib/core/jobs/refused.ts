import { truncate, MAX } from './bounds.ts';
import { eventId } from './event.ts';
import type { Event } from './event-schema.ts';
import type { SpecProblem } from './spec.ts';

/** Says on the bus that a job that was submitted there is not watched. It is no event of a row, and no subscription gets it. */
export interface RefusedEvent {
  kind: 'job.refused';
  subject: string;
  metadata: Event['metadata'];
  data: { origin: string | null; projectId: string | null; jobId: string | null; problems: SpecProblem[] };
}

/** `at`: when it was handed in, so that a repeat has the same id. */
export function refusedEvent(
  spec: Readonly<Record<string, unknown>>,
  problems: SpecProblem[],
  at: number,
): RefusedEvent {
  const { origin, projectId, jobId, correlationId } = spec;
  const subject = [origin, projectId, jobId].filter((part) => textOf(part) !== null).join('/') || 'job';
  const correlated = textOf(correlationId);
  return {
    kind: 'job.refused',
    subject,
    metadata: {
      id: eventId(subject, at, 'job.refused'),
      version: 1,
      time: new Date(at).toISOString(),
      sequence: 1,
      ...(correlated !== null && { correlationId: correlated }),
    },
    data: {
      origin: textOf(origin),
      projectId: textOf(projectId),
      jobId: textOf(jobId),
      problems: problems.slice(0, MAX_PROBLEMS).map(({ field, problem }) => ({
        field: truncate(field, MAX.code),
        problem: truncate(problem, MAX.text),
      })),
    },
  };
}

const MAX_PROBLEMS = 5;
/** What was handed in may be anything of any length. */
const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? truncate(value, MAX.code) : null;

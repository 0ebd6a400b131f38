import type * as z from 'zod';
import { truncate, MAX } from './bounds.ts';
import {
  count,
  fieldFrom,
  iso,
  isoOrNull,
  schemaOf,
  text,
  time,
  valuesOf,
  type Zod,
} from './event-fields.ts';
import { consoleUrlOf, JOB_EVENTS, type Job, type JobEventKind } from './job.ts';
import type { JobError } from './observation.ts';

/** An event of a job is built from its row. */
interface Told {
  row: Job;
  kind: JobEventKind;
}
const field = fieldFrom<Told>();
const plain = (z: Zod) => z.string();

/** What an event says of who the job is. One more field is one more entry. */
const JOB = {
  key: field(
    (z) => z.string().describe('origin/projectId/jobId'),
    ({ row }) => row.key,
  ),
  origin: field(plain, ({ row }) => row.origin),
  service: field(plain, ({ row }) => row.service),
  cloud: field(plain, ({ row }) => row.cloud),
  region: field(plain, ({ row }) => row.region),
  projectId: field(plain, ({ row }) => row.projectId),
  jobId: field(plain, ({ row }) => row.jobId),
  jobType: field(text, ({ row }) => row.report?.jobType ?? null),
  name: field(
    (z) => z.string().optional(),
    ({ row }) => row.name || undefined,
  ),
  labels: field(
    (z) => z.record(z.string(), z.string()),
    ({ row }) => row.labels,
  ),
  requestedBy: field(
    (z) => z.string().optional(),
    ({ row }) => row.requestedBy || undefined,
  ),
  group: field(
    (z) =>
      z
        .object({ key: z.string(), name: z.string(), run: z.int().positive() })
        .optional()
        .describe('The group that it is a member of'),
    ({ row }) => row.group,
  ),
  consoleUrl: field(
    (z) =>
      z
        .string()
        .optional()
        .describe(
          "https: what it works on in the cloud's console, or all of its kind; left out where not known",
        ),
    ({ row }) => consoleUrlOf(row) || undefined,
  ),
};

const failedSubJob = (z: Zod) =>
  z.object({ jobId: text(z), jobType: text(z), code: text(z), reason: text(z) });
const error = (z: Zod) =>
  z.object({
    code: text(z),
    reason: text(z),
    hint: z.string().optional().describe('What to do about it, where the code is well known'),
    subJobs: z.array(failedSubJob(z)).describe('Failed sub-jobs only'),
    subJobsOmitted: count(z).describe('Failed sub-jobs left out to bound the size'),
  });
const counts = (z: Zod) =>
  z.object({ total: count(z), succeeded: count(z), failed: count(z), running: count(z) });
const outcome = (z: Zod) =>
  z.enum(['succeeded', 'failed', 'expired', 'payment_expired', 'unknown', 'gave_up']).nullable();

/** What an event says of how the job went. */
export const JOB_DATA = {
  job: field(
    (z) => schemaOf(z, JOB),
    (told) => valuesOf(JOB, told),
  ),
  status: field(
    (z) => text(z).describe("The cloud's own word"),
    ({ row }) => row.status,
  ),
  outcome: field(
    (z) =>
      outcome(z).describe('How it ended, null while outstanding; the last four say why a lost job is lost'),
    ({ row, kind }) => outcomeOf(row, kind),
  ),
  error: field(
    (z) => error(z).nullable().describe('Of job.unreachable: why its checks fail'),
    ({ row, kind }) => (kind === 'job.unreachable' ? troubleOf(row) : (row.report?.error ?? null)),
  ),
  subJobs: field(
    counts,
    ({ row }) => row.report?.subJobs ?? { total: 0, succeeded: 0, failed: 0, running: 0 },
  ),
  beganAt: field(
    (z) => time(z).nullable(),
    ({ row }) => row.report?.beganAt ?? null,
  ),
  endedAt: field(
    (z) => time(z).nullable(),
    ({ row }) => row.report?.endedAt ?? null,
  ),
  trackedAt: field(time, ({ row }) => iso(row.createdAt)),
  detectedAt: field(
    (z) => time(z).nullable().describe('When the end was found out'),
    ({ row }) => isoOrNull(row.detectedAt),
  ),
  deadline: field(
    (z) => time(z).optional().describe('When it should have ended; only of a job that was overdue'),
    ({ row }) => (row.overdueSince === undefined ? undefined : iso(row.overdueSince)),
  ),
  outlived: field(
    (z) =>
      z
        .boolean()
        .optional()
        .describe('The command that started it had ended before it; left out where it had not'),
    ({ row }) => row.outlived,
  ),
  earlier: field(
    (z) =>
      z
        .array(z.enum(JOB_EVENTS))
        .optional()
        .describe('The events of it before this one, oldest first; left out where there were none'),
    ({ row, kind }) => {
      const before = row.emitted.slice(0, row.emitted.indexOf(kind));
      return before.length > 0 ? before : undefined;
    },
  ),
  usual: field(
    (z) =>
      z
        .object({
          p10: count(z),
          p50: count(z),
          p90: count(z),
          count: z.int().positive().describe('Jobs that this is learnt from; of old ones only a part counts'),
        })
        .optional()
        .describe(
          'How long such jobs took, in milliseconds: a tenth no longer than `p10`, half no longer than `p50`; left out where too little is known',
        ),
    ({ row }) => row.usual,
  ),
  entities: field(
    (z) =>
      z.record(z.string(), z.unknown()).describe("The cloud's own description of what the job worked on"),
    ({ row }) => row.report?.entities ?? {},
  ),
};

function outcomeOf(row: Job, kind: JobEventKind): z.output<ReturnType<typeof outcome>> {
  if (kind === 'job.lost' || row.state === 'lost') return row.lostReason;
  return row.state === 'outstanding' ? null : row.state;
}

/** The trouble with asking, as the row remembers it: while its outbox waits, there is no check. */
function troubleOf({ history }: Job): JobError {
  const { reason = '', detail = '' } = history.at(-1) ?? {};
  return { code: null, reason: truncate(`${reason}: ${detail}`, MAX.text), subJobs: [], subJobsOmitted: 0 };
}

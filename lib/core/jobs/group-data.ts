import { count, fieldFrom, iso, isoOrNull, text, time, type Zod } from './event-fields.ts';
import { CLOSERS, type Group, type GroupEntry } from './group.ts';
import { outcomeOf, type GroupCounts, type GroupTold } from './group-tally.ts';

interface Told {
  row: Group;
  entry: GroupEntry;
}
const field = fieldFrom<Told>();

const OUTCOMES = ['succeeded', 'failed', 'partial', 'empty'] as const;
const counts = (z: Zod) =>
  z.object({
    total: count(z).describe('Members: distinct jobs'),
    outstanding: count(z),
    succeeded: count(z),
    partly: count(z).describe('Of those that succeeded: with sub-jobs that failed'),
    failed: count(z),
    lost: count(z),
    removed: count(z).describe('No longer tracked, without an end'),
    overdue: count(z).describe('Told as overdue, whatever became of them'),
    late: count(z).describe('Joined after the group was closed'),
  });
const failure = (z: Zod) =>
  z.object({
    outcome: z.enum(['failed', 'lost', 'partly']),
    origin: z.string(),
    code: text(z),
    reason: text(z).describe('Of what is lost: why'),
    hint: z.string().optional().describe('What to do about it, where the code is well known'),
    count: count(z),
    jobs: z.array(z.string()).describe('Names, or job ids where there is none; the first five'),
  });

/** What an event says of a group. One more field is one more entry. */
export const GROUP_DATA = {
  group: field(
    (z) =>
      z.object({
        key: z.string(),
        name: z.string(),
        run: z.int().positive().describe('1, 2, 3 ... of one name: what joins after an end is the next run'),
        requestedBy: z.string().optional(),
        expect: z.int().positive().optional(),
      }),
    ({ row: { key, name, run, requestedBy, expect } }) => ({
      key,
      name,
      run,
      ...(requestedBy && { requestedBy }),
      ...(expect !== null && { expect }),
    }),
  ),
  closedBy: field(
    (z) =>
      z
        .enum(CLOSERS)
        .nullable()
        .describe(
          'What said that these are all: somebody (`close`), the number `expect`, a quiet period or its age',
        ),
    ({ row, entry }) => (entry.kind === 'group.ended' ? row.closedBy : null),
  ),
  outcome: field(
    (z) =>
      z
        .enum(OUTCOMES)
        .nullable()
        .describe('Null before the end. `empty`: no member has ended; that is no success'),
    ({ entry }) => (entry.kind === 'group.ended' ? outcomeOf(entry.told.counts) : null),
  ),
  counts: field(counts, ({ entry }) => entry.told.counts),
  failures: field(
    (z) => z.array(failure(z)).describe('By origin, code and reason, the most frequent first'),
    ({ entry }) => entry.told.failures,
  ),
  failuresOmitted: field(
    (z) => count(z).describe('Jobs whose failures are left out to bound the size'),
    ({ entry }) => entry.told.failuresOmitted,
  ),
  first: field(
    (z) =>
      z
        .object({
          key: z.string(),
          jobId: z.string(),
          name: z.string().optional(),
          jobType: text(z),
          origin: z.string(),
          service: z.string(),
          region: z.string(),
          code: text(z),
          reason: text(z),
          hint: z.string().optional(),
          consoleUrl: z.string().optional(),
          event: z.string().optional().describe('The id of its event'),
        })
        .optional()
        .describe('The job that failed, or is overdue, first'),
    ({ entry: { told } }) => told.first && firstOf(told.first),
  ),
  asOf: field(
    (z) =>
      time(z)
        .optional()
        .describe(
          'Only for the message that a bot keeps up to date while the group goes on: when it was counted for that',
        ),
    () => undefined,
  ),
  beganAt: field(
    (z) => time(z).describe('When the first member joined'),
    ({ entry }) => iso(entry.told.beganAt),
  ),
  endedAt: field(
    (z) => time(z).nullable().describe('When the end of the last one so far was found out'),
    ({ entry }) => isoOrNull(entry.told.endedAt),
  ),
};

/** What the message of a group shows while that goes on: an event of it, with how its jobs stand by now. */
export const countedNow = <E extends { data: GroupValues }>(
  event: E,
  { counts: now, failures, failuresOmitted, endedAt }: GroupTold,
  at: number,
): E => ({
  ...event,
  data: { ...event.data, counts: now, failures, failuresOmitted, endedAt: isoOrNull(endedAt), asOf: iso(at) },
});
interface GroupValues {
  counts: GroupCounts;
}

const firstOf = ({
  job,
  jobId,
  name,
  jobType,
  origin,
  service,
  region,
  code,
  reason,
  hint,
  consoleUrl,
  event,
}: NonNullable<GroupEntry['told']['first']>) => ({
  key: job,
  jobId,
  ...(name && { name }),
  jobType,
  origin,
  service,
  region,
  code,
  reason,
  ...(hint !== undefined && { hint }),
  ...(consoleUrl !== null && { consoleUrl }),
  ...(event !== null && { event }),
});

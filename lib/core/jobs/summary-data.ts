import { count, time, type Zod } from './event-fields.ts';

/** Why events are gathered. */
export const WINDOW_REASONS = ['rate', 'digest', 'quiet_hours', 'mute'] as const;
export type WindowReason = (typeof WINDOW_REASONS)[number];

/** What the message of a window says: of all the events that were gathered for one target, none more and none less. */
export const summaryData = (z: Zod) =>
  z.object({
    subscription: z.string(),
    why: z.enum(WINDOW_REASONS).describe('Why they were gathered'),
    since: time(z).describe('When the first of them was gathered'),
    until: time(z).describe('When the window was closed'),
    events: count(z).describe('How many there are'),
    counts: z
      .record(z.string(), count(z))
      .describe(
        'How many of each outcome: of a job `succeeded`, `failed` and so on, else the kind of the event',
      ),
    failures: z
      .array(
        z.object({
          outcome: z.string(),
          origin: z.string(),
          reason: z.string(),
          count: count(z),
          names: z.array(z.string()).describe('The first of them, by name or job id'),
        }),
      )
      .describe('What failed, by reason, the most frequent first'),
    failuresOmitted: count(z).describe('How many failed for further reasons'),
    groups: z
      .array(
        z.object({
          name: z.string(),
          total: count(z),
          succeeded: count(z),
          failed: count(z),
          lost: count(z),
          partly: count(z).describe('Of those that succeeded: with sub-jobs that failed'),
        }),
      )
      .optional()
      .describe('Groups that ended, with their jobs: the first five'),
    groupsOmitted: z
      .object({ groups: count(z), jobs: count(z) })
      .optional()
      .describe('Further groups that ended'),
  });

import { truncate } from '../jobs/bounds.ts';
import { isGroupEvent, isJobEvent, type Event, type GroupEvent, type JobEvent } from '../jobs/event.ts';
import type { SummaryData } from '../jobs/event-schema.ts';

/** What the message of a window says of one event. It is written when the event is gathered, and never looked up again. */
export interface Brief {
  /** `succeeded`, `failed`, `partly_failed` ... of a job; else the kind of the event. */
  outcome: string;
  /** What somebody has to look at: where, why, and what. */
  failure?: { where: string; why: string; what: string };
  /** Of a group that ended: what became of its jobs, which nothing else tells of. */
  group?: GroupSum;
}
type GroupSum = NonNullable<SummaryData['groups']>[number];

const MAX = { why: 200, what: 80, failures: 6, names: 10, groups: 5 } as const;

export function briefOf(event: Event): Brief {
  if (isGroupEvent(event)) return groupBrief(event);
  if (!isJobEvent(event)) return { outcome: event.kind };
  const outcome = outcomeOf(event);
  return BAD.includes(outcome) ? { outcome, failure: failureOf(event) } : { outcome };
}

/** A group that ended well, or came to nothing, is nothing that somebody has to look at. */
function groupBrief({ kind, data: { group, outcome, failures, counts } }: GroupEvent): Brief {
  const [first] = failures;
  const { total, succeeded, failed, lost, partly } = counts;
  const name = truncate(group.name, MAX.what);
  const ended =
    kind === 'group.ended' ? { group: { name, total, succeeded, failed, lost, partly } } : undefined;
  if (ended && !first && outcome !== 'failed') return { outcome: kind, ...ended };
  const why = [first?.code, first?.reason].filter(Boolean).join(': ');
  return {
    outcome: kind,
    ...ended,
    failure: {
      where: first?.origin ?? '',
      why: truncate(why, MAX.why),
      what: name,
    },
  };
}

const BAD: readonly string[] = ['failed', 'partly_failed', 'lost', 'overdue', 'unreachable'];

function outcomeOf({ kind, data }: JobEvent): string {
  if (kind === 'job.succeeded' && data.subJobs.failed > 0) return 'partly_failed';
  return kind.slice(kind.indexOf('.') + 1);
}

function failureOf({ kind, data: { job, error, outcome } }: JobEvent): NonNullable<Brief['failure']> {
  const why = kind === 'job.lost' ? outcome : [error?.code, error?.reason].filter(Boolean).join(': ');
  return {
    where: job.origin,
    why: truncate(why ?? '', MAX.why),
    what: truncate(job.name ?? job.jobId, MAX.what),
  };
}

export const isFailure = ({ failure }: Brief): boolean => failure !== undefined;

/** What a window says of all its events: how many of each outcome, then what failed, by reason, the most frequent first. */
export function summed(
  briefs: readonly Brief[],
): Pick<SummaryData, 'events' | 'counts' | 'failures' | 'failuresOmitted' | 'groups' | 'groupsOmitted'> {
  const counts = [...Map.groupBy(briefs, ({ outcome }) => outcome)].map(
    ([outcome, all]) => [outcome, all.length] as const,
  );
  const failed = briefs.filter(isFailure);
  const groups = [...Map.groupBy(failed, groupOf).values()].toSorted((a, b) => b.length - a.length);
  return {
    events: briefs.length,
    counts: Object.fromEntries(counts.toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))),
    failures: groups.slice(0, MAX.failures).map((all) => ({
      outcome: all[0]!.outcome,
      origin: all[0]!.failure!.where,
      reason: all[0]!.failure!.why,
      count: all.length,
      names: all.slice(0, MAX.names).map(({ failure }) => failure!.what),
    })),
    failuresOmitted: groups.slice(MAX.failures).reduce((sum, all) => sum + all.length, 0),
    ...listed(briefs.flatMap(({ group }) => group ?? [])),
  };
}

/** Those of which most is to be told come first. */
function listed(
  groups: readonly GroupSum[],
  omitted = { groups: 0, jobs: 0 },
): Pick<SummaryData, 'groups' | 'groupsOmitted'> {
  if (groups.length === 0) return {};
  const sorted = groups.toSorted((a, b) => badIn(b) - badIn(a) || b.total - a.total);
  const rest = sorted.slice(MAX.groups);
  const all = {
    groups: omitted.groups + rest.length,
    jobs: rest.reduce((sum, { total }) => sum + total, omitted.jobs),
  };
  return { groups: sorted.slice(0, MAX.groups), ...(all.groups > 0 && { groupsOmitted: all }) };
}
const badIn = ({ failed, lost, partly }: GroupSum): number => failed + lost + partly;

/** Reasons that differ in ids and numbers alone are one reason: the code says it, where there is one. */
const groupOf = ({ outcome, failure }: Brief): string => sameAs(outcome, failure!.where, failure!.why);
const sameAs = (outcome: string, where: string, why: string): string =>
  JSON.stringify([outcome, where, /^[\w-]+\.\d+(?=: |$)/.exec(why)?.[0] ?? why]);

/** What two windows say together. */
export function added(one: SummaryData, other: SummaryData): SummaryData {
  const entries = [one, other].flatMap(({ counts: its }) => Object.entries(its));
  const counts = [...Map.groupBy(entries, ([outcome]) => outcome)].map(
    ([outcome, all]) => [outcome, all.reduce((sum, [, n]) => sum + n, 0)] as const,
  );
  const groups = [
    ...Map.groupBy([...one.failures, ...other.failures], ({ outcome, origin, reason }) =>
      sameAs(outcome, origin, reason),
    ).values(),
  ].map((all) => ({
    ...all[0]!,
    count: all.reduce((sum, { count }) => sum + count, 0),
    names: all.flatMap(({ names }) => names).slice(0, MAX.names),
  }));
  const sorted = groups.toSorted((a, b) => b.count - a.count);
  const omitted = sorted.slice(MAX.failures).reduce((sum, { count }) => sum + count, 0);
  return {
    ...one,
    since: one.since < other.since ? one.since : other.since,
    until: one.until > other.until ? one.until : other.until,
    events: one.events + other.events,
    counts: Object.fromEntries(counts.toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))),
    failures: sorted.slice(0, MAX.failures),
    failuresOmitted: one.failuresOmitted + other.failuresOmitted + omitted,
    ...listed([...(one.groups ?? []), ...(other.groups ?? [])], {
      groups: (one.groupsOmitted?.groups ?? 0) + (other.groupsOmitted?.groups ?? 0),
      jobs: (one.groupsOmitted?.jobs ?? 0) + (other.groupsOmitted?.jobs ?? 0),
    }),
  };
}

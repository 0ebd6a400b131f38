import type { GroupData, GroupEvent } from '../jobs/event.ts';
import { actionOf } from './action.ts';
import {
  clause,
  commandOf,
  facts,
  line,
  reasonFacts,
  safeLink,
  type MessageContent,
} from './message-content.ts';
import { DEFAULT_READER, type Reader } from './reader.ts';
import { causeWords, lostWords, reasonWords } from './reason.ts';
import { wordingFor, type Wording } from './wording.ts';

/** What there is to say of a group: how it ended, or what in it needs a person now. */
export function groupMessage(event: GroupEvent, reader: Reader): MessageContent {
  const { data } = event;
  const wording = wordingFor(reader);
  const name = wording.texts.group.name(clause(line(data.group.name)), data.group.run);
  const words =
    event.kind === 'group.ended'
      ? endedMessage(data, name, wording)
      : data.asOf !== undefined
        ? progressMessage(event.kind, data, data.asOf, name, wording)
        : firstMessage(event.kind, data, name, wording);
  return { lang: reader.lang, about: name, place: '', failedSubJobs: [], subJobsOmitted: 0, ...words };
}

type Words = Pick<MessageContent, 'tone' | 'statusWord' | 'title' | 'facts'> & Partial<MessageContent>;
type Counts = GroupData['counts'];
type Failure = GroupData['failures'][number];

const TONES = { succeeded: 'good', failed: 'bad', partial: 'bad', empty: 'info' } as const;

/** Which of its failures the title tells of, and a line for each kind where there are several. */
function whyOf(data: GroupData, wording: Wording) {
  const [first] = data.failures;
  const byReason = failureFacts(data, wording);
  const reason = first ? wording.texts.group.reason(causeOf(first, wording), namesOf(first, wording)) : null;
  return {
    reason,
    place: line(first?.origin),
    // Where there are several reasons, each has a line, the first one too.
    reasons:
      byReason.length > 0 ? facts(...byReason) : reasonFacts(wording.texts.labels.reason, reason ?? ''),
  };
}

function endedMessage(data: GroupData, name: string, wording: Wording): Words {
  const { texts } = wording;
  const { labels, group } = texts;
  const { counts } = data;
  const outcome = data.outcome ?? 'empty';
  const titles = {
    succeeded: group.succeeded.title(name, counts.succeeded, counts.total),
    failed: group.failed.title(name, badOf(counts, wording), counts.total),
    partial: group.partial.title(name, badOf(counts, wording), counts.total),
    empty: group.empty.title(name),
  };
  const { reason, place, reasons } = whyOf(data, wording);
  return {
    tone: TONES[outcome],
    statusWord: group[outcome].status,
    title: titles[outcome],
    place,
    ...(reason !== null && { reason }),
    ...(outcome === 'empty' && { lead: group.empty.lead }),
    ...todoOf(data, wording),
    ...(reason !== null && commandOf('group show', data.group.name)),
    facts: [
      ...reasons,
      ...facts(
        [labels.jobs, countsOf(counts, wording)],
        [labels.took, took(data, wording)],
        [group.closedLabel, data.closedBy && group.closedBy[data.closedBy]],
        [labels.requestedBy, line(data.group.requestedBy)],
      ),
    ],
  };
}

/** What a message that is kept up to date shows between the first failure and the end. */
function progressMessage(
  kind: 'group.failing' | 'group.overdue',
  data: GroupData,
  asOf: string,
  name: string,
  wording: Wording,
): Words {
  const { texts, moment } = wording;
  const { labels, group } = texts;
  const { counts } = data;
  const { reason, place, reasons } = whyOf(data, wording);
  const isFailing = kind === 'group.failing' || reason !== null;
  return {
    tone: isFailing ? 'bad' : 'warn',
    statusWord: (isFailing ? group.failing : group.overdue).status,
    title: group.goesOn.title(
      name,
      counts.total - counts.outstanding,
      counts.total,
      badOf(counts, wording) || group.counted.overdue(counts.overdue),
    ),
    place,
    ...(reason !== null && { reason }),
    lead: counts.outstanding > 0 ? group.goesOn.lead : group.goesOn.leadOpen,
    ...todoOf(data, wording),
    ...commandOf('group show', data.group.name),
    facts: [
      ...reasons,
      ...facts(
        [labels.jobs, countsOf(counts, wording)],
        [labels.counted, moment(asOf)],
        [labels.requestedBy, line(data.group.requestedBy)],
      ),
    ],
  };
}

function firstMessage(
  kind: 'group.failing' | 'group.overdue',
  data: GroupData,
  name: string,
  wording: Wording,
): Words {
  const { texts, lang } = wording;
  const { labels, group } = texts;
  const { first } = data;
  const what = clause(line(first?.name) || line(first?.jobId));
  const action = clause(actionOf(first?.service ?? '', first?.jobType ?? null, lang) || texts.job.action);
  const link = safeLink(first?.consoleUrl);
  const { status, title, lead } = kind === 'group.failing' ? group.failing : group.overdue;
  const error = errorOf(first ?? { code: null, reason: null });
  const region = { region: first?.region ?? '' };
  const reason =
    kind === 'group.failing' ? reasonWords({ error, job: region }, wording) || texts.job.noReason : '';
  return {
    tone: kind === 'group.failing' ? 'bad' : 'warn',
    statusWord: status,
    title: title(name, what, action),
    place: line(first?.region),
    ...(reason && { reason }),
    lead,
    ...todoOf(data, wording),
    ...(first && commandOf('explain', first.jobId)),
    facts: [
      ...reasonFacts(labels.reason, reason),
      ...facts(
        [labels.where, [line(first?.origin), line(first?.region)].filter(Boolean).join(', ')],
        [labels.jobId, line(first?.jobId)],
        [labels.jobs, countsOf(data.counts, wording)],
        [labels.requestedBy, line(data.group.requestedBy)],
      ),
    ],
    ...(link !== null && { link }),
  };
}

const errorOf = ({ code, reason }: Pick<Failure, 'code' | 'reason'>) => ({
  code,
  reason,
  subJobs: [],
  subJobsOmitted: 0,
});

/** `the quota of servers is used up (Ecs.0204)`; of what is lost, why its outcome is unknown. */
function causeOf(failure: Failure, wording: Wording): string {
  const { lost, noReason } = wording.texts.job;
  if (failure.outcome === 'lost') return lostWords(failure.reason, wording.texts.job) || lost.status;
  return reasonWords({ error: errorOf(failure), job: { region: '' } }, wording) || noReason;
}

/** `web-1, web-2 and 10 more`. */
function namesOf({ jobs, count }: Failure, { texts }: Wording): string {
  const rest = count - jobs.length;
  return texts.job.some(
    jobs.map((job) => clause(line(job))),
    rest,
  );
}

/** Each is a line of its own, where there are several. */
function failureFacts(data: GroupData, wording: Wording): [string, string | null][] {
  const { failures, failuresOmitted } = data;
  const { group, labelled } = wording.texts;
  if (failures.length < 2 && failuresOmitted === 0) return [];
  return [
    ...failures.map((it): [string, string] => [
      group.counted[it.outcome](it.count),
      labelled(line(it.origin), group.reason(causeOf(it, wording), namesOf(it, wording))),
    ]),
    [group.more, failuresOmitted > 0 ? group.moreReasons(failuresOmitted) : null],
  ];
}

const named = (counts: [number, (n: number) => string][]): string[] =>
  counts.flatMap(([count, words]) => (count > 0 ? [words(count)] : []));

const badOf = ({ failed, lost, partly }: Counts, { texts: { group }, list }: Wording): string =>
  list(
    named([
      [failed, group.counted.failed],
      [lost, group.counted.lost],
      [partly, group.counted.partly],
    ]),
  );

export function countsOf(counts: Counts, { texts: { group }, list }: Wording): string {
  const { succeeded, partly, failed, lost, removed, outstanding, overdue, late, total } = counts;
  const { counted } = group;
  const all = named([
    [partly, counted.partly],
    [failed, counted.failed],
    [lost, counted.lost],
    [removed, counted.removed],
    [outstanding, counted.outstanding],
    [overdue, counted.overdue],
    [late, counted.late],
  ]);
  return list([group.ofAll(succeeded, total), ...all]);
}

function took({ beganAt, endedAt }: GroupData, { duration, moment, texts }: Wording): string | null {
  if (endedAt === null) return null;
  const ms = Date.parse(endedAt) - Date.parse(beganAt);
  return ms >= 0 ? texts.group.until(duration(ms), moment(endedAt)) : null;
}

/** What to do about the first of its reasons that something is known of. */
function todoOf({ first, failures }: GroupData, { lang }: Wording): Pick<MessageContent, 'hint'> {
  const all = [...(first ? [first] : []), ...failures];
  const todo = all.map((it) => causeWords(errorOf(it), lang)?.todo ?? null).find((it) => it !== null);
  return todo ? { hint: todo } : {};
}

/** For the command line: how the jobs stand, and a line for each reason of a failure. */
export const groupCounts = (counts: Counts): string => countsOf(counts, wordingFor(DEFAULT_READER));
export function groupFailures(failures: readonly Failure[]): string[] {
  const wording = wordingFor(DEFAULT_READER);
  const { group, labelled } = wording.texts;
  return failures.map((it) =>
    labelled(
      group.counted[it.outcome](it.count),
      labelled(line(it.origin), group.reason(causeOf(it, wording), namesOf(it, wording))),
    ),
  );
}

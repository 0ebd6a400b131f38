import type { JobData, JobEvent } from '../jobs/event.ts';
import { usualRange } from '../jobs/usual.ts';
import { actionOf } from './action.ts';
import {
  clause,
  commandOf,
  facts,
  line,
  reasonFacts,
  safeLink,
  typed,
  type Fact,
  type MessageContent,
} from './message-content.ts';
import { DEFAULT_READER, type Reader } from './reader.ts';
import { causeWords, reasonFact, reasonWords, reasonGiven } from './reason.ts';
import { madeFacts, madeId } from './made.ts';
import { failedLines } from './sub-jobs.ts';
import { wordingFor, type Wording } from './wording.ts';

/** What differs from kind to kind. */
type JobWording = Pick<
  MessageContent,
  'tone' | 'statusWord' | 'title' | 'reason' | 'lead' | 'hint' | 'note' | 'command'
> & { facts: Fact[] };

/** A job event on its way into words. */
interface Told extends Wording {
  data: JobData;
  /** The moment of the event, ISO 8601. */
  now: string;
  /** What it is about. */
  what: string;
  action: string;
}

const JOB_WORDING: Record<JobEvent['kind'], (told: Told) => JobWording> = {
  'job.succeeded': (told) => (told.data.subJobs.failed > 0 ? partlyFailed(told) : succeeded(told)),
  'job.failed': failed,
  'job.lost': lost,
  'job.overdue': overdue,
  'job.unreachable': unreachable,
  'job.payment_pending': paymentPending,
};

export function jobMessage(event: JobEvent, reader: Reader): MessageContent {
  const { data, metadata } = event;
  const { job } = data;
  const wording = wordingFor(reader);
  const { texts } = wording;
  const what = clause(line(job.name) || line(job.jobId));
  const action = clause(actionOf(job.service, job.jobType, reader.lang) || texts.job.action);
  const { facts: own, ...words } = JOB_WORDING[event.kind]({
    ...wording,
    data,
    now: metadata.time,
    what,
    action,
  });
  const place = line(`${job.cloud} ${job.region}`);
  const link = safeLink(job.consoleUrl);
  const { labels } = texts;
  return {
    lang: reader.lang,
    ...words,
    about: texts.labelled(what, action),
    place,
    facts: [
      ...own,
      ...facts(
        [labels.subJobs, countsOf(data, wording)],
        [labels.where, texts.job.place(line(job.service), line(job.projectId), place)],
        [labels.jobId, line(job.jobId)],
        [labels.labels, labelsOf(data)],
        [labels.requestedBy, line(job.requestedBy)],
      ),
    ],
    failedSubJobs: failedLines(data, wording),
    subJobsOmitted: data.error?.subJobsOmitted ?? 0,
    ...(link !== null && { link }),
  };
}

function succeeded({ texts, what, action, ...told }: Told): JobWording {
  if (told.data.outlived) return outlived({ texts, what, action, ...told });
  const { status, title, note } = texts.job.succeeded;
  return {
    tone: 'good',
    statusWord: status,
    title: title(what, action),
    note,
    facts: [...facts(...madeFacts(told.data, { texts })), ...whenEnded({ texts, ...told })],
  };
}

/** What it made is there, and its requester does not know. */
function outlived({ texts, what, action, ...told }: Told): JobWording {
  const { status, title, lead, hint, removed } = texts.job.outlived;
  const id = madeId(told.data);
  return {
    tone: 'warn',
    statusWord: status,
    title: title(what, action),
    lead,
    hint: id === null ? removed : hint,
    ...(id !== null && typed('terraform import ADDRESS', id)),
    note: texts.job.succeeded.note,
    facts: [...facts(...madeFacts(told.data, { texts })), ...whenEnded({ texts, ...told })],
  };
}

function partlyFailed(told: Told): JobWording {
  const { texts, data, what, action } = told;
  const { status, title, hint } = texts.job.partly;
  return {
    tone: 'warn',
    statusWord: status,
    title: title(what, action, data.subJobs.failed, data.subJobs.total),
    ...whyOf(told),
    hint: hintOf(told) ?? hint,
    ...explain(told),
    facts: [...reasonFact(data, told), ...facts(...madeFacts(told.data, told)), ...whenEnded(told)],
  };
}

function failed(told: Told): JobWording {
  const { texts, data, what, action } = told;
  const { status, title, hint } = texts.job.failed;
  const known = reasonFact(data, told);
  const reason = known.length > 0 ? known : reasonFacts(texts.labels.reason, texts.job.noReason);
  return {
    tone: 'bad',
    statusWord: status,
    title: title(what, action),
    reason: reasonWords(data, told) || texts.job.noReason,
    hint: hintOf(told) ?? hint,
    ...explain(told),
    facts: [...reason, ...facts(...madeFacts(told.data, told)), ...whenEnded(told)],
  };
}

function overdue(told: Told): JobWording {
  const { texts, labels, data, now, what, action, duration, moment } = withLabels(told);
  const { status, title, late, running, lead, leadUnseen, hint } = texts.job.overdue;
  const from = data.beganAt ?? data.trackedAt;
  const age = between(from, now, duration);
  const by = data.deadline === undefined ? null : between(data.deadline, now, duration);
  return {
    tone: 'warn',
    statusWord: status,
    title: title(what, action),
    ...(by !== null && data.deadline !== undefined
      ? { reason: late(by, moment(data.deadline)) }
      : age !== null && { reason: running(age) }),
    lead: data.status ? lead : leadUnseen,
    hint,
    ...explain(told),
    facts: facts(
      [data.beganAt ? labels.runningFor : labels.trackedFor, withUsual(age, told)],
      [labels.deadline, data.deadline === undefined ? null : moment(data.deadline)],
      [labels.lastStatus, line(data.status) || texts.job.noneSeen],
    ),
  };
}

function unreachable(told: Told): JobWording {
  const { texts, labels, data, now, what, action, duration } = withLabels(told);
  const { status, title, lead, hint } = texts.job.unreachable;
  return {
    tone: 'bad',
    statusWord: status,
    title: title(what, action),
    ...whyOf(told),
    lead,
    hint,
    ...explain(told),
    facts: [
      ...reasonFact(data, told),
      ...facts(
        [labels.trackedFor, between(data.trackedAt, now, duration)],
        [labels.lastStatus, line(data.status) || texts.job.noneSeen],
      ),
    ],
  };
}

function paymentPending({ texts, what, action }: Told): JobWording {
  const { status, title, lead, hint } = texts.job.paymentPending;
  return { tone: 'info', statusWord: status, title: title(what, action), lead, hint, facts: [] };
}

function lost(told: Told): JobWording {
  const { texts, labels, data, now, what, action, duration } = withLabels(told);
  const { status, title } = texts.job.lost;
  const tracked = between(data.trackedAt, data.detectedAt ?? now, duration);
  return {
    tone: 'warn',
    statusWord: status,
    title: title(what, action),
    ...lossOf(data.outcome, told, tracked ?? ''),
    ...explain(told),
    facts: facts([labels.trackedFor, tracked], [labels.lastStatus, line(data.status) || texts.job.noneSeen]),
  };
}

/** What it means that a job is lost, and what to do; `tracked`: for how long it was. */
function lossOf(
  outcome: JobData['outcome'],
  { texts: { job } }: Wording,
  tracked: string,
): Record<'reason' | 'lead' | 'hint', string> {
  const { expired, paymentExpired, unknown, gaveUp } = job.lost;
  if (outcome === 'expired') return expired;
  if (outcome === 'payment_expired') return paymentExpired;
  return outcome === 'gave_up' ? { ...gaveUp, reason: gaveUp.reason(tracked) } : unknown;
}

/** The same for the command line, which speaks English: why, and what to do. */
export function lostMessage(outcome: JobData['outcome']): Record<'lead' | 'hint', string> {
  const { reason, lead, hint } = lossOf(outcome, wordingFor(DEFAULT_READER), '');
  const why = `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
  return { lead: outcome === 'gave_up' ? lead : why, hint };
}

const withLabels = (told: Told) => ({ ...told, labels: told.texts.labels });

const explain = ({ data }: Told): Pick<MessageContent, 'command'> => commandOf('explain', data.job.key);
const whyOf = ({ data, ...wording }: Told): Pick<MessageContent, 'reason'> => {
  const reason = reasonWords(data, wording);
  return reason ? { reason } : {};
};

/** What to do about it: by its cause, or as the event has it of one that this version does not know. */
const hintOf = ({ data: { error }, lang }: Told): string | undefined =>
  causeWords(reasonGiven(error), lang)?.todo ?? (line(error?.hint) || undefined);

/** The cloud's own times where it sent both and they fit together; otherwise what we saw ourselves, and said so. */
function whenEnded(told: Pick<Told, 'data' | 'texts' | 'duration' | 'moment'>): Fact[] {
  const { data, texts, duration, moment } = told;
  const byCloud = data.beganAt && data.endedAt && between(data.beganAt, data.endedAt, duration);
  const seen = data.detectedAt && between(data.trackedAt, data.detectedAt, duration);
  const ended = data.endedAt ?? data.detectedAt;
  return facts(
    [texts.labels.took, withUsual(byCloud || (seen && texts.job.sinceTracking(seen)), told)],
    [texts.labels.ended, ended && moment(ended)],
  );
}

/** `4 min, 7 sec; such jobs usually take 2 min to 5 min`: eight of ten did. */
function withUsual(
  took: string | null,
  { data: { usual }, texts, duration }: Pick<Told, 'data' | 'texts' | 'duration'>,
): string | null {
  if (!took || !usual) return took;
  const [from, to] = usualRange(usual).map(duration) as [string, string];
  return texts.job.usually(took, from === to ? from : texts.upTo(from, to));
}

/** Null where the clocks contradict each other. */
function between(from: string, to: string, duration: Wording['duration']): string | null {
  const ms = Date.parse(to) - Date.parse(from);
  return ms >= 0 ? duration(ms) : null;
}

function countsOf({ subJobs, outcome }: JobData, { texts: { job }, list }: Wording): string | null {
  if (subJobs.total === 0) return null;
  // Where the job itself has ended these were not seen to end: its service does not list them all.
  const open = outcome === 'succeeded' || outcome === 'failed' ? job.subJobsUnknown : job.subJobsRunning;
  const rest = [
    subJobs.failed > 0 ? job.subJobsFailed(subJobs.failed) : '',
    subJobs.running > 0 ? open(subJobs.running) : '',
  ];
  return list([job.subJobs(subJobs.succeeded, subJobs.total), ...rest.filter(Boolean)]);
}

const labelsOf = ({ job }: JobData): string =>
  Object.entries(job.labels)
    .map(([name, value]) => `${line(name)}=${line(value)}`)
    .toSorted()
    .join(', ');

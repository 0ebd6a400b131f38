import type { Event } from '../jobs/event.ts';
import { countsOf as jobsOf } from './group-message.ts';
import { clause, commandOf, facts, line, type MessageContent } from './message-content.ts';
import type { Reader } from './reader.ts';
import { causeWords, lostWords, reasonWords } from './reason.ts';
import { wordingFor, type Wording } from './wording.ts';

type Summary = Extract<Event, { kind: 'summary' }>;
type Data = Summary['data'];
type Failures = Data['failures'][number];

/** What there is to say of everything that a window has gathered: how many of what, and what failed, by reason. */
export function summaryMessage({ data }: Summary, reader: Reader): MessageContent {
  const wording = wordingFor(reader);
  const { lang, texts, span } = wording;
  const { summary, labels } = texts;
  const counted = countsOf(data.counts, wording);
  const [first] = data.failures;
  const bad = first && summary.of(countsOf(badCounts(data), wording), data.events);
  return {
    lang,
    tone: first ? 'bad' : data.counts['succeeded'] === data.events ? 'good' : 'info',
    statusWord: first ? summary.someFailed : summary.status,
    about: bad ?? counted,
    place: '',
    title: bad ?? summary.all(data.events, counted),
    ...(first && whyOf(first, wording) && { reason: whyOf(first, wording) }),
    lead: summary.why[data.why],
    facts: facts(
      ...data.failures.map((one): [string, string] => [
        outcomeOf(one.outcome, one.count, wording),
        line(joined(whyOf(one, wording), namesOf(one, wording), wording)),
      ]),
      [labels.more, data.failuresOmitted > 0 ? summary.otherReasons(data.failuresOmitted) : null],
      [labels.jobs, groupsOf(data, wording)],
      [labels.counted, summary.all(data.events, counted)],
      [labels.between, span(data.since, data.until)],
    ),
    failedSubJobs: [],
    subJobsOmitted: 0,
    ...(first && {
      hint: summary.hint,
      ...commandOf('jobs --state', first.outcome === 'lost' ? 'lost' : 'failed'),
    }),
  };
}

/** What became of the jobs of groups that ended: nothing else tells of them. */
function groupsOf({ groups = [], groupsOmitted }: Data, wording: Wording): string | null {
  const { texts, list } = wording;
  const none = { removed: 0, outstanding: 0, overdue: 0, late: 0 };
  const told = groups.map(({ name, ...counts }) =>
    texts.labelled(line(name), jobsOf({ ...none, ...counts }, wording)),
  );
  const { groups: n, jobs } = groupsOmitted ?? { groups: 0, jobs: 0 };
  return told.length > 0 ? list([...told, ...(n > 0 ? [texts.summary.otherGroups(n, jobs)] : [])]) : null;
}

/** Only of what somebody has to look at. */
function badCounts({ counts, failures }: Data): Data['counts'] {
  const bad = new Set(failures.map(({ outcome }) => outcome));
  return Object.fromEntries(Object.entries(counts).filter(([outcome]) => bad.has(outcome)));
}

const countsOf = (counts: Data['counts'], wording: Wording): string =>
  wording.list(Object.entries(counts).map(([outcome, count]) => outcomeOf(outcome, count, wording)));

function outcomeOf(outcome: string, count: number, { texts }: Wording): string {
  const { outcomes } = texts.summary;
  return Object.hasOwn(outcomes, outcome)
    ? outcomes[outcome as keyof typeof outcomes](count)
    : texts.job.times(count, line(outcome));
}

/** Of these the reason may be why a job was lost. */
const JOBS_LOST: readonly string[] = ['lost', 'group.ended', 'group.failing'];

/** As the message of one job says it where its cause is known; otherwise in the cloud's words. */
function inWords(why: string, wording: Wording): string {
  const [, code = null, reason = why] = /^([A-Za-z][\w-]*\.\d+)(?:: (.*))?$/.exec(why) ?? [];
  const error = { code, reason, subJobs: [], subJobsOmitted: 0 };
  return causeWords(error, wording.lang) ? reasonWords({ error, job: { region: '' } }, wording) : why;
}

/** `otc-ecs: a quota is used up: cores (Ecs.0204)`. */
function whyOf({ origin, reason, outcome }: Failures, wording: Wording): string {
  const { texts } = wording;
  const lost = JOBS_LOST.includes(outcome) ? lostWords(reason, texts.job) : '';
  const words = lost || (outcome === 'lost' ? '' : clause(inWords(line(reason), wording)));
  return joined(line(origin), words, wording);
}

/** Of what is overdue in a group neither origin nor reason is known: then the rest stands alone. */
const joined = (head: string, rest: string, { texts }: Wording): string =>
  head && rest ? texts.because(head, rest) : head || rest;

/** `web-1, web-2 and 10 more`. */
function namesOf({ names, count }: Failures, { texts }: Wording): string {
  const more = count - names.length;
  return texts.job.some(
    names.map((name) => clause(line(name))),
    more,
  );
}

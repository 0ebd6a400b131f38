import { TROUBLES, type TroubleKind } from '../jobs/observation.ts';
import type { Event } from '../jobs/event.ts';
import type { OriginEventKind } from '../jobs/origin.ts';
import {
  clause,
  safeLink,
  commandOf,
  facts,
  reasonFacts,
  line,
  type Fact,
  type MessageContent,
} from './message-content.ts';
import type { Reader } from './reader.ts';
import { wordingFor, type Wording } from './wording.ts';

type OriginEvent = Extract<Event, { kind: OriginEventKind }>;

type Kind = Pick<MessageContent, 'tone' | 'statusWord' | 'title' | 'lead' | 'hint' | 'command'> & {
  facts: Fact[];
};
const KINDS: Record<OriginEventKind, (event: OriginEvent, wording: Wording) => Kind> = {
  'origin.unreachable': (event, wording) => inTrouble(event, wording, wording.texts.origin.unreachable),
  'origin.at_risk': (event, wording) => inTrouble(event, wording, wording.texts.origin.atRisk),
  'origin.recovered': ({ data, metadata }, { texts, moment, duration }) => {
    const { status, title, lead } = texts.origin.recovered;
    const lasted = Date.parse(metadata.time) - Date.parse(data.since);
    return {
      tone: 'good',
      statusWord: status,
      title: title(line(data.origin)),
      lead,
      facts: facts(
        [texts.labels.since, moment(data.since)],
        [texts.labels.lasted, lasted >= 0 ? duration(lasted) : null],
      ),
    };
  },
};

function inTrouble(
  { data }: OriginEvent,
  { texts, moment }: Wording,
  { status, title, lead }: Wording['texts']['origin']['unreachable' | 'atRisk'],
): Kind {
  return {
    tone: 'bad',
    statusWord: status,
    title: title(line(data.origin), data.outstanding),
    lead,
    ...whatToDo(data, texts),
    facts: facts(
      [texts.labels.since, moment(data.since)],
      [texts.labels.recordsGone, data.recordsUntil === undefined ? null : moment(data.recordsUntil)],
    ),
  };
}

/** Messages of trouble with an origin are alike, however bad it is. */
export function originMessage(event: OriginEvent, reader: Reader): MessageContent {
  const { data } = event;
  const wording = wordingFor(reader);
  const { texts } = wording;
  const { facts: own, ...words } = KINDS[event.kind](event, wording);
  const link = safeLink(data.consoleUrl);
  const isOver = event.kind === 'origin.recovered';
  const { words: trouble } = troubleOf(data.reason, texts);
  const detail = clause(line(data.detail));
  const reason = detail ? texts.labelled(trouble, detail) : trouble;
  return {
    lang: reader.lang,
    ...words,
    ...(!isOver && { reason }),
    about: texts.labelled(texts.labels.origin, line(data.origin)),
    place: line(`${data.cloud ?? ''} ${data.region ?? ''}`),
    facts: [
      ...(isOver ? facts([texts.labels.reasonWas, reason]) : reasonFacts(texts.labels.reason, reason)),
      ...own,
      ...facts([texts.labels.jobsWaiting, jobsOf(data, wording)], [texts.labels.where, placeOf(data, texts)]),
    ],
    failedSubJobs: [],
    subJobsOmitted: 0,
    ...(link !== null && { link }),
  };
}

/** `12: web-7, web-8 and 10 more` */
function jobsOf({ outstanding, jobs = [] }: OriginEvent['data'], { texts }: Wording): string {
  const names = jobs
    .map((job) => clause(line(job)))
    .filter(Boolean)
    .slice(0, outstanding);
  if (names.length === 0) return String(outstanding);
  return texts.labelled(String(outstanding), texts.job.some(names, outstanding - names.length));
}

function placeOf(data: OriginEvent['data'], { job }: Wording['texts']): string | null {
  const { cloud, region, service, projectId } = data;
  return cloud && region && service && projectId
    ? job.place(line(service), line(projectId), line(`${cloud} ${region}`))
    : null;
}

const whatToDo = (data: OriginEvent['data'], texts: Wording['texts']) => ({
  hint: troubleOf(data.reason, texts).hint(texts.origin.credentials[data.credentials ?? 'unknown']),
  ...commandOf('doctor'),
});

function troubleOf(reason: string, { trouble }: Wording['texts']) {
  const known = (TROUBLES as readonly string[]).includes(reason);
  return known
    ? trouble[reason as TroubleKind]
    : { ...trouble.unknown, words: line(reason) || trouble.unknown.words };
}

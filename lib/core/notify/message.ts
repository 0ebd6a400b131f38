import { isDrillEvent, markedAsDrill } from './drill.ts';
import { isGroupEvent, isJobEvent, isTargetEvent, PING, SUMMARY, type Event } from '../jobs/event.ts';
import { groupMessage } from './group-message.ts';
import { jobMessage } from './job-message.ts';
import { facts, line, type MessageContent } from './message-content.ts';
import { originMessage } from './origin-message.ts';
import { DEFAULT_READER, type Reader } from './reader.ts';
import { summaryMessage } from './summary-message.ts';
import { targetMessage } from './target-message.ts';
import { wordingFor } from './wording.ts';

type PingEvent = Extract<Event, { kind: typeof PING }>;

/** What there is to say of an event: what happened, why, what to do, how long it took, where to look. The same for all channels. */
export function describe(event: Event, reader: Reader = DEFAULT_READER): MessageContent {
  const content = contentOf(event, reader);
  return isDrillEvent(event) ? markedAsDrill(content) : content;
}

function contentOf(event: Event, reader: Reader): MessageContent {
  if (isJobEvent(event)) return jobMessage(event, reader);
  if (isGroupEvent(event)) return groupMessage(event, reader);
  if (isTargetEvent(event)) return targetMessage(event, reader);
  if (event.kind === PING) return pingMessage(event, reader);
  if (event.kind === SUMMARY) return summaryMessage(event, reader);
  return originMessage(event, reader);
}

function pingMessage({ data }: PingEvent, reader: Reader): MessageContent {
  const { lang, texts } = wordingFor(reader);
  const { status, title, lead } = texts.ping;
  return {
    lang,
    tone: 'info',
    statusWord: status,
    about: texts.target.about(line(data.subscription)),
    place: '',
    title: title(line(data.subscription)),
    lead,
    facts: facts([texts.labels.requestedBy, line(data.requestedBy)]),
    failedSubJobs: [],
    subJobsOmitted: 0,
  };
}

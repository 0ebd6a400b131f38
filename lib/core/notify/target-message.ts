import type { TargetEvent } from '../jobs/event.ts';
import {
  clause,
  commandOf,
  facts,
  reasonFacts,
  line,
  type Fact,
  type MessageContent,
} from './message-content.ts';
import type { Reader } from './reader.ts';
import { wordingFor, type Wording } from './wording.ts';

type Of<K extends TargetEvent['kind']> = Extract<TargetEvent, { kind: K }>;

/** What there is to say of a target and of what did not arrive there. */
export function targetMessage(event: TargetEvent, reader: Reader): MessageContent {
  const wording = wordingFor(reader);
  switch (event.kind) {
    case 'subscription.failing':
      return failingMessage(event, wording);
    case 'subscription.disabled':
      return (DISABLED.get(event.data.reason) ?? disabledMessage)(event, wording);
    case 'subscription.recovered':
      return recoveredMessage(event, wording);
    case 'delivery.failed':
      return givenUpMessage(event, wording);
  }
}

function because(reason: string, { texts: { undelivered } }: Wording): string {
  return Object.hasOwn(undelivered, reason)
    ? undelivered[reason as keyof typeof undelivered]
    : clause(line(reason));
}

const aboutTarget = ({ data }: TargetEvent, { lang, texts }: Wording) => ({
  lang,
  about: texts.target.about(line(data.subscription)),
  place: '',
  failedSubJobs: [],
  subJobsOmitted: 0,
});

/** It says by its form which channel it is of: an address, a URL, or `Slack (...)`. */
const targetFact = ({ data }: TargetEvent, { texts }: Wording): [string, string | null] => [
  texts.labels.target,
  line(data.target),
];
const givenUpFact = (
  { givenUp = 0 }: { givenUp?: number | undefined },
  { texts }: Wording,
): [string, string | null] => [texts.labels.givenUp, givenUp > 0 ? texts.target.messages(givenUp) : null];
const whyFact = (value: string, { texts }: Wording): Fact[] => reasonFacts(texts.labels.reason, value);

function failingMessage(event: Of<'subscription.failing'>, wording: Wording): MessageContent {
  const { data } = event;
  const { texts, moment } = wording;
  const { status, title, lead, hint } = texts.target.failing;
  const reason = because(data.reason, wording);
  return {
    ...aboutTarget(event, wording),
    tone: 'bad',
    statusWord: status,
    title: title(line(data.subscription), line(data.target)),
    reason,
    lead,
    hint,
    ...commandOf('subscriptions test', data.subscription),
    facts: [
      ...whyFact(reason, wording),
      ...facts(targetFact(event, wording), [texts.labels.since, moment(data.since)]),
    ],
  };
}

function disabledMessage(event: Of<'subscription.disabled'>, wording: Wording): MessageContent {
  const { data } = event;
  const { texts, moment } = wording;
  const { status, title, lead, hint } = texts.target.disabled;
  const first = because(data.reason, wording);
  const reason = data.cause === undefined ? first : texts.target.atLast(first, because(data.cause, wording));
  return {
    ...aboutTarget(event, wording),
    tone: 'bad',
    statusWord: status,
    title: title(line(data.subscription), line(data.target)),
    reason,
    lead,
    hint,
    ...commandOf('subscriptions resume', data.subscription),
    facts: [
      ...whyFact(reason, wording),
      ...facts(
        targetFact(event, wording),
        [texts.labels.since, moment(data.since)],
        givenUpFact(data, wording),
      ),
    ],
  };
}

function unsubscribedMessage(event: Of<'subscription.disabled'>, wording: Wording): MessageContent {
  const { data } = event;
  const { texts, moment } = wording;
  const { status, title, lead, hint } = texts.target.unsubscribed;
  return {
    ...aboutTarget(event, wording),
    about: line(data.target),
    tone: 'info',
    statusWord: status,
    title: title(line(data.target)),
    lead,
    hint,
    ...commandOf('subscriptions resume', data.subscription),
    facts: facts(
      [texts.labels.mailWasOf, texts.target.about(line(data.subscription))],
      [texts.labels.since, moment(data.since)],
    ),
  };
}

/** A mail that had been taken came back: that is not known at once, so nothing is sent to find out whether the address works. */
const bouncedMessage = (event: Of<'subscription.disabled'>, wording: Wording): MessageContent => ({
  ...disabledMessage(event, wording),
  ...wording.texts.target.bounced,
});

function complainedMessage(event: Of<'subscription.disabled'>, wording: Wording): MessageContent {
  const { status, title, lead } = wording.texts.target.complained;
  return {
    ...unsubscribedMessage(event, wording),
    statusWord: status,
    title: title(line(event.data.target)),
    lead,
  };
}

/** Where the reason says more than that a target is disabled. */
const DISABLED = new Map<string, typeof disabledMessage>([
  ['unsubscribed', unsubscribedMessage],
  ['bounced', bouncedMessage],
  ['complained', complainedMessage],
]);

function recoveredMessage(event: Of<'subscription.recovered'>, wording: Wording): MessageContent {
  const { data, metadata } = event;
  const { texts, moment, duration } = wording;
  const { status, title, lead } = texts.target.recovered;
  const lasted = Date.parse(metadata.time) - Date.parse(data.since);
  return {
    ...aboutTarget(event, wording),
    tone: 'good',
    statusWord: status,
    title: title(line(data.subscription), line(data.target)),
    lead,
    facts: facts(
      [texts.labels.reasonWas, because(data.reason, wording)],
      targetFact(event, wording),
      [texts.labels.since, moment(data.since)],
      [texts.labels.lasted, lasted >= 0 ? duration(lasted) : null],
      givenUpFact(data, wording),
    ),
  };
}

function givenUpMessage(event: Of<'delivery.failed'>, wording: Wording): MessageContent {
  const { data } = event;
  const { givenUp = 1, delivery } = data;
  const { texts, moment } = wording;
  const { status, title, lead, hint, event: eventOf } = texts.target.givenUp;
  const reason = because(data.reason, wording);
  return {
    ...aboutTarget(event, wording),
    tone: 'bad',
    statusWord: status,
    title: title(line(data.subscription), line(data.target), givenUp),
    reason,
    lead,
    hint,
    ...commandOf('redeliver', delivery.id),
    facts: [
      ...whyFact(reason, wording),
      ...facts(
        targetFact(event, wording),
        [texts.labels.since, moment(data.since)],
        [texts.labels.event, eventOf(line(delivery.kind), line(delivery.subject))],
        [texts.labels.eventId, line(delivery.event)],
        [texts.labels.deliveryId, line(delivery.id)],
      ),
    ],
  };
}

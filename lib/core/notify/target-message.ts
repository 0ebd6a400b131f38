import type { TargetEvent } from '../jobs/event.ts';
import { duration } from '../duration.ts';
import { facts, line, moment, type MessageContent } from './message-content.ts';
import { resumeCommand } from './subscription.ts';

type Of<K extends TargetEvent['kind']> = Extract<TargetEvent, { kind: K }>;

/** What there is to say of a target and of what did not arrive there. */
export function targetMessage(event: TargetEvent): MessageContent {
  switch (event.kind) {
    case 'subscription.failing':
      return failingMessage(event);
    case 'subscription.disabled':
      return (DISABLED[event.data.reason] ?? disabledMessage)(event);
    case 'subscription.recovered':
      return recoveredMessage(event);
    case 'delivery.failed':
      return givenUpMessage(event);
  }
}

const BECAUSE = new Map([
  ['gone', 'the target is gone'],
  ['bounced', 'a mail came back'],
  ['auth_error', 'the target refuses access'],
  ['failing', 'nothing arrived there for days'],
  ['timeout', 'the target does not answer in time'],
  ['uncertain', 'the target does not answer in time'],
  ['unreachable', 'the target cannot be reached'],
  ['rate_limited', 'the target says that it gets too much'],
  ['server_error', 'the target answers with an error of its own'],
  ['client_error', 'the target refuses the message'],
  ['rejected', 'the target refuses the message'],
  ['redirected', 'the target leads elsewhere; redirects are not followed'],
  ['blocked_address', 'the address of the target is not allowed'],
  ['too_old', 'the message waited for a week'],
  ['expired', 'the message was held until it was too old'],
]);
const because = (reason: string): string => BECAUSE.get(reason) ?? line(reason);

const aboutTarget = ({ data }: TargetEvent) => ({
  about: line(`subscription ${data.subscription}`),
  place: '',
  failedSubJobs: [],
  subJobsOmitted: 0,
});

const messages = (count: number): string => (count === 1 ? '1 message' : `${count} messages`);
const givenUpFact = ({ givenUp = 0 }: { givenUp?: number | undefined }): [string, string | null] => [
  'Given up',
  givenUp > 0 ? messages(givenUp) : null,
];

function failingMessage(event: Of<'subscription.failing'>): MessageContent {
  const { data } = event;
  return {
    ...aboutTarget(event),
    tone: 'bad',
    statusWord: 'failing',
    title: `Nothing arrives at the target of subscription ${line(data.subscription)}`,
    lead: 'Every attempt fails. Jobchime tries each message again until its attempts are used up, and then gives it up.',
    facts: facts(
      ['Reason', because(data.reason)],
      ['Target', line(data.target)],
      ['Since', moment(data.since)],
    ),
    hint: 'Check the target, and whether this machine reaches it. If the failures go on, Jobchime disables the target and holds its messages.',
  };
}

function disabledMessage(event: Of<'subscription.disabled'>): MessageContent {
  const { data } = event;
  const cause = data.cause === undefined ? '' : `, at last: ${because(data.cause)}`;
  return {
    ...aboutTarget(event),
    tone: 'bad',
    statusWord: 'disabled',
    title: `Subscription ${line(data.subscription)} is disabled`,
    lead: 'Jobchime sends nothing more to its target and holds its messages. Once an hour it sends the oldest one to test the target.',
    facts: facts(
      ['Reason', `${because(data.reason)}${cause}`],
      // It says by its form which channel it is of: an address, a URL, or `Slack (...)`.
      ['Target', line(data.target)],
      ['Since', moment(data.since)],
      givenUpFact(data),
    ),
    hint: `Repair the target or give the subscription another one. Jobchime then sends the held messages within an hour, or at once with: ${resumeCommand(line(data.subscription))}`,
  };
}

function unsubscribedMessage({ data }: Of<'subscription.disabled'>): MessageContent {
  return {
    tone: 'info',
    statusWord: 'unsubscribed',
    about: line(data.target),
    place: '',
    title: `${line(data.target)} unsubscribed`,
    lead: 'Somebody followed the unsubscribe link in a mail. Jobchime sends nothing more to this address, for any subscription, and holds nothing for it.',
    facts: facts(['Mail was of', line(`subscription ${data.subscription}`)], ['Since', moment(data.since)]),
    failedSubJobs: [],
    subJobsOmitted: 0,
    hint: `Take the address out of your subscriptions. If its owner asks for mails again: ${resumeCommand(line(data.subscription))}`,
  };
}

/** A mail that had been taken came back: that is not known at once, so nothing is sent to find out whether the address works. */
const bouncedMessage = (event: Of<'subscription.disabled'>): MessageContent => ({
  ...disabledMessage(event),
  lead: 'A mail to this address came back: it takes no mail. Jobchime sends nothing more to it and holds its messages.',
  hint: `Correct the address or give the subscription another one. If it works again, take it off the suppression list of whoever relays the mails. Then: ${resumeCommand(line(event.data.subscription))}`,
});

const complainedMessage = (event: Of<'subscription.disabled'>): MessageContent => ({
  ...unsubscribedMessage(event),
  statusWord: 'spam report',
  title: `${line(event.data.target)} reported a mail as spam`,
  lead: 'Jobchime takes that for unsubscribing. It sends nothing more to this address, for any subscription, and holds nothing for it.',
});

/** Where the reason says more than that a target is disabled. */
const DISABLED: Partial<Record<string, (event: Of<'subscription.disabled'>) => MessageContent>> = {
  unsubscribed: unsubscribedMessage,
  bounced: bouncedMessage,
  complained: complainedMessage,
};

function recoveredMessage(event: Of<'subscription.recovered'>): MessageContent {
  const { data, metadata } = event;
  const lasted = Date.parse(metadata.time) - Date.parse(data.since);
  return {
    ...aboutTarget(event),
    tone: 'good',
    statusWord: 'recovered',
    title: `The target of subscription ${line(data.subscription)} takes messages again`,
    facts: facts(
      ['Reason was', because(data.reason)],
      ['Target', line(data.target)],
      ['Since', moment(data.since)],
      ['Lasted', lasted >= 0 ? duration(lasted) : null],
      givenUpFact(data),
    ),
  };
}

function givenUpMessage(event: Of<'delivery.failed'>): MessageContent {
  const { data } = event;
  const { givenUp = 1, delivery } = data;
  return {
    ...aboutTarget(event),
    tone: 'bad',
    statusWord: 'not delivered',
    title:
      givenUp === 1
        ? `A message of subscription ${line(data.subscription)} did not arrive and is given up`
        : `${messages(givenUp)} of subscription ${line(data.subscription)} did not arrive and are given up`,
    lead: 'Jobchime keeps the event, and sends it there again only when somebody asks.',
    facts: facts(
      ['Reason', because(data.reason)],
      ['Target', line(data.target)],
      ['Event', `${line(delivery.kind)} of ${line(delivery.subject)}`],
      ['Event id', line(delivery.event)],
      ['Delivery id', line(delivery.id)],
    ),
    hint: `Check the target. Then send the message once more: jobchime redeliver ${line(delivery.id)}`,
  };
}

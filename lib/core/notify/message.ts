import { isJobEvent, PING, SUBSCRIPTION_DISABLED, type Event } from '../jobs/event.ts';
import type { OriginEventKind } from '../jobs/origin.ts';
import { duration } from '../duration.ts';
import { jobMessage } from './job-message.ts';
import { facts, line, moment, type MessageContent } from './message-content.ts';
import { resumeCommand } from './subscription.ts';

type OriginEvent = Extract<Event, { kind: OriginEventKind }>;
type PingEvent = Extract<Event, { kind: typeof PING }>;
type DisabledEvent = Extract<Event, { kind: typeof SUBSCRIPTION_DISABLED }>;

/** What there is to say of an event: what happened, how, why, how long it took, where to look. The same for all channels. */
export function describe(event: Event): MessageContent {
  if (isJobEvent(event)) return jobMessage(event);
  if (event.kind === SUBSCRIPTION_DISABLED) return disabledMessage(event);
  if (event.kind === PING) return pingMessage(event);
  return ORIGIN_MESSAGES[event.kind](event);
}

/** What each kind of trouble means for whoever has to repair it. */
const TROUBLE = new Map<string, { words: string; hint: string }>([
  ['denied', { words: 'access denied', hint: 'Check its credentials and its project.' }],
  ['misrouted', { words: 'no such address', hint: 'Check its endpoint, region and dialect.' }],
  [
    'unavailable',
    {
      words: 'no usable answer',
      hint: 'The cloud is in trouble, or the network on the way to it: check whether others reach it.',
    },
  ],
  [
    'throttled',
    {
      words: 'asked too fast',
      hint: 'Lower its `rate`, ask the cloud for a higher quota, or use an account that fewer share.',
    },
  ],
  ['malformed', { words: 'answers not understood', hint: 'Check that its dialect fits the service.' }],
]);

const UNKNOWN_TROUBLE = { words: 'trouble', hint: 'Check its configuration.' };

const ORIGIN_MESSAGES: Record<OriginEventKind, (event: OriginEvent) => MessageContent> = {
  'origin.unreachable': unreachableMessage,
  'origin.recovered': recoveredMessage,
  'origin.at_risk': atRiskMessage,
};

/** What is bad about an origin is told alike, however bad it is. */
const troubleOf = (data: OriginEvent['data']) => ({
  tone: 'bad' as const,
  about: line(data.origin),
  place: '',
  facts: facts(
    ['Reason', [line(data.reason), line(data.detail)].filter(Boolean).join(': ')],
    ['Since', moment(data.since)],
    ['Jobs waiting', String(data.outstanding)],
  ),
  failedSubJobs: [],
  subJobsOmitted: 0,
});

function unreachableMessage({ data }: OriginEvent): MessageContent {
  const trouble = TROUBLE.get(data.reason) ?? { ...UNKNOWN_TROUBLE, words: line(data.reason) };
  return {
    ...troubleOf(data),
    statusWord: 'unreachable',
    title: `Origin ${line(data.origin)} cannot be asked: ${trouble.words}`,
    lead: 'Its jobs go on and keep waiting here. The clouds delete the record of an ended job after about a day: ends that are not seen until then are lost.',
    hint: trouble.hint,
  };
}

function atRiskMessage({ data }: OriginEvent): MessageContent {
  return {
    ...troubleOf(data),
    statusWord: 'at risk',
    title: `Jobs of ${line(data.origin)} have not been seen for too long`,
    lead: 'The clouds delete the record of an ended job after about a day. Whatever ends now may never be known.',
    hint: (TROUBLE.get(data.reason) ?? UNKNOWN_TROUBLE).hint,
  };
}

function recoveredMessage({ data, metadata }: OriginEvent): MessageContent {
  const lasted = Date.parse(metadata.time) - Date.parse(data.since);
  return {
    tone: 'good',
    statusWord: 'recovered',
    about: line(data.origin),
    place: '',
    title: `Origin ${line(data.origin)} answers again`,
    facts: facts(
      ['Reason was', [line(data.reason), line(data.detail)].filter(Boolean).join(': ')],
      ['Since', moment(data.since)],
      ['Lasted', lasted >= 0 ? duration(lasted) : null],
      ['Jobs waiting', String(data.outstanding)],
    ),
    failedSubJobs: [],
    subJobsOmitted: 0,
  };
}

const DISABLED_BECAUSE = new Map([
  ['gone', 'the target says that it is gone'],
  ['auth_error', 'the target does not let us in'],
]);

function disabledMessage(event: DisabledEvent): MessageContent {
  const { data } = event;
  if (data.reason === 'unsubscribed') return unsubscribedMessage(event);
  return {
    tone: 'bad',
    statusWord: 'disabled',
    about: line(`subscription ${data.subscription}`),
    place: '',
    title: `Subscription ${line(data.subscription)} is disabled`,
    lead: 'Nothing more is sent to its target. What comes in the meantime is kept, and the oldest of it is sent once an hour to find out whether it works again.',
    facts: facts(
      ['Reason', DISABLED_BECAUSE.get(data.reason) ?? line(data.reason)],
      // It says by its form which channel it is of: an address, a URL, or `Slack (...)`.
      ['Target', line(data.target)],
      ['Since', moment(data.since)],
    ),
    failedSubJobs: [],
    subJobsOmitted: 0,
    hint: `Repair the target or give the subscription another one. What was kept is then sent within an hour, or at once by: ${resumeCommand(line(data.subscription))}`,
  };
}

function unsubscribedMessage({ data }: DisabledEvent): MessageContent {
  return {
    tone: 'info',
    statusWord: 'unsubscribed',
    about: line(data.target),
    place: '',
    title: `${line(data.target)} wants no more mails`,
    lead: 'Whoever reads there followed the link in a mail. Nothing more is sent to this address, whichever subscription names it, and nothing is kept for it.',
    facts: facts(['Mail was of', line(`subscription ${data.subscription}`)], ['Since', moment(data.since)]),
    failedSubJobs: [],
    subJobsOmitted: 0,
    hint: `Take the address out of your subscriptions. If its owner wants mails again: ${resumeCommand(line(data.subscription))}`,
  };
}

const pingMessage = ({ data }: PingEvent): MessageContent => ({
  tone: 'info',
  statusWord: 'test',
  about: line(`subscription ${data.subscription}`),
  place: '',
  title: `Test of subscription ${line(data.subscription)}`,
  lead: 'Somebody wanted to know whether messages arrive here. They do.',
  facts: facts(['Requested by', line(data.requestedBy)]),
  failedSubJobs: [],
  subJobsOmitted: 0,
});

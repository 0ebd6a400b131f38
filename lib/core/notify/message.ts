import { isJobEvent, isTargetEvent, PING, type Event } from '../jobs/event.ts';
import type { OriginEventKind } from '../jobs/origin.ts';
import { duration } from '../duration.ts';
import { jobMessage } from './job-message.ts';
import { facts, line, moment, type MessageContent } from './message-content.ts';
import { targetMessage } from './target-message.ts';

type OriginEvent = Extract<Event, { kind: OriginEventKind }>;
type PingEvent = Extract<Event, { kind: typeof PING }>;

/** What there is to say of an event: what happened, how, why, how long it took, where to look. The same for all channels. */
export function describe(event: Event): MessageContent {
  if (isJobEvent(event)) return jobMessage(event);
  if (isTargetEvent(event)) return targetMessage(event);
  if (event.kind === PING) return pingMessage(event);
  return ORIGIN_MESSAGES[event.kind](event);
}

/** What each kind of trouble means for the person who has to repair it. */
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
      words: 'too many requests',
      hint: 'Lower its `rate`, request a higher quota from the cloud, or use an account that fewer share.',
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

/** Messages of trouble with an origin are alike, however bad it is. */
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
    title: `Origin ${line(data.origin)} cannot be checked: ${trouble.words}`,
    lead: 'Its jobs continue in the cloud and wait here. The clouds delete the record of an ended job after about a day: Jobchime never sees an end that is older.',
    hint: trouble.hint,
  };
}

function atRiskMessage({ data }: OriginEvent): MessageContent {
  return {
    ...troubleOf(data),
    statusWord: 'at risk',
    title: `Jobs of ${line(data.origin)} have not been checked for too long`,
    lead: 'The clouds delete the record of an ended job after about a day. Jobchime may never see an end that happens now.',
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

const pingMessage = ({ data }: PingEvent): MessageContent => ({
  tone: 'info',
  statusWord: 'test',
  about: line(`subscription ${data.subscription}`),
  place: '',
  title: `Test of subscription ${line(data.subscription)}`,
  lead: 'This is a test. Messages of this subscription arrive here.',
  facts: facts(['Requested by', line(data.requestedBy)]),
  failedSubJobs: [],
  subJobsOmitted: 0,
});

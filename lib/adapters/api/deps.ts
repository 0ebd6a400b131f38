import type { AskedGroup } from '../../app/sweep/close-group.ts';
import type { CountedGroup } from '../../app/sweep/count-group.ts';
import type { Mute } from '../../core/notify/mute.ts';
import type { AskedRecovery, Survey } from '../../app/deliver/recover.ts';
import type { Redelivered } from '../../app/deliver/redeliver.ts';
import type { OutOfOrder } from '../../app/inspect/out-of-order.ts';
import type { RecordCounts, Stats } from '../../app/inspect/stats.ts';
import type { Difference } from '../../core/jobs/differences.ts';
import type { SmnMessage } from '../../core/intake/smn-message.ts';
import type { Event } from '../../core/jobs/event.ts';
import type { JobFilter } from '../../core/jobs/filter.ts';
import type { Group } from '../../core/jobs/group.ts';
import type { Job } from '../../core/jobs/job.ts';
import type { WhyNextWords } from '../../core/jobs/why-next.ts';
import type { Delivery, Receipt } from '../../core/notify/delivery.ts';
import type { Endpoint } from '../../core/notify/endpoint.ts';
import type { Routing } from '../../core/notify/routing.ts';
import type { Lang } from '../../core/notify/reader.ts';
import type { Recovery } from '../../core/notify/recovery.ts';
import type { ChannelName, Subscription } from '../../core/notify/subscription.ts';
import type { Explanation } from '../../core/notify/explanation.ts';
import type { Sealer } from '../platform/seal.ts';
import type { StoreTrouble } from '../platform/store-trouble.ts';
import type { AskReceiver, Clock, Store, Subscriptions, Telemetry } from '../../ports.ts';

/** Everything the API is put together from. What the service does is passed in: this is only a way to call it. */
export interface ApiDeps {
  store: Pick<
    Store,
    | 'origins'
    | 'jobs'
    | 'deliveries'
    | 'endpoints'
    | 'tokens'
    | 'subscriptions'
    | 'idempotency'
    | 'recoveries'
    | 'groups'
    | 'members'
    | 'mutes'
  >;
  /** Those in force. `changed`: what is stored was changed here. */
  subscriptions: Subscriptions & { changed(): void };
  useCases: UseCases;
  /** Those of the configuration, each with the project that its credentials see. */
  origins: readonly ConfiguredOrigin[];
  /** Where jobs are found by the records of calls. */
  trails: readonly ConfiguredTrail[];
  subscribing: Subscribing;
  intake: IntakeDoors;
  clock: Clock;
  random: (bytes: number) => Buffer;
  telemetry: Telemetry;
  /** How the service is that stands behind it; left out where the API is by itself. */
  pulse?: () => Pulse;
  /** Our own, for the OpenAPI document. */
  version: string;
  /** How many requests a token may make; what is left out is as usual. */
  limits?: { burst?: number | undefined; perSecond?: number | undefined };
  /** The caller runs the service: a job may name a mail address that has not confirmed. */
  owner?: true;
}

/** What stands behind POST /v1/intake. */
export interface IntakeDoors {
  /** Which of these origins a call went to; `jobId`: it asked for this job. Null: none of them. */
  whoseCall(url: string, origins: readonly ConfiguredOrigin[]): { origin: string; jobId?: string } | null;
  smn: Smn;
}

/** Whether messages of Simple Message Notification are what they say. */
export interface Smn {
  /** Null: it is believed. `passing`: another try, later, may succeed. */
  doubt(message: SmnMessage, now: number): Promise<{ why: string; passing?: true } | null>;
  /** Null: the subscription is confirmed. */
  confirm(message: SmnMessage): Promise<string | null>;
}

export interface Pulse {
  /** How long ago the table was last queried for what is due, in milliseconds. */
  sweepAgeMs: number;
  /** What was wrong with the last write; null: it is on disk. */
  lastWrite: StoreTrouble | null;
}

export interface ConfiguredOrigin {
  name: string;
  projectId: string;
  dialect?: string;
  cloud?: string;
  region?: string;
  /** Where its service answers. */
  endpoint?: string;
  /** Checks begun in a second, at most. */
  rate?: number;
  /** The account that it was made for. */
  account?: string;
}

/** The records of an account. */
export interface ConfiguredTrail {
  /** Of its row among those of origins. */
  name: string;
  projectId: string;
  account: string;
}

export interface UseCases {
  /** `projects`: those that the submitter is limited to; their groups are theirs alone. Null: all. */
  track(raws: readonly unknown[], projects: readonly string[] | null): Promise<Tracked[]>;
  groupNow(asked: AskedGroup): Promise<CountedGroup | null>;
  countedGroup(group: Group): Promise<CountedGroup>;
  closeGroup(asked: AskedGroup, by: string): Promise<Group | 'gave_up' | null>;
  /** Makes the outstanding jobs of these origins due now; answers how many. */
  checkNow(origins: readonly string[]): Promise<number>;
  /** Makes the records of these accounts due now. */
  discoverNow(trails: readonly string[]): Promise<void>;
  untrack(key: string): Promise<'removed' | 'not_tracked' | 'outbox_not_empty' | 'gave_up'>;
  explain(key: string): Promise<Explanation | null>;
  /** Why a job is checked again, in these words; null for one that is not. */
  whyNext(key: string, words: WhyNextWords): Promise<string | null>;
  /** The event with this id; null where it is not kept. */
  eventNamed(id: string): Promise<Event | null>;
  /** The newest event of a job; null where there is none. */
  newestOf(key: string): Promise<Event | null>;
  /** Where an event goes at a time, and why not elsewhere. Nothing is sent. */
  routing(event: Event, at: number): Promise<Routing>;
  /** Of one job, in order; null where it is not tracked. */
  eventsOf(key: string): Promise<Event[] | null>;
  /** The newest first, of jobs of these projects alone unless that is null. */
  newestEvents(asked: { limit: number; projects: string[] | null; filter?: JobFilter }): Promise<Event[]>;
  /**
   * In the order of the feed, behind the event `after`; null: from the oldest that is kept. Where there is nothing yet, it is
   * waited for. Answers null where `after` is no event that is kept, or none that the token may see.
   */
  feed(asked: {
    limit: number;
    projects: string[] | null;
    filter?: JobFilter;
    after: string | null;
    waitMs: number;
    signal?: AbortSignal | undefined;
  }): Promise<Event[] | null>;
  /** Sends one delivery once more; `by` is who asks. */
  redeliver(key: string, by: string): Promise<Redelivered>;
  /** What a recovery would do; as far as there is time to look. */
  survey(asked: AskedRecovery): Promise<Survey>;
  startRecovery(id: string, asked: AskedRecovery): Promise<Recovery | 'full'>;
  unmute(id: string, by: string): Promise<Mute | 'gave_up' | null>;
  stopRecovery(id: string, by: string): Promise<Recovery | 'over' | 'gave_up' | null>;
  /** Sends a made-up event on the way of every event. `refused`: the bus did not take it. */
  drill(event: Event, by: string): Promise<'published' | 'refused'>;
  ping(subscription: Subscription, requestedBy: string): Promise<Delivery[]>;
  /** Takes the endpoints of a subscription for repaired; those that unsubscribed only where they are meant too. */
  enable(subscription: Meant, options: { alsoUnsubscribed: boolean }): Promise<'done' | 'gave_up'>;
  /** Ends all mail to an address. */
  unsubscribe(unsubscribeRequest: { subscription: string; address: string }): Promise<'done' | 'gave_up'>;
  heldFor(subscription: string): Promise<number>;
  /** What is known of a target; null: nothing. */
  endpointRow(channel: ChannelName, target: Meant['targets'][number]): Promise<Endpoint | null>;
  /** How long jobs of these origins take. */
  stats(origins: readonly string[]): Promise<Stats[]>;
  /** What was recorded of services within a day, of these accounts. */
  recordCounts(trails: readonly string[]): Promise<RecordCounts[]>;
  /** To what nothing is sent now. */
  outOfOrder(): Promise<OutOfOrder[]>;
}

/** A subscription, as far as it says where to. */
export interface Meant {
  channel: ChannelName;
  targets: readonly { endpoint: string; shown: string }[];
}

export type Tracked =
  | { outcome: 'tracked'; job: Job }
  | { outcome: 'already_tracked'; job: Job; added: string[]; differs: Difference[] }
  | { outcome: 'refused'; problems: { field: string; problem: string }[] };

/** What subscriptions that are made here need. */
export interface Subscribing {
  /** Hosts on private addresses that may be sent to; lower case. */
  allowPrivate: readonly string[];
  /** Null: no key is configured, so no secret can be kept. */
  sealer: Sealer | null;
  /** Null: no mail server or no public address is configured. */
  confirmation: Confirmation | null;
  /** Asks a webhook before it gets anything. */
  ask: AskReceiver;
  /** Why nothing can be sent over a channel here; null: it can. Left out: it can over each. */
  undeployed?(channel: ChannelName): { problem: string; fix: string } | null;
  /** Why a text is no template; null: it is one. */
  templateProblem(template: string): Promise<string | null>;
}
export interface Confirmation {
  publicUrl: string;
  /** Sends the owner of an address the link to confirm. Returns the outcome; does not throw. */
  send(to: string, link: string, lang?: Lang): Promise<Receipt>;
}

/** How many requests a token may make: a bucket of `burst` requests that refills. */
export interface Rate {
  burst: number;
  perSecond: number;
}

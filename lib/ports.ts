import type { Span } from './core/spans.ts';
import type { IdempotencyRecord } from './core/access/idempotency-record.ts';
import type { Token } from './core/access/token.ts';
import type { Discovery } from './core/discover/discovery.ts';
import type { TracePage } from './core/discover/trail.ts';
import type { Event } from './core/jobs/event.ts';
import type { EventRow } from './core/jobs/event-row.ts';
import type { Group } from './core/jobs/group.ts';
import type { Job, OriginInfo } from './core/jobs/job.ts';
import type { Durations } from './core/jobs/learnt.ts';
import type { Member } from './core/jobs/member.ts';
import type { Observation, Trouble } from './core/jobs/observation.ts';
import type { CredentialsKind, Origin } from './core/jobs/origin.ts';
import type { Row } from './core/row.ts';
import type { ChannelName } from './core/notify/channel.ts';
import type { Delivery, Receipt } from './core/notify/delivery.ts';
import type { Endpoint } from './core/notify/endpoint.ts';
import type { ActiveMute, Mute } from './core/notify/mute.ts';
import type { Unseal } from './core/notify/notify.ts';
import type { Place } from './core/notify/place.ts';
import type { Spot } from './core/notify/spot.ts';
import type { Recovery } from './core/notify/recovery.ts';
import type { StoredSubscription } from './core/notify/stored-subscription.ts';
import type { Subscription, Target } from './core/notify/subscription.ts';

/**
 * Rows of one kind. Every write is conditional and single, so that any store that can compare and set one item can stand
 * here. Answers are closed; losing a race is one of them, not an error. What throws is the store itself being in trouble.
 */
export interface Table<R extends Row> {
  /** Stores each row (with version 1) unless its key is there; answers in order with what is stored now. */
  create(rows: readonly R[]): Promise<Created<R>[]>;
  /** Strongly consistent. */
  get(key: string): Promise<R | null>;
  /**
   * Replaces the row if the stored one is of the same generation (`createdAt`) and still has `row.version`; its version is
   * then one higher. `before`: the row as it was read, where it is over soon. An index may then keep the place that it had, and its
   * turn, which spares moving it there and away; the row is due when it says, and not before.
   */
  save(row: R, before?: R): Promise<Saved<R>>;
  /** Removes the row if the stored version is still `row.version`. */
  remove(row: R): Promise<'removed' | 'raced'>;
  /**
   * Rows of `queue` whose time has come, the longest due first, at most `limit`; with `since` only those that were not due
   * yet before that time. `behind`: the key of a row that was due at that time, on a page that was read before; what came before it then may
   * be left out. Hints: a write or `get` decides.
   */
  due(queue: string, now: number, limit: number, since?: number, behind?: string): Promise<R[]>;
  /**
   * Names of queues that begin with `prefix` and have rows due, at most `limit`. Hints: a row that kept its place may be all there is.
   */
  queues(prefix: string, now: number, limit: number): Promise<string[]>;
  /**
   * How many rows wait in `queue`, due or not, and the earliest time among them. It costs no more where millions wait: SQLite
   * keeps the count, DynamoDB counts up to some 50,000 and then answers that. `most`: the caller need not know of more. Of a row that
   * kept its place, that is the time.
   */
  depth(queue: string, most?: number): Promise<{ count: number; earliest: number | null }>;
  /**
   * Pages through rows, newest first. With `only`, through those that it chooses: a page is full of them, and its `next`
   * depends on no other row. With `since`, none that was created before that.
   */
  list(query: ListQuery & { only?(row: R): boolean; since?: number }): Promise<Page<R>>;
}

export type Created<R> = { outcome: 'created' | 'existed'; row: R };
export type Saved<R> = { outcome: 'saved'; row: R } | { outcome: 'raced' };

export interface ListQuery {
  /** Only keys that begin with this. */
  prefix?: string;
  state?: string;
  /** Only rows created before this; epoch milliseconds. */
  before?: number;
  limit: number;
  /** A former page's `next`. */
  after?: string;
}
export interface Page<R> {
  rows: R[];
  next: string | null;
}

/** Of few rows, all of which routing keeps in memory. */
export interface WatchedTable<R extends Row> extends Table<R> {
  /** Every row, in no order. Strongly consistent. */
  all(): Promise<R[]>;
}

export type JobStore = Table<Job>;
export type OriginStore = Table<Origin>;
export type DeliveryStore = Table<Delivery>;
export type EndpointStore = Table<Endpoint>;
export interface EventStore extends Table<EventRow> {
  /**
   * Events in the order in which they were stored, those behind the event `after` (its id), at most `limit`; all that are
   * kept where `after` is null or not kept any more. Every event comes once in SQLite; in DynamoDB once or, where storing it
   * took more than ten seconds, perhaps not at all. With `since` the feed begins, where it has no event to go on behind, at the
   * first event that was stored then or later.
   */
  feed(after: string | null, limit: number, since?: number): Promise<EventRow[]>;
  /** So long after an event's `createdAt` it stands in the feed; milliseconds. */
  settlesMs: number;
}
export interface Tables {
  jobs: JobStore;
  origins: OriginStore;
  durations: Table<Durations>;
  events: EventStore;
  deliveries: DeliveryStore;
  endpoints: EndpointStore;
  tokens: Table<Token>;
  subscriptions: WatchedTable<StoredSubscription>;
  idempotency: Table<IdempotencyRecord>;
  recoveries: Table<Recovery>;
  groups: Table<Group>;
  members: Table<Member>;
  mutes: WatchedTable<Mute>;
  places: Table<Place>;
}
export interface Store extends Tables {
  /**
   * Another number after every change of a row of `subscriptions` or `mutes`: the write that changes the row moves it. Strongly
   * consistent, and cheap. Rows that are read after it are of that revision, or newer.
   */
  routingRevision(): Promise<number>;
  /**
   * Saves `row` and creates what follows from it (rows that are there stay), all in one transaction; where the save is raced,
   * nothing. A store that writes each row alone has no such verb: there the row carries its outbox until the rest is out.
   */
  together?<R extends Row>(change: Change<R>): Promise<Saved<R>>;
}
export interface Change<R extends Row> {
  table: 'jobs' | 'origins' | 'endpoints' | 'groups';
  row: R;
  events: readonly EventRow[];
  deliveries: readonly Delivery[];
  /** Hears how the deliveries are stored, once all of it is. */
  stored?(deliveries: readonly Created<Delivery>[]): void;
}

/** The clouds as far as we call them. Never throws for what a cloud or the network does: that is an observation. */
export interface Clouds {
  /** Null when no such origin is configured. */
  describe(origin: string): CloudOrigin | null;
  /**
   * One check of one job. An origin that is not configured (any more) is `misrouted`. `signal` ends it: what is observed then
   * says nothing of the cloud, unless that has answered.
   */
  check(job: Pick<Job, 'origin' | 'projectId' | 'jobId'>, signal?: AbortSignal): Promise<Observation>;
  /**
   * One request about many jobs of an origin, where its service has a list: what that says, by the keys of the jobs. Who is not
   * in it is checked singly; no job is lost by not being in it. Null: the list cannot be had just now.
   */
  checkAll?(
    origin: string,
    jobs: readonly Pick<Job, 'key' | 'projectId' | 'jobId'>[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Observation> | null>;
  /** What jobs are found by. Left out: nothing. */
  trails?: readonly CloudTrail[];
}
/** The records of the calls that were made in one project. */
export interface CloudTrail {
  discovery: Discovery;
  /** As an origin of its own: it has outages and a pace, and no jobs. */
  about: CloudOrigin;
  /** One page, the newest traces first. `from`, `to`: epoch milliseconds; `marker` of the page, null: the first. */
  page(
    query: { from: number; to: number; marker: string | null },
    signal?: AbortSignal,
  ): Promise<TracePage | Trouble>;
}
export interface CloudOrigin {
  /** What rows and events say of it. */
  info: OriginInfo;
  /** The project of the credentials; a job of another one cannot be checked. */
  projectId: string;
  /** What it signs in with. */
  credentials: CredentialsKind;
  /** Origins of one account share its quota; opaque. */
  account: string;
  /** Checks under way at once. */
  concurrency: number;
  /** Checks begun in a second, at most; less once the cloud refuses. */
  rate: number;
  /** Its service lists its jobs: this many due at once are checked by one request. Left out: it has no list. */
  listFrom?: number;
}

/** Takes events over. `accepted`: the bus owns the event, whatever happens to us now. One answer for each, in order. */
export interface Bus {
  publish(events: readonly Event[]): Promise<Ack[]>;
  /** Of a bus that owns an event as soon as its deliveries are stored: these can be stored with what the event follows from. */
  owning?: {
    /** `from`: the row that the events are built from, as it will be stored. */
    deliveries(events: readonly Event[], from: Row): Promise<Delivery[]>;
    /** They are stored. */
    ring(deliveries: readonly Delivery[]): Promise<void>;
    atOnce?: AtOnce;
  };
}
/** Of a process that sends itself what it stores: a delivery that need not wait for others is stored as claimed by it. */
export interface AtOnce {
  /** The same rows, claimed as far as they may go out as soon as they are stored. */
  claim(deliveries: readonly Delivery[], events: readonly Event[]): Promise<Delivery[]>;
  /** As they are stored: what was claimed is sent, unless it was there already. */
  begin(stored: readonly Created<Delivery>[]): void;
  /** Stored or not: nothing more of it begins. */
  end(deliveries: readonly Delivery[]): void;
}
/** `uncertain`: nobody knows whether the bus has it. What is not accepted is published again, under the same id. */
export type Ack = { outcome: 'accepted' } | { outcome: 'refused' | 'uncertain'; detail: string };

/** Who wants to know. */
export interface Subscriptions {
  all(): Promise<readonly Subscription[]>;
  /** What is muted now. Without it nothing is. */
  mutes?(): Promise<readonly ActiveMute[]>;
  /** Opens the URLs that jobs name. Without it there are none. */
  unseal?: Unseal;
}

/** Sends one message once. */
export interface Channel {
  send(message: Message): Promise<Receipt>;
}
export interface Message {
  deliveryId: string;
  event: Event;
  /** Id of the one that wanted it. */
  subscription: string;
  target: Target;
  /** Epoch milliseconds of this attempt. */
  at: number;
  /** Ends what is under way: the receipt says how far it came. */
  signal?: AbortSignal;
  /** Where a page of our own shows what it is about. */
  page?: string;
  /** Of a message that is kept up to date, where its target can do that; left out: it is posted, and stays as it is. */
  living?: Living;
}
/** `post`: the receipt says where it stands. `reply`: below it. `update`: in its place. */
export type Living = { how: 'post' } | { how: 'reply' | 'update'; spot: Spot };
export type Channels = Record<ChannelName, Channel>;

/** What is said later of a mail that was taken: it came back for good, was not taken for now, or its recipient calls it spam. */
export interface MailFeedback {
  /** Key of the delivery. */
  delivery: string;
  what: 'bounced' | 'delayed' | 'complained';
  detail: string;
}

/** Asks the receiver behind a target whether it wants messages. Null: it does; else what is wrong, without a secret. */
export type AskReceiver = (question: Challenge) => Promise<string | null>;
export interface Challenge {
  id: string;
  /** Random: only who has read this message can know it. */
  challenge: string;
  subscription: string;
  target: Target;
  /** Epoch milliseconds. */
  at: number;
}

/**
 * Wakes a delivery worker. Only a hint: after a lost ring the due index wakes the worker later, a second ring finds nothing to claim.
 */
export interface Doorbell {
  ring(deliveries: readonly Delivery[]): Promise<void>;
}

/** Epoch milliseconds. */
export type Clock = () => number;

/** One wide line for each outcome. The adapter redacts; the core only says what happened. */
export interface Telemetry {
  line(level: 'debug' | 'info' | 'warn' | 'error', event: string, fields: LogFields): void;
  /** Takes spans of a trace; left out: nobody wants them, and none is made. */
  spans?(make: () => readonly Span[]): void;
}

/** Three names are the line's own, and a field of theirs would be lost. */
type LogFields = Readonly<Record<string, unknown>> & { time?: never; level?: never; event?: never };

import { newMute, type Mute } from '../../lib/core/notify/mute.ts';
import { newIdempotencyRecord, type IdempotencyRecord } from '../../lib/core/access/idempotency-record.ts';
import { mintToken, type Token } from '../../lib/core/access/token.ts';
import { jobEvent, type Event } from '../../lib/core/jobs/event.ts';
import { newEventRow, type EventRow } from '../../lib/core/jobs/event-row.ts';
import { assess } from '../../lib/core/jobs/assess.ts';
import { closed, newGroup, type Group } from '../../lib/core/jobs/group.ts';
import { newJob, type Job } from '../../lib/core/jobs/job.ts';
import { newDurations, type Durations } from '../../lib/core/jobs/learnt.ts';
import { memberAfter, newMember, type Member } from '../../lib/core/jobs/member.ts';
import { newOrigin, type Origin } from '../../lib/core/jobs/origin.ts';
import type { Row } from '../../lib/core/row.ts';
import { newDelivery, type Delivery } from '../../lib/core/notify/delivery.ts';
import { newEndpoint, type Endpoint } from '../../lib/core/notify/endpoint.ts';
import { claimedPlace, postedAt, withTold, type Place } from '../../lib/core/notify/place.ts';
import { newRecovery, type Recovery } from '../../lib/core/notify/recovery.ts';
import { newStored, type StoredSubscription } from '../../lib/core/notify/stored-subscription.ts';
import type { Store, Table, Tables } from '../../lib/ports.ts';
import { POLICY, report, spec, START, subscription } from '../kit.ts';

/** What the suite has to know about one table of the store. */
export interface Kind<R extends Row> {
  name: keyof Tables;
  of: (store: Store) => Table<R>;
  /** A row as it is when it is new, but for its key. */
  fresh: (key: string) => R;
  /** The same row later in its life, with whatever may be hard to store, in another state. */
  grown: (row: R) => R;
}

/** What Row fixes, chosen by the test; everything else as in `fresh`. */
export const rowOf = <R extends Row>(kind: Kind<R>, key: string, over: Partial<Row> = {}): R => ({
  ...kind.fresh(key),
  ...over,
  key,
});

const ODD_TEXT = `quote " ' backslash \\ %_* "null" \u0000\t\r\n\u2028 Straße 配额不足 👩🏽‍🚀 \u{10FFFF} ${'x'.repeat(900)}…`;
const ODD_VALUES: Record<string, unknown> = {
  '': 'empty name',
  'a.b[0]$ref:#%_': ODD_TEXT,
  version: 99,
  due: 'not the one of the row',
  nothing: null,
  no: false,
  text: '',
  list: [],
  object: {},
  nested: [[{ deep: [null, [], {}, { 服务: '👍' }] }]],
  numbers: [0, -1, 0.1, 1e-9, 1e21, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  digits: '007',
  time: '2026-02-30T25:61:00Z',
};

const INFO = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };

const endedJob = (row: Job): Job => ({
  ...row,
  state: 'failed',
  name: ODD_TEXT,
  labels: { team: 'Plattform-Böen', 'a/b': '' },
  requestedBy: '',
  deadlineAt: START + 3_600_000,
  status: 'FAIL',
  seen: 'running',
  notFound: { count: 2, since: START + 1 },
  report: report({
    error: {
      code: 'Ecs.0204',
      reason: ODD_TEXT,
      subJobs: [{ jobId: 'ff8080', jobType: null, code: null, reason: ODD_TEXT }],
      subJobsOmitted: 3,
    },
    entities: ODD_VALUES,
  }),
  detectedAt: START + 60_000,
  outbox: [{ kind: 'job.failed', at: START + 60_000, sequence: 1 }],
  emitted: ['job.failed'],
  history: [{ at: START, reason: 'running', detail: '' }],
});

export const jobs: Kind<Job> = {
  name: 'jobs',
  of: (store) => store.jobs,
  fresh: (key) => ({ ...newJob(spec(1), INFO, START, START + 5_000), key }),
  grown: endedJob,
};

export const origins: Kind<Origin> = {
  name: 'origins',
  of: (store) => store.origins,
  fresh: (key) => newOrigin(key, START),
  grown: (row) => ({
    ...row,
    state: 'unreachable',
    since: START + 7,
    reason: 'denied',
    detail: ODD_TEXT,
    failures: 12,
    outstanding: 1_000_000,
    outbox: [{ kind: 'origin.unreachable', at: START + 9, sequence: 3 }],
    sequence: 3,
    trail: {
      upTo: START,
      nextAt: START + 60_000,
      rungAt: START + 7,
      deepAt: 0,
      walk: { from: 0, to: START, marker: ODD_TEXT, pages: 9, isFirst: false, ended: ['aB3-_x9Z'] },
      knownSince: 0,
      seen: [{ at: START, ids: 'aB3-_x9Z' }],
      counts: [{ hour: START, services: { ECS: [1, 2, 3], 'SFS TURBO': [0, 0, 1] } }],
    },
  }),
};

/** They have one state; another one stands for whatever may come. */
export const durations: Kind<Durations> = {
  name: 'durations',
  of: (store) => store.durations,
  fresh: (key) => ({ ...newDurations('hwc-ecs', 'createServer', START), key }),
  grown: (row) =>
    ({
      ...row,
      state: 'other',
      jobType: ODD_TEXT,
      ended: 1_000,
      calls: 4_321,
      took: { 0: 0.011, 277: 12.345, 781: 1 },
      delays: { 3: 1 },
    }) as never,
};

const somebody = subscription('ops');
const ended = endedJob({ ...newJob(spec(2), INFO, START, START), version: 4 });
const event = jobEvent(ended, { kind: 'job.failed', at: START + 60_000, sequence: 1 });

/** Never changed once it is stored; the suite grows it all the same. */
export const events: Kind<EventRow> = {
  name: 'events',
  of: (store) => store.events,
  fresh: (key) => ({ ...newEventRow(event, START), key }),
  grown: (row) => ({ ...row, state: 'job.lost', event: { ...event, subject: ODD_TEXT } }),
};

export const deliveries: Kind<Delivery> = {
  name: 'deliveries',
  of: (store) => store.deliveries,
  fresh: (key) => ({ ...newDelivery(event, somebody, somebody.targets[0]!, START), key }),
  grown: (row) => ({
    ...row,
    state: 'retrying',
    reason: 'server_error',
    attempts: [
      { at: START, ms: 1_204.25, reason: 'server_error', detail: ODD_TEXT, counts: true },
      { at: START + 5_000, ms: null, reason: null, detail: '', counts: false },
    ],
    spent: 1,
  }),
};

export const endpoints: Kind<Endpoint> = {
  name: 'endpoints',
  of: (store) => store.endpoints,
  fresh: (key) => ({ ...newEndpoint(deliveries.fresh('any'), START), key }),
  grown: (row) => ({
    ...row,
    state: 'disabled',
    pausedUntil: START + 30_000,
    shown: ODD_TEXT,
    reason: 'gone',
    since: START + 11,
    outbox: [{ kind: 'subscription.disabled', at: START + 11, sequence: 1 }],
    sequence: 1,
  }),
};

const zeros = (bytes: number): Buffer => Buffer.alloc(bytes);
const minted = mintToken({ name: 'ci', scopes: ['track'], projects: null, expiresAt: null }, START, zeros);

/** A token has one state; another one stands for whatever may come. */
export const tokens: Kind<Token> = {
  name: 'tokens',
  of: (store) => store.tokens,
  fresh: (key) => ({ ...minted.token, key }),
  grown: (row) =>
    ({ ...row, state: 'other', name: ODD_TEXT, scopes: [], projects: [''], expiresAt: START + 1 }) as never,
};

export const subscriptions: Kind<StoredSubscription> = {
  name: 'subscriptions',
  of: (store) => store.subscriptions,
  fresh: (key) => newStored(key, 'confirming', null, START),
  grown: (row) => ({
    ...row,
    state: 'active',
    definition: {
      name: ODD_TEXT,
      on: null,
      pattern: ODD_VALUES,
      channel: 'webhook',
      endpoint: 'ep_1',
      shown: ODD_TEXT,
      address: ODD_TEXT,
      signingKeys: [ODD_TEXT, ''],
      oldKeys: [{ key: ODD_TEXT, until: START + 1.5 }],
      rotation: { at: START, by: ODD_TEXT, request: null },
      request: {
        method: 'PUT',
        body: ODD_TEXT,
        headers: { 'x-a': ODD_TEXT, 'x-b': '' },
        secrets: { [ODD_TEXT]: '' },
        success: { json: { 'a.b': null, c: 0, d: false } },
        timeoutMs: 1_500,
      },
      verification: { state: 'unverified', at: START, why: ODD_TEXT },
      confirmation: { hash: '', until: START + 1 },
    },
  }),
};

export const idempotency: Kind<IdempotencyRecord> = {
  name: 'idempotency',
  of: (store) => store.idempotency,
  fresh: (key) => ({ ...newIdempotencyRecord('token', 'key', 'request', START), key }),
  grown: (row) => ({ ...row, state: 'answered', status: 201, body: ODD_TEXT }),
};

const everything = { since: START, until: START + 1, projects: null };
export const recoveries: Kind<Recovery> = {
  name: 'recoveries',
  of: (store) => store.recoveries,
  fresh: (key) =>
    newRecovery(key, { how: 'recover', by: 'ci', token: 'ab', which: everything, perSecond: 10 }, START),
  grown: (row) => ({
    ...row,
    state: 'done',
    pass: 'good',
    by: ODD_TEXT,
    which: { ...everything, labels: { team: ODD_TEXT }, reasons: ['timeout'], projects: [''] },
    upTo: 'evt_1',
    slotAt: START + 33.3,
    tried: ['ep_1'],
    progress: { events: 3, sent: 2, kept: 1, present: 0, skipped: { unsubscribed: 1 } },
    endedAt: START + 7,
  }),
};

const run = newGroup({ projects: ['p'], name: 'apply-42', requestedBy: null }, 1, START);
export const groups: Kind<Group> = {
  name: 'groups',
  of: (store) => store.groups,
  fresh: (key) => ({ ...run, key }),
  grown: (row) => ({
    ...assess(
      { ...closed(row, 'close', START + 7, ODD_TEXT), requestedBy: ODD_TEXT },
      [memberAfter(newMember(run, ended.key, START), ended)],
      START + 60_000,
      POLICY,
    ),
    due: row.due,
  }),
};
export const members: Kind<Member> = {
  name: 'members',
  of: (store) => store.members,
  fresh: (key) => ({ ...newMember(run, 'a/b/c', START), key }),
  grown: (row) => memberAfter(row, ended),
};
export const mutes: Kind<Mute> = {
  name: 'mutes',
  of: (store) => store.mutes,
  fresh: (key) =>
    newMute(
      key,
      {
        which: { labels: { team: 'web*' }, kind: 'job.*' },
        until: START + 7_200_000,
        why: 'a rollout',
        by: 'Anna',
        failuresAtOnce: true,
      },
      START,
    ),
  grown: (row) => ({ ...row, state: 'ended', why: ODD_TEXT, until: START + 33.3, endedBy: ODD_TEXT }),
};
const told = {
  metadata: { id: 'evt_1', version: 1, time: '2026-03-01T12:05:00.000Z', sequence: 2 },
} as Event;
export const places: Kind<Place> = {
  name: 'places',
  of: (store) => store.places,
  fresh: (key) => claimedPlace(key, null, 'evt_1/dlv_1', told, START),
  grown: (row) =>
    withTold(postedAt({ ...row, claimedBy: ODD_TEXT }, { channel: 'C0123', ts: '1772366700.000100' }), told),
};

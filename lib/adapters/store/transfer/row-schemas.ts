import * as z from 'zod';
import type { Token } from '../../../core/access/token.ts';
import { EVENT_KINDS } from '../../../core/jobs/event-kinds.ts';
import type { Group } from '../../../core/jobs/group.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { Durations } from '../../../core/jobs/learnt.ts';
import type { Member } from '../../../core/jobs/member.ts';
import type { Origin } from '../../../core/jobs/origin.ts';
import { DELIVERY_STATES } from '../../../core/notify/delivery.ts';
import type { Endpoint } from '../../../core/notify/endpoint.ts';
import type { Mute } from '../../../core/notify/mute.ts';
import type { Place } from '../../../core/notify/place.ts';
import type { StoredSubscription } from '../../../core/notify/stored-subscription.ts';
import { CHANNEL_NAMES } from '../../channels/registry.ts';
import type { Moved, TableName } from './rows.ts';

const text = z.string().min(1);
const time = z.number().nonnegative();
const count = z.int().nonnegative();
const rowOf = <S extends string, F extends z.ZodRawShape>(states: readonly S[], fields: F) =>
  z.looseObject({
    key: text,
    state: z.enum(states as readonly [S, ...S[]]),
    createdAt: time,
    // The names of queues are parts of keys, which keep control characters for themselves.
    due: z
      .object({ queue: z.string().regex(/^\P{Cc}+$/u, 'it is not the name of a queue'), at: time })
      .nullable(),
    ...fields,
  });
const outbox = z.array(z.looseObject({ kind: text, at: time, sequence: count }));

const OUTBOX_IS_DUE = 'it has an outbox and is not due; the import into its store did not complete';
const withOutbox = <T extends z.ZodType<Moved>>(schema: T): T =>
  schema.refine((row) => row.due !== null || row.outbox?.length === 0, {
    error: OUTBOX_IS_DUE,
    path: ['due'],
  });

/** What the rules read of each row without asking whether it is there. The rest is carried as it is. */
export const ROW_SCHEMAS: Record<TableName, z.ZodType<Moved>> = {
  tokens: rowOf(['active'] satisfies Token['state'][], {
    name: z.string(),
    hash: text,
    scopes: z.array(text),
    projects: z.array(z.string()).nullable(),
    expiresAt: time.nullable(),
  }),
  subscriptions: rowOf(['active', 'paused', 'confirming'] satisfies StoredSubscription['state'][], {
    definition: z
      .looseObject({
        channel: z.enum(CHANNEL_NAMES),
        endpoint: text,
        address: z.string(),
        signingKeys: z.array(z.string()),
      })
      .nullable(),
  }),
  mutes: rowOf(['active', 'ended'] satisfies Mute['state'][], {
    which: z.looseObject({}),
    until: time,
    why: z.string(),
    by: z.string(),
    failuresAtOnce: z.boolean(),
  }),
  places: rowOf(['claimed', 'posted'] satisfies Place['state'][], {
    claimedBy: text,
    claimedAt: time,
    spot: z.looseObject({ channel: text, ts: text }).nullable(),
    event: text,
    sequence: count,
    shown: z.boolean(),
    told: z.array(text),
  }),
  endpoints: withOutbox(
    rowOf(['ok', 'disabled'] satisfies Endpoint['state'][], {
      subscription: text,
      pausedUntil: time,
      since: time,
      sequence: count,
      outbox,
    }),
  ),
  origins: withOutbox(
    rowOf(['ok', 'troubled', 'unreachable'] satisfies Origin['state'][], {
      since: time,
      failures: count,
      pausedUntil: time,
      answeredAt: time,
      sequence: count,
      emitted: z.array(text),
      pace: z.looseObject({ rate: z.number().nullable(), limit: z.number().nullable() }),
      outbox,
    }),
  ),
  durations: rowOf(['learnt'] satisfies Durations['state'][], {
    origin: text,
    jobType: z.string(),
    ended: count,
    calls: count,
    took: z.record(z.string(), time),
    delays: z.record(z.string(), time),
  }),
  groups: withOutbox(
    rowOf(['open', 'closed', 'ended'] satisfies Group['state'][], {
      projects: z.array(z.string()).nullable(),
      name: text,
      run: count,
      joined: count,
      joinedAt: time,
      nextAt: time,
      countedAt: time,
      checkedAt: time,
      emitted: z.array(text),
      outbox,
    }),
  ),
  members: rowOf(['open', 'succeeded', 'failed', 'lost', 'removed'] satisfies Member['state'][], {
    group: text,
    job: text,
    events: z.array(text),
  }),
  jobs: withOutbox(
    rowOf(['outstanding', 'succeeded', 'failed', 'lost'] satisfies Job['state'][], {
      origin: text,
      projectId: text,
      jobId: text,
      labels: z.record(z.string(), z.string()),
      nextCheckAt: time,
      emitted: z.array(text),
      history: z.array(z.looseObject({})),
      outbox,
    }),
  ),
  events: rowOf(EVENT_KINDS, {
    event: z.looseObject({
      kind: text,
      subject: text,
      metadata: z.looseObject({ id: text }),
      data: z.looseObject({}),
    }),
  }),
  deliveries: rowOf(DELIVERY_STATES, {
    id: text,
    event: z.looseObject({ kind: text, subject: text, metadata: z.looseObject({ id: text }) }),
    subscription: text,
    channel: z.enum(CHANNEL_NAMES),
    endpoint: text,
    attempts: z.array(z.looseObject({ at: time })),
    spent: count,
  }),
};

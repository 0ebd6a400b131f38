import { endpointEvent } from '../notify/endpoint-event.ts';
import { newEndpoint } from '../notify/endpoint.ts';
import type { TargetEntry } from '../notify/outage.ts';
import { iso } from './event-fields.ts';
import { digest, eventId, groupEvent, jobEvent, originEvent, PING, type Event } from './event.ts';
import { GROUP_EVENTS, newGroup, type Group, type GroupEventKind } from './group.ts';
import { tallyOf } from './group-tally.ts';
import { JOB_EVENTS, newJob, type Job, type JobEventKind, type OriginInfo } from './job.ts';
import { memberAfter, newMember } from './member.ts';
import type { Report } from './observation.ts';
import { newOrigin, ORIGIN_EVENTS, type Origin, type OriginEventKind } from './origin.ts';
import { TARGET_EVENTS, type TargetEventKind } from './event-kinds.ts';

/** What a made-up event is about, where it matters: routes look at that. */
export interface SampleAbout {
  labels: Record<string, string>;
  name: string;
  requestedBy?: string | undefined;
  info: OriginInfo;
  projectId: string;
  /** Left out: one that no cloud gives, so that it meets no job that there is. */
  jobId?: string | undefined;
  /** Of an event about a target. */
  subscription: string;
}

/** What happens to nobody: whose job that is, and when. `seed`: the same gives the same ids. */
export interface SampleOf {
  kind: SampleKind | typeof PING;
  about: SampleAbout;
  seed: string;
  /** Epoch milliseconds. */
  at: number;
}

/** Those that find their way by patterns. */
export const SAMPLE_KINDS = [...JOB_EVENTS, ...GROUP_EVENTS, ...ORIGIN_EVENTS, ...TARGET_EVENTS] as const;
export type SampleKind = (typeof SAMPLE_KINDS)[number];

const MINUTE = 60_000;
/** How long a sample of a job took, and how long such jobs usually take. */
const TOOK = 4 * MINUTE;
const USUAL = { p10: 2 * MINUTE, p50: 4 * MINUTE, p90: 5 * MINUTE, count: 120 };

type Make = (of: SampleOf) => Event;

/** Each built from a row, as the real ones are: a new kind is one more entry. */
const MAKE: Record<SampleKind | typeof PING, Make> = {
  'job.succeeded': ofJob('job.succeeded'),
  'job.failed': ofJob('job.failed'),
  'job.lost': ofJob('job.lost'),
  'job.overdue': ofJob('job.overdue'),
  'job.payment_pending': ofJob('job.payment_pending'),
  'job.unreachable': ofJob('job.unreachable'),
  'group.ended': ofGroup('group.ended', ['job.succeeded', 'job.failed', 'job.succeeded']),
  'group.failing': ofGroup('group.failing', ['job.succeeded', 'job.failed', null]),
  'group.overdue': ofGroup('group.overdue', ['job.succeeded', 'job.overdue', null]),
  'origin.unreachable': ofOrigin('origin.unreachable'),
  'origin.recovered': ofOrigin('origin.recovered'),
  'origin.at_risk': ofOrigin('origin.at_risk'),
  'subscription.failing': ofTarget('subscription.failing'),
  'subscription.disabled': ofTarget('subscription.disabled'),
  'subscription.recovered': ofTarget('subscription.recovered'),
  'delivery.failed': ofTarget('delivery.failed'),
  [PING]: ({ about: { subscription }, seed, at }) => ({
    kind: PING,
    subject: `subscription/${subscription}`,
    metadata: { id: eventId(seed, at, PING), version: 1, time: iso(at), sequence: 1 },
    data: { subscription, requestedBy: 'a sample' },
  }),
};

/** An event as it would be published, of something that did not happen. */
export const sampleEvent = (of: SampleOf): Event => MAKE[of.kind](of);

const ERROR = {
  code: 'Ecs.0204',
  reason: 'Quota exceeded for cores: requested 8, but already used 24 of 24 cores.',
};

const STATES: Record<JobEventKind, Pick<Job, 'state' | 'status'>> = {
  'job.succeeded': { state: 'succeeded', status: 'SUCCESS' },
  'job.failed': { state: 'failed', status: 'FAIL' },
  'job.lost': { state: 'lost', status: 'RUNNING' },
  'job.overdue': { state: 'outstanding', status: 'RUNNING' },
  'job.payment_pending': { state: 'outstanding', status: 'PENDING_PAYMENT' },
  'job.unreachable': { state: 'outstanding', status: 'RUNNING' },
};

function ofJob(kind: JobEventKind): Make {
  return (of) => jobEvent(rowOf(kind, of), { kind, at: of.at, sequence: 1 });
}

function rowOf(kind: JobEventKind, { about, seed, at }: Pick<SampleOf, 'about' | 'seed' | 'at'>): Job {
  const { info, projectId, labels, name, requestedBy } = about;
  const { jobId = `sample-${digest(seed).slice(0, 16)}` } = about;
  const { state, status } = STATES[kind];
  const isOver = state === 'succeeded' || state === 'failed';
  return {
    ...newJob({ origin: info.origin, projectId, jobId, name, labels }, info, at - TOOK, at),
    requestedBy: requestedBy ?? null,
    state,
    status,
    seen: status === 'PENDING_PAYMENT' ? 'awaiting_payment' : 'running',
    checkedAt: at,
    detectedAt: state === 'outstanding' ? null : at,
    lostReason: state === 'lost' ? 'expired' : null,
    report: reportOf(kind, isOver, jobId, at),
    usual: USUAL,
    history: [{ at, reason: 'malformed', detail: 'HTTP 200: unknown status SUSPENDED' }],
    emitted: [kind],
  };
}

/** What became of its members, by their events; null: nothing so far. The one that did not go well is the job that is asked about. */
function ofGroup(kind: GroupEventKind, members: readonly (JobEventKind | null)[]): Make {
  return ({ about, seed, at }) => {
    const { projectId, requestedBy = null } = about;
    const name = `sample-${digest(seed).slice(0, 16)}`;
    const isOver = kind === 'group.ended';
    const row: Group = {
      ...newGroup({ projects: [projectId], name, requestedBy }, 1, at - TOOK),
      ...(isOver && { state: 'ended', closedBy: 'close', closedAt: at - TOOK }),
    };
    const joined = members.map((event, n) => {
      const isWell = event === 'job.succeeded' || event === null;
      const own = isWell ? { ...about, name: `${about.name}-${n + 1}`, jobId: undefined } : about;
      const job = rowOf(event ?? 'job.succeeded', { about: own, seed: `${seed}/${n}`, at });
      const member = newMember(row, job.key, at - TOOK);
      return event === null ? member : memberAfter(member, job);
    });
    const { told, failing, overdue } = tallyOf(joined, row);
    const first = isOver ? null : (failing ?? overdue);
    return groupEvent(row, {
      kind,
      at,
      sequence: 1,
      told: { ...told, ...(first?.told && { first: { job: first.job, ...first.told } }) },
    });
  };
}

function reportOf(kind: JobEventKind, isOver: boolean, jobId: string, at: number): Report {
  const failed = kind === 'job.failed';
  const count = (n: boolean): number => (n ? 1 : 0);
  return {
    jobType: 'createServer',
    beganAt: iso(at - TOOK),
    endedAt: isOver ? iso(at) : null,
    error: failed
      ? {
          ...ERROR,
          subJobs: [{ jobId: `${jobId}-1`, jobType: 'createSingleServer', ...ERROR }],
          subJobsOmitted: 0,
        }
      : null,
    subJobs: {
      total: 1,
      succeeded: count(isOver && !failed),
      failed: count(failed),
      running: count(!isOver),
    },
    entities: {},
  };
}

function ofOrigin(kind: OriginEventKind): Make {
  return ({ about: { info }, seed, at }) => {
    const row: Origin = {
      ...newOrigin(info.origin, at - TOOK),
      state: kind === 'origin.recovered' ? 'ok' : 'unreachable',
      since: at - 10 * MINUTE,
      reason: 'denied',
      detail: 'HTTP 401',
      outstanding: 3,
    };
    const event = originEvent(row, { kind, at, sequence: 1 });
    // The id of a real outage is never met.
    return { ...event, metadata: { ...event.metadata, id: eventId(seed, at, kind) } };
  };
}

function ofTarget(kind: TargetEventKind): Make {
  return ({ about: { subscription }, seed, at }) => {
    const endpoint = `ep_${digest(seed)}`;
    const shown = 'https://hooks.example.com/…';
    const row = newEndpoint({ endpoint, subscription, channel: 'webhook', shown }, at - TOOK);
    const since = at - 60 * MINUTE;
    const reason = kind === 'subscription.disabled' ? 'gone' : 'server_error';
    const event = eventId(seed, at, 'job.failed');
    const delivery = { id: `dlv_${digest(seed)}`, event, kind: 'job.failed', subject: 'a sample' };
    const entry: TargetEntry = { kind, at, sequence: 1, reason, since, givenUp: 1, delivery };
    return endpointEvent(row, entry);
  };
}

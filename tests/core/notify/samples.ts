import type { OriginEventKind } from '../../../lib/core/jobs/origin.ts';
import { eventSchemas } from '../../../lib/core/jobs/event-schema.ts';
import type {
  DeliveryData,
  Event,
  GroupData,
  GroupEvent,
  JobData,
  JobEvent,
  SubscriptionData,
  TargetEventKind,
} from '../../../lib/core/jobs/event.ts';

const JOB_ID = 'ff8080828f9a1c3d018fa0b1c2d3e4f5';
const PROJECT = '0123456789abcdef0123456789abcdef';

/** A job as it ends on Open Telekom Cloud; each sample says only what is different. */
const data: JobData = {
  job: {
    key: `otc-ecs/${PROJECT}/${JOB_ID}`,
    origin: 'otc-ecs',
    service: 'ecs',
    cloud: 'otc',
    region: 'eu-de',
    projectId: PROJECT,
    jobId: JOB_ID,
    jobType: 'createServer',
    name: 'web-7',
    labels: { team: 'web', env: 'prod' },
    requestedBy: 'terraform',
    consoleUrl:
      'https://console.otc.t-systems.com/ecm/?region=eu-de#/ecs/manager/ecsDetail?instanceId=bae51750-0a3d-4a44-b2d5-4f2b1a3c9d10',
  },
  status: 'SUCCESS',
  outcome: 'succeeded',
  error: null,
  subJobs: { total: 3, succeeded: 3, failed: 0, running: 0 },
  beganAt: '2026-03-01T12:00:01.000Z',
  endedAt: '2026-03-01T12:04:08.000Z',
  trackedAt: '2026-03-01T12:00:05.000Z',
  detectedAt: '2026-03-01T12:04:20.000Z',
  usual: { p10: 118_400, p50: 236_200, p90: 301_800, count: 120 },
  entities: { server_id: 'bae51750-0a3d-4a44-b2d5-4f2b1a3c9d10' },
};

const failedSubJob = {
  jobId: 'ff8080828f9a1c3d018fa0b1c2d3e4f6',
  jobType: 'createSingleServer',
  code: 'Ecs.0219',
  reason: 'No host has 4 vCPUs & 8 GiB left in eu-de-03 <az>',
};

const { consoleUrl: _, ...withoutLink } = data.job;

export function jobSample(
  kind: JobEvent['kind'],
  over: Partial<JobData> = {},
  time = '2026-03-01T12:04:20.000Z',
): Event {
  return eventSchemas().event.parse({
    kind,
    subject: data.job.key,
    metadata: { id: `evt_${'0'.repeat(31)}1`, version: 1, time, sequence: 1 },
    data: { ...data, ...over },
  });
}

const outstanding = {
  outcome: null,
  endedAt: null,
  detectedAt: null,
  subJobs: { total: 3, succeeded: 1, failed: 0, running: 2 },
} as const;
const lost = {
  ...outstanding,
  outcome: 'expired',
  status: 'RUNNING',
  detectedAt: '2026-03-02T14:20:05.000Z',
} as const;

const allEnded = {
  total: 40,
  outstanding: 0,
  succeeded: 40,
  partly: 0,
  failed: 0,
  lost: 0,
  removed: 0,
  overdue: 0,
  late: 0,
};
const groupFailure = {
  outcome: 'failed' as const,
  origin: 'otc-ecs',
  code: 'Ecs.0204',
  reason: 'The quota of <instances> is used up & no more',
  hint: 'Request a higher quota, or delete what is not needed.',
  count: 12,
  jobs: ['web-1', 'web-2', 'web-3', 'web-4', 'web-5'],
};
const firstMember = {
  key: `otc-ecs/${PROJECT}/${JOB_ID}`,
  jobId: JOB_ID,
  name: 'web-1',
  jobType: 'createServer',
  origin: 'otc-ecs',
  service: 'ecs',
  region: 'eu-de',
  code: 'Ecs.0204',
  reason: 'The quota of <instances> is used up & no more',
  event: `evt_${'0'.repeat(31)}1`,
  consoleUrl: 'https://console.otc.t-systems.com/ecm/?region=eu-de#/ecs/manager/vmList',
};

/** One event of each kind, and more where a kind has more than one face. Named as the golden files are. */
export const SAMPLES: Readonly<Record<string, Event>> = {
  'job.succeeded': jobSample('job.succeeded'),
  'job.succeeded.partly': jobSample('job.succeeded', {
    subJobs: { total: 3, succeeded: 2, failed: 1, running: 0 },
    error: { code: null, reason: null, subJobs: [failedSubJob], subJobsOmitted: 0 },
  }),
  'job.failed': jobSample('job.failed', {
    status: 'FAIL',
    outcome: 'failed',
    error: {
      code: 'Ecs.0219',
      reason: 'No host has 4 vCPUs & 8 GiB left in eu-de-03 <az>',
      subJobs: [failedSubJob, { ...failedSubJob, code: null, reason: null, jobId: null }],
      subJobsOmitted: 3,
    },
    subJobs: { total: 6, succeeded: 1, failed: 5, running: 0 },
  }),
  'job.lost.expired': jobSample('job.lost', lost),
  'job.lost.payment_expired': jobSample('job.lost', {
    ...lost,
    outcome: 'payment_expired',
    status: 'PENDING_PAYMENT',
  }),
  'job.lost.unknown': jobSample('job.lost', {
    ...lost,
    outcome: 'unknown',
    status: null,
    beganAt: null,
    // As it is where the page is not known.
    job: withoutLink,
  }),
  'job.lost.gave_up': jobSample('job.lost', {
    ...lost,
    outcome: 'gave_up',
    detectedAt: '2026-03-16T12:00:05.000Z',
  }),
  'job.overdue': jobSample(
    'job.overdue',
    { ...outstanding, status: 'RUNNING', deadline: '2026-03-01T18:00:05.000Z' },
    '2026-03-01T18:02:01.000Z',
  ),
  'job.unreachable': jobSample(
    'job.unreachable',
    {
      ...outstanding,
      status: 'RUNNING',
      error: {
        code: null,
        reason: 'malformed: HTTP 200: unknown status SUSPENDED',
        subJobs: [],
        subJobsOmitted: 0,
      },
    },
    '2026-03-01T12:20:05.000Z',
  ),
  'job.payment_pending': jobSample('job.payment_pending', {
    ...outstanding,
    status: 'PENDING_PAYMENT',
    beganAt: null,
    subJobs: { total: 0, succeeded: 0, failed: 0, running: 0 },
  }),
  'group.ended.succeeded': groupSample('group.ended'),
  'group.ended.partial': groupSample('group.ended', {
    outcome: 'partial',
    closedBy: 'quiet',
    counts: { ...allEnded, succeeded: 26, partly: 1, failed: 12, lost: 1, removed: 1 },
    failures: [
      groupFailure,
      { ...groupFailure, outcome: 'lost', code: null, reason: 'expired', count: 1, jobs: ['db-1'] },
    ],
    failuresOmitted: 1,
  }),
  'group.ended.failed': groupSample('group.ended', {
    outcome: 'failed',
    closedBy: 'expect',
    counts: { ...allEnded, total: 1, succeeded: 0, failed: 1 },
    failures: [{ ...groupFailure, count: 1, jobs: ['web-1'] }],
    group: { key: '-/apply-42/2', name: 'apply-42', run: 2, expect: 1 },
  }),
  'group.ended.empty': groupSample('group.ended', {
    outcome: 'empty',
    closedBy: 'age',
    counts: { ...allEnded, total: 0, succeeded: 0 },
    endedAt: null,
  }),
  'group.failing': groupSample('group.failing', {
    outcome: null,
    closedBy: null,
    counts: { ...allEnded, succeeded: 12, failed: 1, outstanding: 27 },
    failures: [{ ...groupFailure, count: 1, jobs: ['web-1'] }],
    first: firstMember,
  }),
  'group.overdue': groupSample('group.overdue', {
    outcome: null,
    closedBy: null,
    counts: { ...allEnded, succeeded: 39, outstanding: 1, overdue: 1 },
    first: { ...firstMember, code: null, reason: null },
  }),
  'origin.unreachable': originSample('origin.unreachable', '2026-03-01T12:05:00.000Z'),
  'origin.recovered': originSample('origin.recovered', '2026-03-01T14:35:00.000Z'),
  'origin.at_risk': originSample('origin.at_risk', '2026-03-02T06:05:00.000Z'),
  summary: eventSchemas().event.parse({
    kind: 'summary',
    subject: 'subscription/ops-slack',
    metadata: { id: `evt_${'0'.repeat(31)}6`, version: 1, time: '2026-03-01T12:00:30.000Z', sequence: 1 },
    data: {
      subscription: 'ops-slack',
      why: 'rate',
      since: '2026-03-01T12:00:00.000Z',
      until: '2026-03-01T12:00:30.000Z',
      events: 195,
      counts: { succeeded: 180, failed: 12, lost: 2, 'origin.recovered': 1 },
      failures: [
        {
          outcome: 'failed',
          origin: 'otc-ecs',
          reason: 'Ecs.0204: Quota exceeded for cores',
          count: 12,
          names: ['web-1', 'web-2'],
        },
        { outcome: 'lost', origin: 'otc-ecs', reason: 'expired', count: 2, names: ['web-7', 'db <main>'] },
      ],
      failuresOmitted: 0,
    },
  }),
  ping: eventSchemas().event.parse({
    kind: 'ping',
    subject: 'subscription/deploys',
    metadata: { id: `evt_${'0'.repeat(31)}4`, version: 1, time: '2026-03-01T12:00:00.000Z', sequence: 1 },
    data: { subscription: 'deploys', requestedBy: 'Anna <b>' },
  }),
  'subscription.failing': targetSample('subscription.failing', { reason: 'timeout' }),
  'subscription.disabled': targetSample('subscription.disabled', { reason: 'gone' }),
  'subscription.disabled.failing': targetSample('subscription.disabled', {
    reason: 'failing',
    cause: 'timeout',
    givenUp: 12,
  }),
  'subscription.disabled.unsubscribed': targetSample('subscription.disabled', {
    reason: 'unsubscribed',
    subscription: 'team',
    channel: 'email',
    target: 'ops@example.com',
  }),
  'subscription.disabled.bounced': targetSample('subscription.disabled', {
    reason: 'bounced',
    subscription: 'team',
    channel: 'email',
    target: 'ops@example.com',
  }),
  'subscription.disabled.complained': targetSample('subscription.disabled', {
    reason: 'complained',
    subscription: 'team',
    channel: 'email',
    target: 'ops@example.com',
  }),
  'subscription.recovered': targetSample('subscription.recovered', { reason: 'timeout', givenUp: 3 }),
  'delivery.failed': targetSample('delivery.failed', {
    reason: 'server_error',
    givenUp: 1,
    delivery: {
      id: `dlv_${'0'.repeat(31)}5`,
      event: `evt_${'0'.repeat(31)}1`,
      kind: 'job.failed',
      subject: data.job.key,
    },
  }),
};

/** What messages that are kept up to date show besides: in Slack, of a bot alone. */
export const KEPT_UP: Readonly<Record<string, Event>> = {
  'group.failing.going_on': groupSample('group.failing', {
    outcome: null,
    closedBy: null,
    counts: { ...allEnded, outstanding: 9, succeeded: 28, failed: 2, lost: 1 },
    failures: [
      { ...groupFailure, count: 2, jobs: ['web-1', 'web-9'] },
      { ...groupFailure, outcome: 'lost', code: null, reason: 'expired', count: 1, jobs: ['db-1'] },
    ],
    first: firstMember,
    asOf: '2026-03-01T12:03:10.000Z',
  }),
};

function groupSample(kind: GroupEvent['kind'], over: Partial<GroupData> = {}): Event {
  const group = { key: '-/apply-42/1', name: 'apply-42', run: 1, requestedBy: 'terraform' };
  return eventSchemas().event.parse({
    kind,
    subject: `group/${over.group?.key ?? group.key}`,
    metadata: { id: `evt_${'0'.repeat(31)}6`, version: 1, time: '2026-03-01T12:10:00.000Z', sequence: 1 },
    data: {
      group,
      closedBy: 'close',
      outcome: 'succeeded',
      counts: allEnded,
      failures: [],
      failuresOmitted: 0,
      beganAt: '2026-03-01T12:00:00.000Z',
      endedAt: '2026-03-01T12:09:30.000Z',
      ...over,
    },
  });
}

function targetSample(
  kind: TargetEventKind,
  over: Partial<SubscriptionData & Pick<DeliveryData, 'delivery'>>,
): Event {
  const time = kind === 'subscription.disabled' ? '2026-03-01T12:00:00.000Z' : '2026-03-02T13:30:00.000Z';
  const target = { subscription: 'ops-slack', channel: 'slack', target: 'Slack (hooks.slack.com/…)' };
  const subject = `subscription/${over.subscription ?? target.subscription}`;
  return eventSchemas().event.parse({
    kind,
    subject,
    metadata: { id: `evt_${'0'.repeat(31)}3`, version: 1, time, sequence: 1 },
    data: { ...target, since: '2026-03-01T12:00:00.000Z', ...over },
  });
}

function originSample(kind: OriginEventKind, time: string): Event {
  return eventSchemas().event.parse({
    kind,
    subject: 'origin/otc-ecs',
    metadata: { id: `evt_${'0'.repeat(31)}2`, version: 1, time, sequence: 1 },
    data: {
      origin: 'otc-ecs',
      reason: 'denied',
      detail: 'HTTP 401 APIGW.0301',
      since: '2026-03-01T12:00:00.000Z',
      outstanding: 12,
      service: 'ecs',
      cloud: 'otc',
      region: 'eu-de',
      projectId: PROJECT,
      consoleUrl: 'https://console.otc.t-systems.com/ecm/?region=eu-de#/ecs/manager/vmList',
      credentials: 'password',
      jobs: ['web-7', 'web-8', JOB_ID],
      recordsUntil: '2026-03-02T12:00:00.000Z',
    },
  });
}

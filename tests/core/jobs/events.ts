import { groupEvent, jobEvent, originEvent, type Event } from '../../../lib/core/jobs/event.ts';
import { assess } from '../../../lib/core/jobs/assess.ts';
import { closed, newGroup } from '../../../lib/core/jobs/group.ts';
import { memberAfter, newMember } from '../../../lib/core/jobs/member.ts';
import { newJob, type Job } from '../../../lib/core/jobs/job.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { newOrigin } from '../../../lib/core/jobs/origin.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { newDelivery, type Receipt } from '../../../lib/core/notify/delivery.ts';
import { briefOf } from '../../../lib/core/notify/brief.ts';
import { closed as closedWindow, gathered, newWindow } from '../../../lib/core/notify/window.ts';
import { endpointEvent } from '../../../lib/core/notify/endpoint-event.ts';
import { judge, newEndpoint } from '../../../lib/core/notify/endpoint.ts';
import { pingEvent } from '../../../lib/app/deliver/ping.ts';
import {
  failed,
  ok,
  POLICY,
  report,
  running,
  spec,
  START,
  subscription,
  succeeded,
  unavailable,
} from '../../kit.ts';

export const unpaid: Observation = {
  kind: 'awaiting_payment',
  status: 'PENDING_PAYMENT',
  report: report(),
};

const ECS = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
export const tracked = (createdAt = START, over: Parameters<typeof spec>[1] = {}): Job =>
  newJob(spec(1, over), ECS, createdAt, createdAt);
export const seen = (observation: Observation, after = 5_000, job = tracked()): Job =>
  decide(job, observation, START + after, POLICY).job;
/** The event of the newest entry in the outbox of a row. */
export const newest = (row: Job): Event => jobEvent(row, row.outbox.at(-1)!);

/** Others are answered, this one is not. */
const odd: Observation = {
  kind: 'malformed',
  detail: 'HTTP 200: unknown status SUSPENDED',
  routeConfirmed: true,
};
const alone = [1, 2, 3, 7].reduce((row, minute) => seen(odd, minute * 60_000, row), tracked());
const origin = {
  ...newOrigin('hwc-ecs', START),
  since: START,
  reason: 'denied' as const,
  detail: 'HTTP 401',
};
const hook = subscription('deploys');
const delivery = newDelivery(newest(seen(failed)), hook, hook.targets[0]!, START);
const healthy = newEndpoint(delivery, START);
const down: Receipt = { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' };
/** Its last attempt failed, and then one arrived. */
const failing = judge(healthy, down, START + 9_000, { ended: delivery });
const wellAgain = judge(failing, ok, START + 10_000);
const disabled = judge(
  healthy,
  { kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true },
  START + 9_000,
);

const group = newGroup({ projects: null, name: 'apply-42', requestedBy: 'terraform' }, 1, START);
const memberOf = (row: Job) => memberAfter(newMember(group, row.key, START), row);
const lateJob = { ...seen(running, POLICY.overdueAfter), jobId: 'late', key: 'hwc-ecs/p/late' };
const members = [memberOf(seen(failed)), memberOf(lateJob)];
const failingGroup = assess(group, members, START + 9_000, POLICY);
const endedGroup = assess(closed(group, 'close', START + 1_000), members.slice(0, 1), START + 9_000, POLICY);
const window = newWindow(
  { why: 'rate', id: '1', closesAt: START + 30_000, few: 1 },
  { subscription: hook, target: hook.targets[0]!, job: null },
  0,
  START,
);
const told = [newest(seen(failed)), newest(seen(succeeded)), newest(seen(succeeded))].map((event) =>
  gathered(newDelivery(event, hook, hook.targets[0]!, START), window, briefOf(event)),
);
const summary = closedWindow(window, told, START + 30_000);

/** One event of every kind, each built from a row that the rules made. */
export const events: Record<Event['kind'], Event> = {
  'job.succeeded': newest(seen(succeeded)),
  'job.failed': newest(seen(failed)),
  'job.lost': newest(seen(unavailable, POLICY.giveUpAfter)),
  'job.overdue': newest(seen(running, POLICY.overdueAfter)),
  'job.payment_pending': newest(seen(unpaid)),
  'job.unreachable': newest(alone),
  'group.ended': groupEvent(endedGroup, endedGroup.outbox[0]!),
  'group.failing': groupEvent(failingGroup, failingGroup.outbox[0]!),
  'group.overdue': groupEvent(failingGroup, failingGroup.outbox[1]!),
  'origin.unreachable': originEvent(origin, { kind: 'origin.unreachable', at: START, sequence: 1 }),
  'origin.recovered': originEvent(origin, { kind: 'origin.recovered', at: START, sequence: 2 }),
  'origin.at_risk': originEvent(origin, { kind: 'origin.at_risk', at: START, sequence: 3 }),
  'subscription.failing': endpointEvent(failing, failing.outbox[0]!),
  'subscription.disabled': endpointEvent(disabled, disabled.outbox[0]!),
  'subscription.recovered': endpointEvent(wellAgain, wellAgain.outbox.at(-1)!),
  'delivery.failed': endpointEvent(failing, failing.outbox[1]!),
  ping: pingEvent('deploys', 'Anna', START),
  summary: summary.event as Event,
};

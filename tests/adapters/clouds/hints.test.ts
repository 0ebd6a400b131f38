import { expect, test } from 'vitest';
import { dialectOf } from '../../../lib/adapters/clouds/dialects.ts';
import { jobHint } from '../../../lib/adapters/clouds/hints.ts';
import { read } from '../../../lib/adapters/clouds/parse.ts';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { describe as content } from '../../../lib/core/notify/message.ts';
import { POLICY, spec } from '../../kit.ts';
import { answer, NOW } from './fixture.ts';

const ECS = dialectOf('huawei', 'ecs')!;
const failed = (error_code: string | null, fail_reason: string | null) =>
  read(ECS, 'a1', answer(200, { job_id: 'a1', status: 'FAIL', error_code, fail_reason }));

test.each([
  ['Ecs.0001', null, /quota of servers/],
  ['Ecs.0012', 'The subnet is full.', /no addresses left/],
  ['Ecs.0319', 'Check capacity: Capacity is not enough.', /another zone or flavor/],
  ['Ecs.0204', 'Quota exceeded for cores: Requested 8', /quota is used up/],
  [null, 'Insufficient EIP quota.', /quota is used up/],
  ...[
    "VolumeLimitExceeded: Maximum number of volumes allowed (20) exceeded for quota 'volumes'.",
    'SnapshotLimitExceeded: Maximum number of snapshots allowed (10) exceeded',
    'VolumeSizeExceedsAvailableQuota: Requested volume exceeds allowed gigabytes quota. Requested 9G.',
    "Quota exceeded for resources: ['port'].",
    'Maximum number of floating IPs exceeded',
    'The number of instances has reached the upper limit.',
    'The number of ECSs has reached the maximum allowed.',
    'The account reached the maximum number of instances.',
    'This exceeds the maximum number of listeners that one load balancer has.',
    'The number of databases exceeds the upper limit.',
    'Insufficient ECS quota. Contact customer service to increase quota.',
    'the bandwidth quota is used up',
    'The quota of load balancers is insufficient.',
    'DB instance quota not enough.',
    'No more node quota is left in this cluster',
    'There are no share quotas left.',
    'The volume quota has been reached',
    'Quota is full',
    'No quota',
    '云硬盘配额不足',
    '实例数量超过上限',
    'Exceeded the maximum number of instances',
    'Too many instances: limit is 10',
    'Instance limit exceeded',
    'the resource limit has been reached',
    'quota: 0 remaining',
    'The remaining quota (0) is less than required (1)',
    'Quota overlimit',
  ].map((words): [null, string, RegExp] => [null, words, /quota is used up/]),
])('%s, %j: what to do is told', (code, reason, words) => {
  expect(failed(code, reason)).toMatchObject({ report: { error: { hint: expect.stringMatching(words) } } });
});

test.each([
  ['Ecs.0000', 'Request error.'],
  ['XEcs.0001', null],
  ['Ecs.00011', null],
  ['toString', null],
  [null, null],
  [null, 'The quota was checked.'],
  [null, 'The quota was not exceeded, but the port is in use.'],
  [null, 'The request limit of the disk is 5 MB.'],
  [null, 'The length of the name exceeds the upper limit.'],
  [null, 'Maximum number of retries exceeded'],
  [null, 'The number of retries has reached the maximum.'],
  [null, 'Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures'],
  [null, 'The rate limit has been exceeded, try later'],
  [null, 'Too many requests'],
])('%s, %j: nothing is told where nothing is known', (code, reason) => {
  expect(jobHint(code, reason)).toBeNull();
  expect(failed(code, reason)).not.toHaveProperty('report.error.hint');
});

test('the message shows it', () => {
  const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
  const { job } = decide(newJob(spec(1), info, NOW, NOW), failed('Ecs.0319', 'x'), NOW, POLICY);
  const { hint, facts } = content(jobEvent(job, job.outbox[0]!));
  expect(hint).toMatch(/another zone or flavor/);
  expect(facts[0]).toEqual({ label: 'The cloud says', value: 'Ecs.0319: x', isReason: true });
});

test.each([
  [401, { error_code: 'APIGW.0307', error_msg: 'x' }, 'HTTP 401 APIGW.0307 (a new token is needed): x'],
  [401, { error_code: 'APIG.0301', error_msg: 'x' }, 'HTTP 401 APIG.0301 (check the credentials): x'],
  [404, { error_code: 'APIGW.0101', error_msg: 'x' }, 'HTTP 404 APIGW.0101 (check endpoint and dialect): x'],
  [400, { code: 'Common.0018' }, 'HTTP 400 Common.0018 (the credentials are of another project)'],
  [403, { code: 'Pdp.0001', message: 'x' }, 'HTTP 403 Pdp.0001 (grant the user the right to read jobs): x'],
  [429, { error_code: 'APIGW.0308', error_msg: 'x' }, 'HTTP 429 APIGW.0308: x'],
])('HTTP %i %j: the detail says what to do', (status, body, detail) => {
  expect(read(ECS, 'a1', answer(status, body))).toMatchObject({ detail });
});

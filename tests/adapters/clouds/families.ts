/** Answers of other clouds, in the shapes of their public documentation, and what each must be taken for. */
import { readFileSync } from 'node:fs';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';
import { KNOWN_CLOUDS } from '../../../lib/adapters/clouds/known.ts';
import { parseConfig } from '../../../lib/adapters/config/config.ts';
import type { Dialect } from '../../../lib/core/dialect.ts';

const root = new URL('../../../', import.meta.url);
export const EXAMPLES = readFileSync(new URL('examples/dialects.yaml', root), 'utf8');

/** As an origin of the configuration speaks it: by the one way on which dialects get in. */
export function spoken(name: string, dialects = EXAMPLES): Dialect {
  const cloud = new RegExp(`^  ${name}:[^]*?clouds: \\[([a-z]+)`, 'm').exec(dialects)![1]!;
  const read = parseConfig(
    `${dialects}\norigins:\n  one: { dialect: ${name}, cloud: ${cloud}, region: r1, project: p1, ` +
      'endpoint: "https://api.example.com", auth: { bearer: env:T } }\ntrusted_hosts: [api.example.com]\n',
    {
      clouds: KNOWN_CLOUDS,
      path: '/etc/jobchime.yaml',
      env: { T: 'a-token' },
      secrets: createSecrets(),
      readFile: () => '',
    },
  );
  if (!read.ok) throw new Error(JSON.stringify(read.problems, null, 1));
  return read.config.origins[0]!.spoken!;
}

type Json = Record<string, unknown>;
export interface Row {
  name: string;
  status: number;
  body: unknown;
  kind: string;
  report?: Json;
}
export interface Family {
  dialect: string;
  jobId: string;
  /** The words of the service and what they mean. */
  rows: Row[];
  /** A success as the service answers it, which the general rows are made of. */
  success: Json;
}

const row = (name: string, status: number, body: unknown, kind: string, report?: Json): Row => ({
  name,
  status,
  body,
  kind,
  ...(report && { report }),
});
const each = (words: string, make: (word: string) => Row): Row[] => words.split(' ').map(make);

const SERVER = 'a8a3f1b2-5f0e-4a3c-9d1e-2b7c6d5e4f30';
const server = (status: unknown, more: Json = {}): Json => ({
  server: {
    id: SERVER,
    name: 'web-7',
    status,
    created: '2024-05-13T10:15:02Z',
    updated: '2024-05-13T10:16:02Z',
    hostId: 'h1',
    'OS-EXT-STS:task_state': null,
    addresses: {},
    metadata: {},
    ...more,
  },
});
const fault = { code: 500, created: '2024-05-13T10:15:40Z', message: 'No valid host was found.' };

const NOVA: Family = {
  dialect: 'nova-server',
  jobId: SERVER,
  success: server('ACTIVE'),
  rows: [
    ...each(
      'BUILD REBUILD RESIZE MIGRATING REBOOT HARD_REBOOT PASSWORD VERIFY_RESIZE REVERT_RESIZE',
      (word) => row(`Nova: ${word}`, 200, server(word), 'running'),
    ),
    ...each('PAUSED SUSPENDED SHUTOFF RESCUE SHELVED UNKNOWN DELETED', (word) =>
      row(`Nova: ${word}, of which the dialect knows nothing`, 200, server(word), 'running'),
    ),
    row('Nova: ACTIVE', 200, server('ACTIVE'), 'succeeded', {
      beganAt: '2024-05-13T10:15:02.000Z',
      error: null,
      entities: { name: 'web-7', hostId: 'h1' },
    }),
    row('Nova: active, in lower case', 200, server('active'), 'succeeded'),
    row('Nova: ERROR with its fault', 200, server('ERROR', { fault }), 'failed', {
      error: { reason: 'No valid host was found.' },
    }),
    row(
      'Nova: ERROR with details of its fault alone',
      200,
      server('ERROR', { fault: { code: 500, details: 'Build of instance aborted' } }),
      'failed',
      {
        error: { reason: 'Build of instance aborted' },
      },
    ),
    row('Nova: ERROR without a word', 200, server('ERROR'), 'failed', { error: { reason: null } }),
    row('Nova: ACTIVE with a fault is a failure', 200, server('ACTIVE', { fault }), 'failed'),
    row('Nova: BUILD with a fault has not ended', 200, server('BUILD', { fault }), 'running'),
    ...each('powering-off rebooting resize_prep deleting scheduling', (task) =>
      row(`Nova: ACTIVE, and ${task}`, 200, server('ACTIVE', { 'OS-EXT-STS:task_state': task }), 'running'),
    ),
    row(
      'Nova: ERROR in the midst of a task',
      200,
      server('ERROR', { fault, 'OS-EXT-STS:task_state': 'deleting' }),
      'failed',
    ),
    row('Nova: an empty fault is none', 200, server('ACTIVE', { fault: {} }), 'succeeded'),
    row('Nova: SHUTOFF with a fault has not ended', 200, server('SHUTOFF', { fault }), 'running'),
    row(
      'Nova: gone',
      404,
      { itemNotFound: { code: 404, message: 'Instance could not be found.' } },
      'not_found',
    ),
    row('Nova: a bad id', 400, { badRequest: { code: 400, message: 'Bad id' } }, 'malformed'),
    row('Nova: too many', 413, { overLimit: { code: 413, message: 'slow down' } }, 'malformed'),
    row('Nova: forbidden', 403, { forbidden: { code: 403, message: 'no' } }, 'denied'),
  ],
};

const stacks = (status: unknown, more: Json = {}): Json => ({
  stacks: [
    {
      id: SERVER,
      stack_name: 'net-1',
      stack_status: status,
      stack_status_reason: 'Stack CREATE completed successfully',
      creation_time: '2024-05-13T10:15:02Z',
      updated_time: null,
      ...more,
    },
  ],
});
const HEAT: Family = {
  dialect: 'heat-stack',
  jobId: SERVER,
  success: stacks('CREATE_COMPLETE'),
  rows: [
    ...each('CREATE UPDATE DELETE ROLLBACK RESUME CHECK', (word) =>
      row(`Heat: ${word}_IN_PROGRESS`, 200, stacks(`${word}_IN_PROGRESS`), 'running'),
    ),
    ...each('CREATE UPDATE DELETE RESUME CHECK ADOPT', (word) =>
      row(`Heat: ${word}_COMPLETE`, 200, stacks(`${word}_COMPLETE`), 'succeeded', { error: null }),
    ),
    ...each('CREATE UPDATE DELETE ROLLBACK RESUME CHECK', (word) =>
      row(
        `Heat: ${word}_FAILED`,
        200,
        stacks(`${word}_FAILED`, { stack_status_reason: `${word} failed: quota` }),
        'failed',
        {
          error: { reason: `${word} failed: quota` },
        },
      ),
    ),
    row('Heat: rolled back', 200, stacks('ROLLBACK_COMPLETE'), 'failed'),
    ...each('SUSPEND_COMPLETE SNAPSHOT_COMPLETE INIT_COMPLETE', (word) =>
      row(`Heat: ${word}, of which the dialect knows nothing`, 200, stacks(word), 'running'),
    ),
    row('Heat: no such stack', 200, { stacks: [] }, 'not_found'),
    row(
      'Heat: others alone',
      200,
      { stacks: [{ id: 'other', stack_status: 'CREATE_COMPLETE' }] },
      'malformed',
    ),
    row(
      'Heat: among others',
      200,
      {
        stacks: [
          { id: 'other', stack_status: 'CREATE_FAILED' },
          ...(stacks('CREATE_COMPLETE')['stacks'] as Json[]),
        ],
      },
      'succeeded',
    ),
  ],
};

const balancer = (status: unknown, more: Json = {}): Json => ({
  loadbalancer: {
    id: SERVER,
    name: 'lb-1',
    provider: 'amphora',
    provisioning_status: status,
    operating_status: 'ONLINE',
    created_at: '2024-05-13T10:15:02',
    updated_at: '2024-05-13T10:18:02',
    vip_address: '10.0.0.7',
    ...more,
  },
});
const OCTAVIA: Family = {
  dialect: 'octavia-loadbalancer',
  jobId: SERVER,
  success: balancer('ACTIVE'),
  rows: [
    ...each('PENDING_CREATE PENDING_UPDATE PENDING_DELETE', (word) =>
      row(`Octavia: ${word}`, 200, balancer(word), 'running'),
    ),
    row('Octavia: ACTIVE', 200, balancer('ACTIVE'), 'succeeded', {
      beganAt: '2024-05-13T10:18:02.000Z',
      jobType: 'amphora',
    }),
    row(
      'Octavia: ACTIVE, and does not serve',
      200,
      balancer('ACTIVE', { operating_status: 'ERROR' }),
      'succeeded',
    ),
    row('Octavia: ERROR', 200, balancer('ERROR'), 'failed'),
    row('Octavia: ERROR, and serves', 200, balancer('ERROR', { operating_status: 'ONLINE' }), 'failed'),
    row('Octavia: DELETED', 200, balancer('DELETED'), 'running'),
    row(
      'Octavia: gone',
      404,
      { faultcode: 'Client', faultstring: 'Load Balancer not found.', debuginfo: null },
      'not_found',
    ),
    row('Octavia: immutable', 409, { faultcode: 'Client', faultstring: 'immutable' }, 'malformed'),
  ],
};

const TASK = 't-ce946ntx4wr0001';
const task = (status: unknown, more: Json = {}, operations: Json[] = []): Json => ({
  RequestId: '473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E',
  TaskId: TASK,
  TaskAction: 'ExportImage',
  TaskStatus: status,
  TaskProcess: '100%',
  RegionId: 'cn-hangzhou',
  TotalCount: 1,
  SuccessCount: 1,
  FailedCount: 0,
  SupportCancel: 'false',
  CreationTime: '2015-11-23T02:13Z',
  FinishedTime: '2015-11-23T02:19Z',
  OperationProgressSet: { OperationProgress: operations },
  ...more,
});
const done = { OperationStatus: 'Success', ErrorCode: '', ErrorMsg: '', RelatedItemSet: { RelatedItem: [] } };
const broken = {
  OperationStatus: 'Failed',
  ErrorCode: 'ParameterInvalid',
  ErrorMsg: 'The specified RegionId is invalid.',
};
const ALIBABA: Family = {
  dialect: 'alibaba-task',
  jobId: TASK,
  success: task('Finished', {}, [done]),
  rows: [
    row(
      'Alibaba: Finished, with an error of the call',
      200,
      { TaskId: TASK, TaskStatus: 'Finished', Code: 'InternalError', Message: 'try again' },
      'malformed',
    ),
    ...each('200 OK 0 success', (Code) =>
      row(
        `Alibaba: Finished, with ${Code} as code of the call`,
        200,
        { TaskId: TASK, TaskStatus: 'Finished', Code, Message: 'all of it is done' },
        'succeeded',
      ),
    ),
    ...each('Waiting Pending Processing Running', (word) =>
      row(`Alibaba: ${word}`, 200, task(word), 'running'),
    ),
    row('Alibaba: Finished', 200, task('Finished', {}, [done]), 'succeeded', {
      beganAt: '2015-11-23T02:13:00.000Z',
      endedAt: '2015-11-23T02:19:00.000Z',
      jobType: 'ExportImage',
      subJobs: { total: 1, succeeded: 1, failed: 0, running: 0 },
    }),
    row('Alibaba: Finished, and nothing was counted', 200, task('Finished', { FailedCount: 0 }), 'succeeded'),
    row('Alibaba: Finished with a failure counted', 200, task('Finished', { FailedCount: 1 }), 'failed'),
    row('Alibaba: Finished with a sub-job that failed', 200, task('Finished', {}, [done, broken]), 'failed', {
      error: { code: 'ParameterInvalid', reason: 'The specified RegionId is invalid.' },
    }),
    row('Alibaba: Failed', 200, task('Failed', { FailedCount: 1 }, [broken]), 'failed', {
      error: { code: 'ParameterInvalid' },
    }),
    row('Alibaba: Deleted', 200, task('Deleted'), 'failed'),
    row(
      'Alibaba: Processing with a sub-job that failed',
      200,
      task('Processing', { FailedCount: 1 }, [broken]),
      'running',
    ),
    row(
      'Alibaba: Finished with an error on top',
      200,
      task('Finished', { ErrorCode: 'X', ErrorMsg: 'y' }),
      'malformed',
    ),
    row(
      'Alibaba: throttled, with 400',
      400,
      { Code: 'Throttling.User', Message: 'Request was denied', RequestId: 'r' },
      'throttled',
    ),
    row(
      'Alibaba: no such key, with 404',
      404,
      { Code: 'InvalidAccessKeyId.NotFound', Message: 'x' },
      'denied',
    ),
    row('Alibaba: a signature, with 400', 400, { Code: 'SignatureDoesNotMatch', Message: 'x' }, 'denied'),
    row('Alibaba: down', 503, { Code: 'ServiceUnavailable', Message: 'x' }, 'unavailable'),
    row('Alibaba: no such task', 404, { Code: 'InvalidTaskId.NotFound', Message: 'x' }, 'not_found'),
  ],
};

const OPERATION = '0f1e2d3c-4b5a-4968-8776-655443322110';
const operation = (status: unknown, more: Json = {}): Json => ({
  id: `/subscriptions/s/providers/Microsoft.Compute/locations/westeurope/operations/${OPERATION}`,
  name: OPERATION,
  status,
  startTime: '2024-05-13T10:15:02.1234567+00:00',
  ...more,
});
const azureError = { code: 'SkuNotAvailable', message: 'The requested size is not available in westeurope.' };
const AZURE: Family = {
  dialect: 'azure-async',
  jobId: OPERATION,
  success: operation('Succeeded'),
  rows: [
    row(
      'Azure: Succeeded, with an error in its properties',
      200,
      { status: 'Succeeded', properties: { error: { code: 'Conflict', message: 'in use' } } },
      'failed',
      {
        error: { code: 'Conflict', reason: 'in use' },
      },
    ),
    row('Azure: canceled, in the other spelling', 200, { status: 'Cancelled' }, 'failed'),
    ...each(
      'InProgress Running Accepted Creating Updating Deleting Provisioning ResolvingDns Migrating',
      (word) => row(`Azure: ${word}`, 200, operation(word), 'running'),
    ),
    row(
      'Azure: Succeeded',
      200,
      operation('Succeeded', { endTime: '2024-05-13T10:16:02.5+00:00', properties: { output: {} } }),
      'succeeded',
      {
        beganAt: '2024-05-13T10:15:02.123Z',
        endedAt: '2024-05-13T10:16:02.500Z',
      },
    ),
    row('Azure: a status alone', 200, { status: 'Succeeded' }, 'succeeded'),
    row('Azure: a status alone goes on', 200, { status: 'InProgress' }, 'running'),
    row('Azure: Failed', 200, operation('Failed', { error: azureError }), 'failed', {
      error: { code: 'SkuNotAvailable', reason: azureError.message },
    }),
    row(
      'Azure: Failed with details',
      200,
      operation('Failed', { error: { code: 'DeploymentFailed', message: '', details: [azureError] } }),
      'failed',
      {
        error: { reason: azureError.message },
      },
    ),
    row(
      'Azure: Canceled',
      200,
      operation('Canceled', { error: { code: 'Canceled', message: 'by user' } }),
      'failed',
    ),
    row('Azure: Succeeded with an error', 200, operation('Succeeded', { error: azureError }), 'failed'),
    row('Azure: Succeeded with an error of null', 200, operation('Succeeded', { error: null }), 'succeeded'),
    row('Azure: 202 with a status', 202, operation('InProgress'), 'running'),
    row('Azure: an error and no status is none of the job', 200, { error: azureError }, 'malformed'),
    row(
      'Azure: a token that ended',
      401,
      { error: { code: 'ExpiredAuthenticationToken', message: 'x' } },
      'denied',
    ),
    row(
      'Azure: no such subscription, with 404',
      404,
      { error: { code: 'SubscriptionNotFound', message: 'x' } },
      'denied',
    ),
    row('Azure: no such operation', 404, { error: { code: 'NotFound', message: 'x' } }, 'not_found'),
    row('Azure: throttled', 429, { error: { code: 'TooManyRequests', message: 'x' } }, 'throttled'),
  ],
};

const account = (more: Json = {}): Json => ({
  id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a',
  name: 'a',
  type: 'Microsoft.Storage/storageAccounts',
  location: 'westeurope',
  ...more,
});
const LOCATION: Family = {
  dialect: 'azure-location',
  jobId: OPERATION,
  success: account({ properties: { provisioningState: 'Succeeded' } }),
  rows: [
    ...each(
      'MissingApiVersionParameter InvalidApiVersionParameter NoRegisteredProviderFound InvalidResourceType',
      (code) =>
        row(`Location: 400 by a wrong path: ${code}`, 400, { error: { code, message: 'x' } }, 'misrouted'),
    ),
    ...each('InvalidAuthenticationTokenTenant MissingSubscriptionRegistration', (code) =>
      row(`Location: 409 by a missing right: ${code}`, 409, { error: { code, message: 'x' } }, 'denied'),
    ),
    row(
      'Location: such a code beside a word of the job',
      400,
      { status: 'Failed', error: { code: 'AuthorizationFailed', message: 'no right to the disk' } },
      'failed',
    ),
    row(
      'Location: 200 with a code and a message',
      200,
      { code: 'AuthenticationFailed', message: 'The token is too old.' },
      'malformed',
    ),
    row('Location: 202 without a body', 202, '', 'running'),
    row(
      'Location: 202 with a body',
      202,
      account({ properties: { provisioningState: 'Creating' } }),
      'running',
    ),
    row(
      'Location: 202 although the body says Succeeded',
      202,
      account({ properties: { provisioningState: 'Succeeded' } }),
      'running',
    ),
    row('Location: 202 and null', 202, 'null', 'malformed'),
    row(
      'Location: 200 with the resource',
      200,
      account({ properties: { provisioningState: 'Succeeded' } }),
      'succeeded',
      {
        jobType: 'Microsoft.Storage/storageAccounts',
      },
    ),
    row('Location: 200 without a state', 200, account(), 'succeeded'),
    row('Location: 200 without a body', 200, '', 'succeeded'),
    row('Location: 201', 201, account({ properties: { provisioningState: 'Succeeded' } }), 'succeeded'),
    row('Location: 204', 204, '', 'succeeded'),
    row(
      'Location: 200 although it goes on',
      200,
      account({ properties: { provisioningState: 'Updating' } }),
      'running',
    ),
    row(
      'Location: 200 with a failure',
      200,
      account({ properties: { provisioningState: 'Failed' } }),
      'failed',
    ),
    row('Location: 200 with an error', 200, { error: azureError }, 'failed', {
      error: { code: 'SkuNotAvailable' },
    }),
    row(
      'Location: 200 with an unknown state',
      200,
      account({ properties: { provisioningState: 'Frozen' } }),
      'malformed',
    ),
    ...[400, 409, 412, 422].map((status) =>
      row(`Location: ${status}`, status, { error: azureError }, 'failed', {
        error: { code: 'SkuNotAvailable', reason: azureError.message },
      }),
    ),
    row(
      'Location: 409 although the body says Succeeded',
      409,
      account({ properties: { provisioningState: 'Succeeded' } }),
      'failed',
    ),
    row('Location: a page with 200', 200, '<html>Sign in</html>', 'unavailable'),
    row('Location: a page with 202', 202, '<html>Sign in</html>', 'unavailable'),
    row('Location: half a body', 200, '{"id": "/subscr', 'malformed'),
    ...[500, 502, 503, 504].map((status) =>
      row(`Location: ${status}`, status, { error: azureError }, 'unavailable'),
    ),
    row('Location: gone', 404, { error: { code: 'NotFound', message: 'x' } }, 'not_found'),
    row(
      'Location: a token that ended',
      401,
      { error: { code: 'InvalidAuthenticationTokenTenant', message: 'x' } },
      'denied',
    ),
    row('Location: throttled', 429, '', 'throttled'),
    row('Location: a redirect', 302, '', 'misrouted'),
  ],
};

const LRO = 'operation-1715595302000-618544a1b2c3d';
const lro = (more: Json): Json => ({
  name: `projects/p/locations/europe-west3/operations/${LRO}`,
  metadata: {
    '@type': 'type.googleapis.com/google.cloud.OperationMetadata',
    createTime: '2024-05-13T10:15:02.123456789Z',
    endTime: '2024-05-13T10:16:02.123Z',
    target: 'projects/p/locations/europe-west3/services/web',
    verb: 'create',
  },
  ...more,
});
const status = { code: 8, message: 'Quota exceeded for quota metric.', details: [{ reason: 'QUOTA' }] };
const GOOGLE: Family = {
  dialect: 'google-operation',
  jobId: LRO,
  success: lro({ done: true, response: { name: 'x' } }),
  rows: [
    row('Operation: without done', 200, lro({}), 'running', { jobType: 'create' }),
    row('Operation: done false', 200, lro({ done: false }), 'running'),
    row('Operation: done as text', 200, lro({ done: 'false' }), 'running'),
    row('Operation: done null', 200, lro({ done: null }), 'running'),
    row('Operation: done', 200, lro({ done: true, response: { '@type': 't' } }), 'succeeded', {
      beganAt: '2024-05-13T10:15:02.123Z',
      endedAt: '2024-05-13T10:16:02.123Z',
      entities: { target: 'projects/p/locations/europe-west3/services/web' },
    }),
    row('Operation: done with an empty response', 200, lro({ done: true, response: {} }), 'succeeded'),
    row('Operation: done without a response', 200, lro({ done: true }), 'succeeded'),
    row('Operation: done with an error', 200, lro({ done: true, error: status }), 'failed', {
      error: { code: '8', reason: 'Quota exceeded for quota metric.' },
    }),
    row(
      'Operation: done with an error and a response',
      200,
      lro({ done: true, error: status, response: {} }),
      'failed',
    ),
    row('Operation: an error that is not done', 200, lro({ done: false, error: status }), 'running'),
    row('Operation: an error without done', 200, lro({ error: status }), 'running'),
    row('Operation: a code alone', 200, lro({ done: true, error: { code: 5 } }), 'failed'),
    row('Operation: the code of OK', 200, lro({ done: true, error: { code: 0, message: '' } }), 'succeeded'),
    row('Operation: its name alone', 200, { name: `operations/${LRO}`, done: true }, 'succeeded'),
    row('Operation: a bare name', 200, { name: LRO, done: true }, 'succeeded'),
    row("Operation: another's name", 200, { name: `operations/${LRO}x`, done: true }, 'malformed'),
    row('Operation: a part of its name', 200, { name: `operations/x${LRO}`, done: true }, 'malformed'),
    row('Operation: no name', 200, { done: true }, 'malformed'),
    row('Operation: no name, not done', 200, {}, 'malformed'),
    row(
      'Operation: the query failed with 200',
      200,
      { error: { code: 401, message: 'x', status: 'UNAUTHENTICATED' } },
      'denied',
    ),
    row(
      'Operation: not found',
      404,
      { error: { code: 404, message: 'x', status: 'NOT_FOUND' } },
      'not_found',
    ),
    row(
      'Operation: no right',
      403,
      { error: { code: 403, message: 'x', status: 'PERMISSION_DENIED' } },
      'denied',
    ),
    row(
      'Operation: throttled, with 403',
      403,
      { error: { code: 403, message: 'x', errors: [{ reason: 'rateLimitExceeded' }] } },
      'throttled',
    ),
  ],
};

const COMPUTE_ID = 'operation-1715595302000-618544a1b2c3d-0f1e2d3c';
const compute = (word: unknown, more: Json = {}): Json => ({
  kind: 'compute#operation',
  id: '7331234567890123456',
  name: COMPUTE_ID,
  operationType: 'insert',
  targetLink: 'https://www.googleapis.com/compute/v1/projects/p/zones/z/instances/web-7',
  status: word,
  progress: 100,
  insertTime: '2024-05-13T03:15:01.987-07:00',
  startTime: '2024-05-13T03:15:02.123-07:00',
  ...more,
});
const errors = {
  errors: [{ code: 'ZONE_RESOURCE_POOL_EXHAUSTED', message: 'The zone has not enough resources.' }],
};
const COMPUTE: Family = {
  dialect: 'google-compute',
  jobId: COMPUTE_ID,
  success: compute('DONE'),
  rows: [
    row('Compute: PENDING', 200, compute('PENDING'), 'running'),
    row('Compute: RUNNING', 200, compute('RUNNING'), 'running', { beganAt: '2024-05-13T10:15:02.123Z' }),
    row('Compute: RUNNING with an error', 200, compute('RUNNING', { error: errors }), 'running'),
    row('Compute: DONE', 200, compute('DONE', { endTime: '2024-05-13T03:15:41.456-07:00' }), 'succeeded', {
      endedAt: '2024-05-13T10:15:41.456Z',
      jobType: 'insert',
    }),
    row('Compute: DONE with an error', 200, compute('DONE', { error: errors }), 'failed', {
      error: { code: 'ZONE_RESOURCE_POOL_EXHAUSTED', reason: 'The zone has not enough resources.' },
    }),
    row(
      'Compute: DONE with two errors',
      200,
      compute('DONE', { error: { errors: [...errors.errors, { code: 'X', message: 'y' }] } }),
      'failed',
      {
        error: { code: 'ZONE_RESOURCE_POOL_EXHAUSTED' },
      },
    ),
    row(
      'Compute: DONE with an error of HTTP',
      200,
      compute('DONE', { httpErrorStatusCode: 400, httpErrorMessage: 'BAD REQUEST' }),
      'failed',
      {
        error: { reason: 'BAD REQUEST' },
      },
    ),
    row(
      'Compute: DONE with a status of HTTP alone is not believed',
      200,
      compute('DONE', { httpErrorStatusCode: 400 }),
      'malformed',
    ),
    row(
      'Compute: DONE with warnings',
      200,
      compute('DONE', { warnings: [{ code: 'DISK_SIZE', message: 'x' }] }),
      'succeeded',
    ),
    row('Compute: DONE with no errors', 200, compute('DONE', { error: { errors: [] } }), 'succeeded'),
    row(
      'Compute: the number in place of the name',
      200,
      { ...compute('DONE'), name: '7331234567890123456' },
      'malformed',
    ),
    row(
      'Compute: throttled, with 403',
      403,
      { error: { code: 403, errors: [{ reason: 'rateLimitExceeded' }] } },
      'throttled',
    ),
    row('Compute: not found', 404, { error: { code: 404, errors: [{ reason: 'notFound' }] } }, 'not_found'),
    row('Compute: forbidden', 403, { error: { code: 403, errors: [{ reason: 'forbidden' }] } }, 'denied'),
  ],
};

export const FAMILIES: readonly Family[] = [NOVA, HEAT, OCTAVIA, ALIBABA, AZURE, LOCATION, GOOGLE, COMPUTE];

/** What any service may answer, made of a success of this one. `statusless`: its HTTP status says something by itself. */
export function anyOf({ success, dialect }: Family): Row[] {
  const text = JSON.stringify(success);
  const isLocation = dialect === 'azure-location';
  return [
    ...[401, 402, 403, 407, 451].map((code) => row(`a success with ${code}`, code, text, 'denied')),
    ...[405, 421, 301, 307].map((code) => row(`a success with ${code}`, code, text, 'misrouted')),
    ...[500, 501, 502, 503, 504, 520, 599, 408, 425].map((code) =>
      row(`a success with ${code}`, code, text, 'unavailable'),
    ),
    ...[404, 410].map((code) => row(`a success with ${code}`, code, text, 'not_found')),
    row('a success with 429', 429, text, 'throttled'),
    row('a success with 418', 418, text, 'malformed'),
    row('a page', 200, '<html>ok</html>', 'unavailable'),
    row('half a success', 200, text.slice(0, -3), 'malformed'),
    row('a list', 200, `[${text}]`, 'malformed'),
    row('a text', 200, JSON.stringify(text), 'malformed'),
    row('null', 200, 'null', 'malformed'),
    row('a number', 200, '200', 'malformed'),
    ...(isLocation
      ? []
      : [row('nothing', 200, '', 'malformed'), row('an empty object', 200, {}, 'malformed')]),
  ];
}

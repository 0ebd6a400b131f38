/**
 * Further answers of other clouds, after the examples of their public documentation with ids and names replaced. No dialect was written
 * after them: they say whether one holds for answers that nobody had in mind. `end`: what must follow; null: nothing.
 */
export interface Unseen {
  says: string;
  status: number;
  body: unknown;
  end: 'succeeded' | 'failed' | null;
}

type Json = Record<string, unknown>;
const say = (says: string, end: Unseen['end'], body: unknown, status = 200): Unseen => ({
  says,
  status,
  body,
  end,
});

const SERVER = 'a8a3f1b2-5f0e-4a3c-9d1e-2b7c6d5e4f30';
const OTHER = '5f1d7c44-1f0a-4b6e-8f5e-0a1b2c3d4e5f';

/** Microversion 2.96, with what it has beside the status. */
const server = (status: unknown, more: Json = {}): Json => ({
  server: {
    id: SERVER,
    name: 'new-server-test',
    status,
    tenant_id: '6f70656e737461636b20342065766572',
    user_id: 'fake',
    accessIPv4: '1.2.3.4',
    created: '2019-04-23T15:19:14Z',
    updated: '2019-04-23T15:19:15Z',
    progress: 0,
    locked: false,
    tags: [],
    flavor: { original_name: 'm1.small', disk: 1, ram: 512, vcpus: 1 },
    image: { id: '70a599e0-31e7-49b7-b260-868f441e862b' },
    'OS-EXT-STS:power_state': 1,
    'OS-EXT-STS:task_state': null,
    'OS-EXT-STS:vm_state': 'active',
    'OS-SRV-USG:terminated_at': null,
    security_groups: [{ name: 'default' }],
    ...more,
  },
});
const fault = {
  code: 500,
  created: '2019-04-23T15:20:01Z',
  message: 'NoValidHost',
  details: 'File "scheduler.py", line 100, in schedule\n  raise exception.NoValidHost',
};

const stack = (status: unknown, more: Json = {}): Json => ({
  stack_name: 'teststack',
  id: SERVER,
  stack_status: status,
  stack_status_reason: 'Stack CREATE completed successfully',
  description: 'Simple template to test heat commands',
  creation_time: '2014-06-03T20:59:46Z',
  updated_time: null,
  deletion_time: null,
  stack_owner: 'bob',
  parent: null,
  tags: null,
  links: [{ href: `https://heat.example.com/v1/p/stacks/teststack/${SERVER}`, rel: 'self' }],
  ...more,
});

const balancer = (status: unknown, more: Json = {}): Json => ({
  loadbalancer: {
    description: 'My favorite load balancer',
    admin_state_up: true,
    project_id: 'e3cd678b11784734bc366148aa37580e',
    provisioning_status: status,
    operating_status: 'ONLINE',
    created_at: '2017-02-28T00:41:44',
    updated_at: '2017-02-28T00:43:30',
    listeners: [{ id: OTHER }],
    pools: [],
    vip_address: '203.0.113.50',
    additional_vips: [],
    provider: 'octavia',
    flavor_id: '',
    availability_zone: 'my_az',
    id: SERVER,
    name: 'best_load_balancer',
    tags: ['test_tag'],
    ...more,
  },
});

const TASK = 't-ce946ntx4wr0001';
const task = (status: unknown, more: Json = {}): Json => ({
  RequestId: '7B9EFA05-4E9C-4CF6-A1F4-6E0A9E3E3F5A',
  TaskId: TASK,
  RegionId: 'cn-hangzhou',
  TaskAction: 'ImportImage',
  TaskStatus: status,
  TaskProcess: '40%',
  SupportCancel: 'true',
  TotalCount: 1,
  SuccessCount: 0,
  FailedCount: 0,
  CreationTime: '2020-11-24T12:50Z',
  FinishedTime: '',
  OperationProgressSet: { OperationProgress: [] },
  ...more,
});

const azure = (status: unknown, more: Json = {}): Json => ({
  id: '/subscriptions/s/providers/Microsoft.Compute/locations/westus/operations/b0e1',
  name: 'b0e1',
  status,
  startTime: '2017-01-06T20:56:36.002812+00:00',
  percentComplete: 0,
  properties: {},
  ...more,
});

const LRO = 'operation-1715595302000-618544a1b2c3d';
const lro = (more: Json): Json => ({ name: `projects/p/locations/us-east1/operations/${LRO}`, ...more });

const ZONAL = 'operation-1715595302000-618544a1b2c3d-0f1e2d3c';
const compute = (status: unknown, more: Json = {}): Json => ({
  id: '2389274810347712345',
  name: ZONAL,
  zone: 'https://www.googleapis.com/compute/v1/projects/p/zones/us-central1-a',
  clientOperationId: '',
  operationType: 'resize',
  targetId: '4132355614508179288',
  user: 'user@example.com',
  status,
  progress: 0,
  insertTime: '2020-01-27T09:11:50.912-08:00',
  selfLink: `https://www.googleapis.com/compute/v1/projects/p/zones/us-central1-a/operations/${ZONAL}`,
  kind: 'compute#operation',
  ...more,
});

export const UNSEEN: Readonly<Record<string, readonly Unseen[]>> = {
  'nova-server': [
    say('spawning', null, server('BUILD', { 'OS-EXT-STS:task_state': 'spawning' })),
    say(
      'active, while an image of it is taken',
      null,
      server('ACTIVE', { 'OS-EXT-STS:task_state': 'image_snapshot' }),
    ),
    say('no host', 'failed', server('ERROR', { fault })),
    say('migrating, with the fault of an earlier try', null, server('MIGRATING', { fault })),
    say('waits for a confirmation', null, server('VERIFY_RESIZE', { progress: 100 })),
    say('deleted softly', null, server('SOFT_DELETED', { 'OS-EXT-STS:vm_state': 'soft-delete' })),
    say('shelved away', null, server('SHELVED_OFFLOADED')),
    say('another server', null, { server: { ...(server('ACTIVE')['server'] as Json), id: OTHER } }),
    say('a list in place of one', null, { servers: [server('ACTIVE')['server'] as Json] }),
    say(
      'changed by somebody else',
      null,
      { conflictingRequest: { code: 409, message: "Cannot 'reboot' while it is in vm_state building" } },
      409,
    ),
  ],
  'heat-stack': [
    say('created', 'succeeded', { stacks: [stack('CREATE_COMPLETE')] }),
    say('a resource failed', 'failed', {
      stacks: [
        stack('CREATE_FAILED', {
          stack_status_reason:
            'Resource CREATE failed: ResourceInError: Went to status ERROR due to "Message: No valid host"',
        }),
      ],
    }),
    say('rolled back', 'failed', {
      stacks: [stack('ROLLBACK_COMPLETE', { stack_status_reason: 'Stack ROLLBACK completed successfully' })],
    }),
    say('timed out', 'failed', { stacks: [stack('UPDATE_FAILED', { stack_status_reason: 'Timed out' })] }),
    say('is rolled back', null, { stacks: [stack('ROLLBACK_IN_PROGRESS')] }),
    say('suspended', null, { stacks: [stack('SUSPEND_IN_PROGRESS')] }),
    say('has no state yet', null, { stacks: [stack(null)] }),
    say('one of another id', null, { stacks: [stack('CREATE_COMPLETE', { id: OTHER })] }),
    say('the stack itself, not in a list', null, { stack: stack('CREATE_COMPLETE') }),
    say(
      'not found, as Heat says it',
      null,
      {
        explanation: 'The resource could not be found.',
        code: 404,
        error: {
          message: 'The Stack (teststack) could not be found.',
          traceback: null,
          type: 'EntityNotFound',
        },
        title: 'Not Found',
      },
      404,
    ),
  ],
  'octavia-loadbalancer': [
    say('active', 'succeeded', balancer('ACTIVE')),
    say('active, and offline', 'succeeded', balancer('ACTIVE', { operating_status: 'OFFLINE' })),
    say('failed', 'failed', balancer('ERROR', { operating_status: 'OFFLINE' })),
    say('created', null, balancer('PENDING_CREATE', { operating_status: 'OFFLINE', updated_at: null })),
    say('deleted', null, balancer('DELETED')),
    say('serves, and is changed', null, balancer('PENDING_UPDATE', { operating_status: 'ERROR' })),
    say('no status of ours', null, balancer(undefined)),
    say('its statuses alone', null, {
      statuses: {
        loadbalancer: { id: SERVER, name: 'lb', provisioning_status: 'ACTIVE', operating_status: 'ONLINE' },
      },
    }),
    say(
      'immutable',
      null,
      {
        faultcode: 'Client',
        faultstring: `Load Balancer ${SERVER} is immutable and cannot be updated.`,
        debuginfo: null,
      },
      409,
    ),
    say(
      'not found',
      null,
      { faultcode: 'Client', faultstring: `load balancer ${SERVER} not found.`, debuginfo: null },
      404,
    ),
  ],
  'alibaba-task': [
    say('under way', null, task('Processing')),
    say('waits', null, task('Waiting', { TaskProcess: '0%' })),
    say(
      'ended',
      'succeeded',
      task('Finished', {
        SuccessCount: 1,
        TaskProcess: '100%',
        FinishedTime: '2020-11-24T12:57Z',
        OperationProgressSet: {
          OperationProgress: [
            {
              OperationStatus: 'Success',
              ErrorCode: '',
              ErrorMsg: '',
              RelatedItemSet: { RelatedItem: [{ Name: 'ImageId', Value: 'm-1' }] },
            },
          ],
        },
      }),
    ),
    say(
      'ended with a failure',
      'failed',
      task('Finished', {
        FailedCount: 1,
        OperationProgressSet: {
          OperationProgress: [
            {
              OperationStatus: 'Failed',
              ErrorCode: 'InvalidOSSObject.NotFound',
              ErrorMsg: 'The object does not exist.',
              RelatedItemSet: { RelatedItem: [] },
            },
          ],
        },
      }),
    ),
    say('failed', 'failed', task('Failed', { FailedCount: 1 })),
    say(
      'under way, with a part that has ended',
      null,
      task('Processing', {
        OperationProgressSet: {
          OperationProgress: [{ OperationStatus: 'Success', ErrorCode: '', ErrorMsg: '' }],
        },
      }),
    ),
    say('a word that it does not document', null, task('Suspended')),
    say('another task', null, { ...task('Finished'), TaskId: 't-other' }),
    say(
      'not found',
      null,
      {
        RequestId: '1',
        HostId: 'ecs.aliyuncs.com',
        Code: 'InvalidTaskId.NotFound',
        Message: 'The specified task does not exist.',
      },
      404,
    ),
    say(
      'an old signature',
      null,
      { RequestId: '1', Code: 'SignatureDoesNotMatch', Message: 'The request signature does not conform.' },
      400,
    ),
  ],
  'azure-async': [
    say('under way', null, azure('InProgress')),
    say('under way, in words of the service', null, azure('ResolvingDns')),
    say(
      'ended',
      'succeeded',
      azure('Succeeded', { endTime: '2017-01-06T20:58:12.1+00:00', percentComplete: 100 }),
    ),
    say(
      'ended, with what it made',
      'succeeded',
      azure('Succeeded', { properties: { output: { id: '/subscriptions/s/x' } } }),
    ),
    say(
      'failed',
      'failed',
      azure('Failed', {
        error: {
          code: 'OverconstrainedAllocationRequest',
          message: 'Allocation failed.',
          details: [],
          innererror: { code: 'x' },
        },
      }),
    ),
    say('failed without a word', 'failed', { status: 'Failed' }),
    say('canceled', 'failed', azure('Canceled')),
    say('in the spelling of another service', null, azure('Cancelling')),
    say('no status', null, { id: '/subscriptions/s/x', name: 'b0e1' }),
    say(
      'not known any more',
      null,
      { error: { code: 'NotFound', message: 'The entity was not found.' } },
      404,
    ),
  ],
  'azure-location': [
    say('under way', null, '', 202),
    say('under way, with a body', null, { status: 'Accepted' }, 202),
    say('ended, with the resource', 'succeeded', {
      id: '/subscriptions/s/rg/sa',
      name: 'sa',
      type: 'Microsoft.Storage/storageAccounts',
      location: 'westus',
      sku: { name: 'Standard_GRS' },
      properties: { provisioningState: 'Succeeded', creationTime: '2023-05-24T13:24:47Z' },
    }),
    say('ended, without a body', 'succeeded', '', 204),
    say(
      'failed',
      'failed',
      {
        error: {
          code: 'StorageAccountAlreadyTaken',
          message: 'The storage account named x is already taken.',
        },
      },
      409,
    ),
    say(
      'refused when it was carried out',
      'failed',
      { error: { code: 'InvalidParameter', message: 'x' } },
      400,
    ),
    say('200, and failed', 'failed', { id: 'x', properties: { provisioningState: 'Failed' } }),
    say('200, and goes on', null, { id: 'x', properties: { provisioningState: 'Creating' } }),
    say('the gateway is down', null, { error: { code: 'GatewayTimeout', message: 'x' } }, 504),
    say('the token is too old', null, { error: { code: 'ExpiredAuthenticationToken', message: 'x' } }, 401),
  ],
  'google-operation': [
    say(
      'under way, without done',
      null,
      lro({ metadata: { '@type': 'type.googleapis.com/google.cloud.run.v2.Service' } }),
    ),
    say('under way, with progress', null, lro({ done: false, metadata: { progressPercent: 40 } })),
    say(
      'ended',
      'succeeded',
      lro({ done: true, response: { '@type': 'type.googleapis.com/google.protobuf.Empty' } }),
    ),
    say(
      'ended, with what it made',
      'succeeded',
      lro({
        done: true,
        metadata: { verb: 'create', apiVersion: 'v1' },
        response: { '@type': 'x', name: 'projects/p/locations/l/clusters/c', state: 'ERROR' },
      }),
    ),
    say(
      'failed',
      'failed',
      lro({
        done: true,
        error: {
          code: 3,
          message: 'Invalid argument.',
          details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'X' }],
        },
      }),
    ),
    say(
      'canceled',
      'failed',
      lro({ done: true, error: { code: 1, message: 'The operation was cancelled.' } }),
    ),
    say('an error, and not done', null, lro({ done: false, error: { code: 8, message: 'quota' } })),
    say('done as a text of another kind', null, lro({ done: 'maybe' })),
    say('another operation', null, {
      name: 'projects/p/locations/us-east1/operations/operation-other',
      done: true,
    }),
    say(
      'not found',
      null,
      { error: { code: 404, message: 'Operation not found', status: 'NOT_FOUND' } },
      404,
    ),
  ],
  'google-compute': [
    say('pending', null, compute('PENDING')),
    say('running', null, compute('RUNNING', { progress: 30, startTime: '2020-01-27T09:11:50.918-08:00' })),
    say('done', 'succeeded', compute('DONE', { progress: 100, endTime: '2020-01-27T09:11:54.100-08:00' })),
    say(
      'done, with a warning',
      'succeeded',
      compute('DONE', { warnings: [{ code: 'NO_RESULTS_ON_PAGE', message: 'x', data: [] }] }),
    ),
    say(
      'done, and failed',
      'failed',
      compute('DONE', {
        error: {
          errors: [{ code: 'QUOTA_EXCEEDED', location: 'x', message: "Quota 'CPUS' exceeded. Limit: 24.0" }],
        },
        httpErrorStatusCode: 403,
        httpErrorMessage: 'FORBIDDEN',
      }),
    ),
    say(
      'done, and the resource was in use',
      'failed',
      compute('DONE', { error: { errors: [{ code: 'RESOURCE_IN_USE_BY_ANOTHER_RESOURCE', message: 'x' }] } }),
    ),
    say(
      'running, with an error so far',
      null,
      compute('RUNNING', { error: { errors: [{ code: 'X', message: 'y' }] } }),
    ),
    say('stopping', null, compute('ABORTING')),
    say('another operation', null, compute('DONE', { name: 'operation-other' })),
    say(
      'not found',
      null,
      {
        error: {
          code: 404,
          message: 'The resource was not found',
          errors: [{ message: 'x', domain: 'global', reason: 'notFound' }],
        },
      },
      404,
    ),
  ],
};

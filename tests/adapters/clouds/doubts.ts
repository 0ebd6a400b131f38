/**
 * Answers in which a success stands beside something else, in shapes that no dialect was written after. `end`: what must follow; null:
 * nothing, since it may be none.
 */
export interface Doubt {
  says: string;
  /** Of `DOUBTED` or of `examples/dialects.yaml`. */
  dialect: string;
  body: unknown;
  end: 'succeeded' | 'failed' | null;
  status: number;
}

/** Dialects as somebody writes them who has seen no failure yet. */
export const DOUBTED = `dialects:
  by-status:
    clouds: [acme]
    path: /operations/{job_id}
    id: none
    http_status: { running: [202], succeeded: [200, 201, 204], failed: [409] }
  by-word:
    clouds: [acme]
    path: /jobs/{job_id}
    job: job
    id: id
    status: state
    words: { running: [doing], succeeded: [done], failed: [broken] }
    entities: made
    sub_jobs: steps
    not_failures: [former, job.made.checks]
`;

type Json = Record<string, unknown>;
type End = Doubt['end'];
const say = (dialect: string, says: string, end: End, body: unknown, status = 200): Doubt => ({
  dialect,
  says,
  end,
  body,
  status,
});
const bare = (says: string, end: End, body: unknown, status = 200): Doubt =>
  say('by-status', says, end, body, status);
const word = (says: string, end: End, more: Json, around: Json = {}): Doubt =>
  say('by-word', says, end, { job: { id: 'j-1', state: 'done', ...more }, ...around });

const azure = (says: string, end: End, more: Json): Doubt =>
  say('azure-async', says, end, {
    id: '/subscriptions/s/operations/j-1',
    name: 'j-1',
    status: 'Succeeded',
    ...more,
  });
const located = (says: string, end: End, body: Json, status = 200): Doubt =>
  say('azure-location', says, end, body, status);
const lro = (says: string, end: End, more: Json): Doubt =>
  say('google-operation', says, end, { name: 'operations/j-1', done: true, ...more });
const compute = (says: string, end: End, more: Json): Doubt =>
  say('google-compute', says, end, {
    name: 'j-1',
    status: 'DONE',
    operationType: 'insert',
    progress: 100,
    ...more,
  });
const server = (says: string, end: End, more: Json): Doubt =>
  say('nova-server', says, end, {
    server: { id: 'j-1', name: 'web', status: 'ACTIVE', 'OS-EXT-STS:task_state': null, ...more },
  });
const stack = (says: string, end: End, more: Json): Doubt =>
  say('heat-stack', says, end, { stacks: [{ id: 'j-1', stack_status: 'CREATE_COMPLETE', ...more }] });
const balancer = (says: string, end: End, more: Json): Doubt =>
  say('octavia-loadbalancer', says, end, {
    loadbalancer: { id: 'j-1', provisioning_status: 'ACTIVE', ...more },
  });
const task = (says: string, end: End, more: Json): Doubt =>
  say('alibaba-task', says, end, { TaskId: 'j-1', TaskStatus: 'Finished', FailedCount: 0, ...more });

export const DOUBTS: readonly Doubt[] = [
  // The HTTP status alone, and a body that is no resource.
  located('200 with a Message alone', null, { Message: 'An error has occurred.' }),
  located('200 with the message of a gateway', null, { message: 'Internal server error' }),
  located('200 with a message that names no failure', null, { message: 'Please sign in to continue' }),
  located('200 with an Error in another case', null, { Error: { Code: 'Conflict', Message: 'in use' } }),
  located('200 with a code alone', null, { code: 'AuthenticationFailed' }),
  located('200 with a message within a wrapper', null, { response: { message: 'Backend fetch failed' } }),
  located('200 with a title and a detail', null, {
    title: 'Bad Gateway',
    detail: 'upstream',
    traceId: '0af7',
  }),
  located('201 with an error three levels deep', null, {
    id: '/subscriptions/s/sa',
    properties: { provisioningState: 'Succeeded', encryption: { keySource: { error: { code: 'KeyGone' } } } },
  }),
  located('200 with the resource and what it is made of', 'succeeded', {
    id: '/subscriptions/s/sa',
    name: 'sa',
    tags: { owner: 'error-team', message: 'failed twice' },
    properties: { platformFaultDomainCount: 3, primaryLocation: 'westeurope', statusOfPrimary: 'available' },
  }),
  located('200 with a resource that has a description of failures', 'succeeded', {
    id: '/subscriptions/s/alert',
    properties: { description: 'fires when requests failed', severity: 'Error' },
  }),
  bare('that it is not done', null, { message: 'Your request was not completed' }),
  bare('that it was unsuccessful', null, { message: 'Unsuccessful' }),
  bare('that it will be done', null, { message: 'You get a mail once the export is completed' }),
  bare('that it is not ready, in a code', null, { code: 'not_ready' }),
  bare('a text for people', null, { message: 'Something went wrong' }),
  bare('an error as a text', null, { error: 'invalid_token', error_description: 'The token is too old' }),
  bare('a fault of a gateway', null, {
    fault: { faultstring: 'Rate limit', detail: { errorcode: 'policies.X' } },
  }),
  bare('errors in a list', null, { errors: [{ title: 'Conflict', status: '409' }] }),
  bare('no data but errors, as GraphQL says it', null, { data: null, errors: [{ message: 'boom' }] }),
  bare('errors of GraphQL deep in an extension', null, {
    data: { job: null },
    extensions: { upstream: { response: { body: { error: 'refused' } } } },
  }),
  bare('success: false', null, { success: false }),
  bare('ok: false and why', null, { ok: false, why: 'quota' }),
  bare('a status of HTTP in the body', null, { statusCode: 500 }),
  bare('JSON in a text', null, { body: '{"error":{"message":"no such disk"}}', isBase64Encoded: false }),
  bare('a result that failed', null, { result: 'failed' }),
  bare('an empty object', 'succeeded', {}),
  bare('nothing', 'succeeded', '', 204),
  bare('a resource', 'succeeded', { id: 'd-1', name: 'disk', sizeGb: 10 }),
  bare('that it is well, in words', 'succeeded', { message: 'Operation completed successfully.' }),
  bare('that it is well, in a code', 'succeeded', { code: 0, message: 'OK' }),
  bare('that it is well, in 200', 'succeeded', { code: 200, msg: 'success', requestId: 'r-1' }),
  bare('no errors', 'succeeded', { id: 'd-1', errors: [], error: null, warnings: ['slow'] }),

  // A word of success, and an error somewhere.
  word('an error three levels deep', null, { stage: { deploy: { pod: { error: 'ImagePullBackOff' } } } }),
  word('an error six levels deep', null, { a: { b: { c: { d: { e: { failureReason: 'no disk' } } } } } }),
  word('an error in a list', null, { tasks: [{ name: 'one' }, { name: 'two', errorMessage: 'no disk' }] }),
  word('an error in a list of lists', null, { tasks: [[{ name: 'one', exception: 'NullPointer' }]] }),
  word('an error with a name that ends so', null, { lastProvisioningError: { code: 'E17' } }),
  word('errors with a name of several words', null, { 'validation-errors': ['name is taken'] }),
  word('a failure message of something', null, { node_failure_message: 'unreachable' }),
  word('a message that it was not done', null, { message: 'The volume was not created' }),
  word('a code that is not good', null, { outputs: { code: 'NOT_AVAILABLE', message: 'the zone is full' } }),
  word('that some have failed', null, { summary: { total: 4, failed: 1 } }),
  word('a number of errors', null, { counts: { errorCount: 2 } }),
  word('a state that failed deep inside', null, {
    outputs: { deployment: { rollout: { state: 'FAILED' } } },
  }),
  word('a conclusion in a list', null, { checks: [{ name: 'a', conclusion: 'timed_out' }] }),
  word('success: false deep inside', null, { outputs: { deployment: { rollout: { success: false } } } }),
  word('a message that tells of a failure', null, { message: 'Deployment failed: quota exceeded' }),
  word('a status with a message that tells of it', null, {
    status: { message: 'Could not attach the disk' },
  }),
  word('a code with a message deep inside', null, {
    outputs: { last: { code: 'E17', message: 'the disk is full' } },
  }),
  word('an error around the job, deep inside', null, {}, { meta: { upstream: { error: { code: 'X' } } } }),
  word('a message around the job', null, {}, { message: 'Request timed out' }),
  word('an error in what it made', null, { made: { disk: { error: { code: 'E17' } } } }),
  word('an error in JSON in a text', null, { output: '{"error":"no disk"}' }),
  word('errors that are none', 'succeeded', {
    error: null,
    errors: [],
    errorCode: '0',
    errorMessage: '',
    lastError: {},
    failed: 0,
    faults: 'none',
  }),
  word('a program that ended with 0', 'succeeded', {
    exit_code: { return_code: { set: true, infinite: false, number: 0 }, status: ['SUCCESS'] },
    steps: [],
    container: { exitCode: '0:0' },
  }),
  word('a program that ended with 137', null, { container: { exitCode: 137 } }),
  word('codes of errors that are none', 'succeeded', {
    errorCode: '200',
    errcode: 'SUCCESS',
    error_msg: 'ok',
  }),
  word('a run of a pipeline', 'succeeded', {
    detailed_status: { text: 'passed', group: 'success' },
    yaml_errors: null,
    allow_failure: true,
    commit: { title: 'Fix an error', message: 'Deployments failed without it' },
    stderr: 'error: retrying',
    email_notifications: { on_failure: ['ops@example.com'] },
  }),
  word('how errors are dealt with', 'succeeded', {
    on_error: 'continue',
    maxFailures: 3,
    retryOnFailure: true,
    failureThreshold: 5,
    faultDomain: 'fd-1',
    errorHandling: 'strict',
    failover: { mode: 'auto' },
  }),
  word('how well a model fits', 'succeeded', { metrics: { mean_squared_error: 0.031, trainingError: 0.2 } }),
  word('a message that all is well', 'succeeded', { message: 'Finished with 0 errors, no failures' }),
  word('warnings with codes', 'succeeded', { warnings: [{ code: 'W1', message: 'the disk is slow' }] }),
  word('events with codes', 'succeeded', { events: [{ code: 'Pulled', message: 'pulled the image' }] }),
  word('a state of what it made', 'succeeded', { made: { disk: { state: 'error' } } }),
  word('a sub-job that failed', 'succeeded', { steps: [{ id: 's', state: 'broken', error: 'x' }] }),
  word('what it was before', 'succeeded', { former: { error: 'x', state: 'failed' } }),
  word('a name and a description', 'succeeded', {
    name: 'error',
    description: 'failed',
    title: 'retry of a failed job',
  }),
  word('how many have ended well', 'succeeded', { summary: { total: 4, succeeded: 4, failed: 0, ok: true } }),

  // As other clouds have it.
  azure('an error in its output', null, {
    properties: { output: { error: { code: 'Conflict', message: 'in use' } } },
  }),
  azure('a deployment of which one failed', null, {
    operations: [
      { properties: { provisioningState: 'Succeeded' } },
      { properties: { provisioningState: 'Failed' } },
    ],
  }),
  azure('an innererror on top', null, { innererror: { exceptiontype: 'ConflictException' } }),
  azure('what it put out', 'succeeded', { properties: { output: { startTime: 'x', statuses: ['ok'] } } }),
  azure('states with codes', 'succeeded', {
    properties: {
      statuses: [{ code: 'ProvisioningState/succeeded', level: 'Info', message: 'The VM was made.' }],
    },
  }),
  azure('percent and nothing else', 'succeeded', { percentComplete: 100, error: null }),
  lro('a response with partial errors', null, {
    response: { partialFailureError: { code: 3, message: 'bad row' } },
  }),
  lro('metadata with the error of a step', null, { metadata: { steps: [{ error: { code: 9 } }] } }),
  lro('a message in its metadata', 'succeeded', {
    metadata: { statusDetail: 'Creating cluster: done', verb: 'create' },
  }),
  lro('conditions', 'succeeded', {
    response: { conditions: [{ type: 'Ready', state: 'CONDITION_SUCCEEDED', severity: 'INFO' }] },
  }),
  compute('an error in another place', null, { operationGroup: { result: { errors: [{ code: 'QUOTA' }] } } }),
  compute('warnings with data', 'succeeded', {
    warnings: [
      { code: 'DISK_SIZE_LARGER_THAN_IMAGE_SIZE', message: 'x', data: [{ key: 'disk', value: 'd' }] },
    ],
  }),
  compute('a message of success', 'succeeded', { statusMessage: 'Operation completed' }),
  server('the fault of a volume', null, {
    volumes: [{ id: 'v', attachment: { fault: { message: 'no path' } } }],
  }),
  server('all that it has', 'succeeded', {
    flavor: { extra_specs: { 'hw:mem_page_size': 'any' } },
    'os-extended-volumes:volumes_attached': [{ id: 'v', delete_on_termination: false }],
    metadata: { on_failure: 'restart', error: 'owner', status: 'failed' },
  }),
  stack('a reason that tells of a failure', null, {
    stack_status_reason: 'Resource CREATE failed: no quota',
  }),
  stack('a reason that tells of success', 'succeeded', {
    stack_status_reason: 'Stack CREATE completed successfully',
  }),
  stack('an output that could not be made', null, {
    outputs: [{ output_key: 'ip', output_error: 'no such attribute' }],
  }),
  say('heat-stack', 'a stack in a list that counts others', 'succeeded', {
    stacks: [{ id: 'j-1', stack_status: 'CREATE_COMPLETE' }],
    summary: { failed: 3, succeeded: 0 },
    error_count: 3,
  }),
  say('heat-stack', 'a stack in a list with an error around it', null, {
    stacks: [{ id: 'j-1', stack_status: 'CREATE_COMPLETE' }],
    errors: ['the second page is missing'],
  }),
  server('a network with any name', 'succeeded', {
    addresses: { error: [{ addr: '10.0.0.1' }], failed: [{ addr: '10.0.0.2', status: 'failed' }] },
  }),
  balancer('members that do not serve', 'succeeded', {
    pools: [{ members: [{ operating_status: 'ERROR' }] }],
  }),
  task('an operation set of another name', null, {
    Details: { Detail: [{ ErrorCode: 'InvalidDisk', ErrorMsg: 'x' }] },
  }),
  task('who could cancel it', 'succeeded', { SupportCancel: 'true', TaskProcess: '100%' }),
];

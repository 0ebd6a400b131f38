/** Answers that nobody documents: of wrong types, broken on their way, or meant to break a reader. And what must follow from each. */
export interface Hostile {
  says: string;
  /** Of Huawei Cloud, or of `examples/dialects.yaml`. */
  dialect: string;
  status: number;
  /** As it came, or what is written as JSON. */
  body: unknown;
  headers?: Record<string, string>;
  kind: string;
  /** What people are told: of a failure its reason, of trouble what is wrong. */
  told?: string | RegExp | null;
}

export const ID = 'a1b2c3';
type Json = Record<string, unknown>;
const row = (
  says: string,
  dialect: string,
  body: unknown,
  kind: string,
  more: Partial<Hostile> = {},
): Hostile => ({
  says,
  dialect,
  status: 200,
  body,
  kind,
  ...more,
});
const ecs = (more: Json): Json => ({ job_id: ID, status: 'SUCCESS', ...more });
const text = JSON.stringify(ecs({}));

/** A status, or an id, in another shape. */
const SHAPES: Hostile[] = [
  ...(
    [
      ['a list', ['SUCCESS']],
      ['an object', { value: 'SUCCESS' }],
      ['a yes', true],
      ['a number', 1],
      ['JSON in a text', '{"status":"SUCCESS"}'],
      ['a word with a sign that nobody sees', 'SUCCESS\u200B'],
      ['a word in other letters', 'FA\u0130L'],
      ['a name that every object has', '__proto__'],
      ['another such name', 'constructor'],
      ['a word for nothing', 'null'],
      ['two words', 'SUCCESS,FAIL'],
      ['a word and more', 'SUCCESS (pending)'],
      ['a long word', 'X'.repeat(100_000)],
    ] as const
  ).map(([what, status]) => row(`the status is ${what}`, 'ecs', ecs({ status }), 'malformed')),
  row('a status between spaces, in mixed case', 'ecs', ecs({ status: ' SucCess ' }), 'succeeded'),
  row('a status for a terminal', 'ecs', ecs({ status: 'RUN\u001B[31mNING' }), 'malformed', {
    told: 'HTTP 200: unknown status RUNNING',
  }),
  row('the id is a number', 'ecs', ecs({ job_id: 12 }), 'malformed', {
    told: 'HTTP 200: the answer is about job 12',
  }),
  row('the id is a list', 'ecs', ecs({ job_id: [ID] }), 'malformed'),
  row('the id is an object', 'ecs', ecs({ job_id: { id: ID } }), 'malformed'),
  row('the job is in a list', 'ecs', [ecs({})], 'malformed'),
  row('the job is in data', 'ecs', { data: ecs({}) }, 'malformed'),
  row('the job is a text', 'rds', { job: JSON.stringify({ id: ID, status: 'Completed' }) }, 'malformed'),
  row('the job is a list', 'rds', { job: [{ id: ID, status: 'Completed' }] }, 'malformed'),
  row('the job is null', 'rds', { job: null }, 'malformed'),
  row(
    'the status is where its object belongs',
    'cce',
    { kind: 'Job', metadata: { uid: ID }, status: 'Success' },
    'malformed',
  ),
  row('the phase is a list', 'cce', { metadata: { uid: ID }, status: { phase: ['Success'] } }, 'malformed'),
  row('the metadata is a text', 'cce', { metadata: ID, status: { phase: 'Success' } }, 'malformed'),
  row(
    'the failure of a request',
    'cce',
    { kind: 'Status', status: 'Failure', message: 'nope', code: 500 },
    'malformed',
    { told: 'HTTP 200: nope' },
  ),
  row('the jobs are an object', 'vpn', { jobs: {} }, 'malformed'),
  row('the jobs are null', 'vpn', { jobs: null }, 'malformed'),
  row('the jobs are of null', 'vpn', { jobs: [null] }, 'malformed'),
  row(
    'the job is listed twice, and differs',
    'vpn',
    {
      jobs: [
        { id: ID, status: 'SUCCESS' },
        { id: ID, status: 'FAIL' },
      ],
    },
    'malformed',
    {
      told: 'HTTP 200: the job is listed twice, and differs',
    },
  ),
  row(
    'the job is listed twice, and is the same',
    'vpn',
    {
      jobs: [
        { id: ID, status: 'SUCCESS' },
        { id: ID, status: 'success' },
      ],
    },
    'succeeded',
  ),
];

/** The text of an answer. */
const TEXTS: Hostile[] = [
  row('a mark of the encoding in front', 'ecs', `\uFEFF${text}`, 'succeeded'),
  row(
    'two statuses, the last one good',
    'ecs',
    `{"job_id":"${ID}","status":"FAIL","status":"SUCCESS"}`,
    'malformed',
    {
      told: 'HTTP 200: status stands there twice, and differs',
    },
  ),
  row(
    'two statuses, the last one bad',
    'ecs',
    `{"job_id":"${ID}","status":"SUCCESS","status":"FAIL"}`,
    'malformed',
  ),
  row(
    'two statuses, one of them written in another way',
    'ecs',
    `{"job_id":"${ID}","status":"FAIL","st\\u0061tus":"SUCCESS"}`,
    'malformed',
  ),
  row(
    'two jobs under one name',
    'rds',
    `{"job":{"id":"${ID}","status":"Failed"},"job":{"id":"${ID}","status":"Completed"}}`,
    'malformed',
    {
      told: 'HTTP 200: job stands there twice, and differs',
    },
  ),
  row('two ids', 'ecs', `{"job_id":"other","job_id":"${ID}","status":"SUCCESS"}`, 'malformed'),
  row(
    'two phases',
    'cce',
    `{"metadata":{"uid":"${ID}"},"status":{"phase":"Failed","phase":"Success"}}`,
    'malformed',
    {
      told: 'HTTP 200: status.phase stands there twice, and differs',
    },
  ),
  row(
    'the same status twice',
    'ecs',
    `{"job_id":"${ID}","status":"SUCCESS","status" : "SUCCESS"}`,
    'succeeded',
  ),
  row(
    'two names of what it made',
    'ecs',
    `{"job_id":"${ID}","status":"SUCCESS","entities":{"status":"a","status":"b"}}`,
    'succeeded',
  ),
  row(
    'two statuses in a text',
    'ecs',
    ecs({ job_type: '{"status":"FAIL","status":"SUCCESS"}' }),
    'succeeded',
  ),
  row('two answers', 'ecs', text + text, 'malformed'),
  row('two answers on two lines', 'ecs', `${text}\n${text}`, 'malformed'),
  row('something in front against scripts', 'ecs', `)]}',\n${text}`, 'malformed'),
  row('a call of a script', 'ecs', `cb(${text})`, 'malformed'),
  row('a comment', 'ecs', `/* ok */${text}`, 'malformed'),
  row('single quotes', 'ecs', text.replaceAll('"', "'"), 'malformed'),
  row('NaN', 'ecs', `{"job_id":"${ID}","status":"SUCCESS","x":NaN}`, 'malformed'),
  row('a NUL behind it', 'ecs', `${text}\u0000`, 'malformed'),
  row('JSON in a text', 'ecs', JSON.stringify(text), 'malformed'),
  row('half of it', 'ecs', text.slice(0, -1), 'malformed'),
  row('nothing', 'ecs', '', 'malformed', { told: 'HTTP 200: an empty body' }),
  row('spaces', 'ecs', ' \r\n\t', 'malformed', { told: 'HTTP 200: an empty body' }),
  row('a page', 'ecs', '<!DOCTYPE html><html><title>Sign in</title></html>', 'unavailable', {
    told: 'HTTP 200: an HTML page',
  }),
  row('a page behind spaces', 'ecs', '\n \n<html>', 'unavailable'),
  row('XML', 'ecs', '<?xml version="1.0"?><job><status>SUCCESS</status></job>', 'unavailable'),
  row(
    'gzip, and nothing says so',
    'ecs',
    '\u001F\uFFFD\b\u0000\u0000\u0000\u0000\u0000\u0000\u0003VJ',
    'malformed',
    {
      told: 'HTTP 200: the answer is no text, perhaps compressed: check what is in between',
    },
  ),
  row('gzip, as its header says', 'ecs', '\u001F\uFFFD\b\u0000', 'malformed', {
    headers: { 'content-encoding': 'gzip' },
    told: /compressed \(gzip\)/,
  }),
  row('Brotli under the header of gzip', 'ecs', '\u000B\u0005\uFFFDa', 'malformed', {
    headers: { 'content-encoding': 'gzip' },
    told: /compressed \(gzip\)/,
  }),
  row('plain under the header of Brotli', 'ecs', text, 'succeeded', {
    headers: { 'content-encoding': 'br' },
  }),
  row('plain under the type of a page', 'ecs', text, 'succeeded', {
    headers: { 'content-type': 'text/html' },
  }),
  row('lists without end', 'ecs', '['.repeat(100_000), 'malformed'),
  row('objects without end', 'ecs', `${'{"entities":'.repeat(20_000)}1${'}'.repeat(20_000)}`, 'malformed'),
  row(
    'sub-jobs within sub-jobs',
    'ecs',
    `${`{"job_id":"${ID}","status":"RUNNING","entities":{"sub_jobs":[`.repeat(3_000)}{}${']}}'.repeat(3_000)}`,
    'running',
  ),
  row(
    'a list of sub-jobs in lists',
    'ecs',
    `{"job_id":"${ID}","status":"SUCCESS","entities":{"sub_jobs":${'['.repeat(5_000)}${']'.repeat(5_000)}}}`,
    'succeeded',
  ),
];

/** The status of HTTP. */
const STATUSES: Hostile[] = [
  row('204 without a body', 'ecs', '', 'malformed', { status: 204, told: 'HTTP 204: an empty body' }),
  row('304 without a body', 'ecs', '', 'misrouted', { status: 304 }),
  row('302 with a page', 'ecs', '<html>', 'misrouted', {
    status: 302,
    headers: { location: 'https://login.example.com/' },
  }),
  ...[300, 301, 303, 305, 307, 308].map((status) =>
    row(`a success with ${status}`, 'ecs', text, 'misrouted', { status }),
  ),
  ...[100, 101, 199, 400, 409, 412, 418, 422].map((status) =>
    row(`a success with ${status}`, 'ecs', text, 'malformed', { status }),
  ),
  ...[500, 502, 503, 504, 599, 999].map((status) =>
    row(`a success with ${status}`, 'ecs', text, 'unavailable', { status }),
  ),
  ...[401, 402, 403, 407].map((status) => row(`a success with ${status}`, 'ecs', text, 'denied', { status })),
  row('204 without a body, where that is the end', 'azure-location', '', 'succeeded', { status: 204 }),
  ...['null', '[]', '""', '"ok"', '0', 'true', '[{"error":{"code":"X"}}]', '\u001F\uFFFD\b'].map((body) =>
    row(`200 with ${body}`, 'azure-location', body, 'malformed'),
  ),
  row('a state in a text', 'azure-location', { properties: '{"provisioningState":"Failed"}' }, 'malformed'),
  row('206 with a page', 'azure-location', '<html>', 'unavailable', { status: 206 }),
];

const failed = (says: string, reason: unknown, told: Hostile['told'], more: Json = {}): Hostile =>
  row(
    `the reason is ${says}`,
    'ecs',
    ecs({ status: 'FAIL', error_code: 'Ecs.0204', fail_reason: reason, ...more }),
    'failed',
    { told: told! },
  );
const REASONS: Hostile[] = [
  failed('an object', { error: { code: 'X.1', message: 'no disk' } }, 'no disk'),
  failed('a list', ['no disk', 'no net'], 'no disk; no net'),
  failed('a list of objects', [{ message: 'no disk' }, { message: 'no net' }], /no disk/),
  failed('deep in names of its own', { a: { b: { c: 'no disk is left' } } }, /no disk is left/),
  failed('a name and a value', { key: 'disk', value: 'full' }, '{"key":"disk","value":"full"}'),
  failed('a list of numbers in an object', { failed: [3, 4] }, '{"failed":[3,4]}'),
  failed('a number in an object', [{ errno: 28 }], '[{"errno":28}]'),
  failed('within an object of one name', { reason: { text: 'no disk' } }, /no disk/),
  failed('JSON in a text', '{"error":{"message":"no disk"}}', 'no disk'),
  failed('a list in a text', '["no disk","no net"]', 'no disk; no net'),
  failed('JSON in a text in a text', JSON.stringify('{"message":"no disk"}'), 'no disk'),
  failed(
    'a page',
    '<html><head><title>502</title><style>p{}</style></head><body><p>Bad\nGateway</p></body></html>',
    '502 Bad Gateway',
  ),
  failed('a page of scripts', '<!DOCTYPE html><script>alert("x")</script>', 'an HTML page'),
  failed('for a terminal', 'no\u0000 \u001B[31mdisk\u001B[0m\u0007', 'no disk'),
  failed(
    'for a terminal, in signs of one character',
    'no \u009B31mdisk\u0085\u001B]0;owned\u0007',
    'no disk',
  ),
  failed('an empty object', {}, null),
  failed('an empty list', [], null),
  failed('nothing', null, null),
  failed('a word for nothing', 'null', null),
  failed('a long number', `123456789012345678901234567890`, '123456789012345678901234567890'),
  failed('long', 'no disk '.repeat(20_000), /^(no disk )+/),
  row(
    'the code is a number of many digits',
    'ecs',
    `{"job_id":"${ID}","status":"FAIL","error_code":1e400,"fail_reason":"no disk"}`,
    'failed',
    { told: 'no disk' },
  ),
  row(
    'the reason is nested without end',
    'ecs',
    `{"job_id":"${ID}","status":"FAIL","fail_reason":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
    'failed',
  ),
  row(
    'five thousand sub-jobs failed',
    'ecs',
    ecs({
      status: 'FAIL',
      entities: {
        sub_jobs: Array.from({ length: 5_000 }, (_, n) => ({
          job_id: `s${n}`,
          status: 'FAIL',
          fail_reason: 'no disk',
        })),
      },
    }),
    'failed',
    { told: 'no disk' },
  ),
  row(
    'the sub-jobs are counted without end',
    'ecs',
    ecs({ status: 'FAIL', fail_reason: 'no disk', entities: { sub_jobs: 'x', sub_jobs_total: 1e300 } }),
    'failed',
    { told: 'no disk' },
  ),
];

export const HOSTILE: readonly Hostile[] = [...SHAPES, ...TEXTS, ...STATUSES, ...REASONS];

/** Times as nobody should write them; null: it is none. */
export const TIMES: readonly (readonly [sent: unknown, iso: string | null])[] = [
  ['1710000000', null],
  [1_710_000_000, null],
  ['1710000000000', '2024-03-09T16:00:00.000Z'],
  ['1710000000000123', '2024-03-09T16:00:00.000Z'],
  ['1710000000000123456', '2024-03-09T16:00:00.000Z'],
  ['Tue, 05 Mar 2024 10:00:00 GMT', '2024-03-05T10:00:00.000Z'],
  ['2024/03/05 10:00:00', '2024-03-05T10:00:00.000Z'],
  ['20240305T100000Z', '2024-03-05T10:00:00.000Z'],
  ['2024-03-05T10:00:00,5Z', '2024-03-05T10:00:00.500Z'],
  ['2024-03-05T10:00:00.123456789012Z', '2024-03-05T10:00:00.123Z'],
  ['2024-03-05T10:00:00+25:00', null],
  ['2024-03-05T10:00:00+01:75', null],
  ['2024-13-45T99:99:99Z', null],
  ['2024-02-30T10:00:00Z', null],
  ['20240230T100000Z', null],
  ['Tue, 31 Jun 2024 10:00:00 GMT', null],
  ['2024-03-05', null],
  ['05/03/2024', null],
  ['2024-03-05 10:00:00 CST', null],
  ['9999-12-31T23:59:59Z', null],
  ['+010000-01-01T00:00:00Z', null],
  ['1.71e12', null],
  ['now', null],
  ['0', null],
  [0, null],
  [-1, null],
  [1e20, null],
  [true, null],
  [{}, null],
  [[1_710_000_000_000], null],
];

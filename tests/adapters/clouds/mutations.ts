import fc from 'fast-check';
import { dialectOf, SERVICES } from '../../../lib/adapters/clouds/dialects.ts';
import type { Answer } from '../../../lib/adapters/clouds/fault.ts';
import { parseExactly } from '../../../lib/adapters/clouds/json.ts';
import { answer, FIXTURES, type Fixture } from './fixture.ts';

/** Places in a JSON value, as ways from the top. */
export function places(value: unknown, way: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [way];
  return [way, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...way, key]))];
}

/** A copy with what stands at the end of the way replaced, or removed where there is nothing to put. */
export function put(value: unknown, [key, ...rest]: string[], instead: unknown): unknown {
  if (key === undefined) return instead;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  if (rest.length > 0) copy[key] = put(copy[key], rest, instead);
  else if (instead === undefined) delete copy[key];
  else copy[key] = instead;
  return copy;
}

const words = fc.constantFrom(
  '',
  'SUCCESS',
  'success',
  'Completed',
  'COMPLETE',
  'fail',
  'FAILED',
  'CANCEL',
  'INIT',
  'PENDING_PAYMENT',
  'Common.0011',
  'Common.0024',
  'APIGW.0308',
  'APIGW.0101',
  '__proto__',
  'constructor',
  '{"a":{"message":"x"}}',
  '{"error":{"code":"Ecs.0319","message":"{\\"status\\":\\"SUCCESS\\"}"}}',
  '[{"status":"SUCCESS"}]',
  'null',
  'WAITING_EXECUTE',
  '0001-01-01T00:00:00Z',
  '9999-12-31 23:59:59',
  '<html>',
  'x'.repeat(20_480),
);
/** Values where texts are documented, and lists where objects are. */
const structures = fc.constantFrom<unknown>(
  0,
  1684191545379,
  2 ** 53,
  true,
  false,
  ['SUCCESS'],
  { status: 'SUCCESS' },
  [{ sub_jobs: [{ status: 'FAIL', fail_reason: { error_msg: ['x'] } }] }, { sub_jobs: 'null' }],
  { sub_jobs_total: 1e6, sub_jobs: { status: 'FAIL' } },
);
/** What is put in may be in the fixtures' own words, too, so that bodies of one service turn up as another's. */
export const change = fc.record({
  at: fc.nat(),
  to: fc.oneof(words, structures, fc.jsonValue(), fc.constant(undefined), fc.constant('__proto__')),
});
export const STATUSES = [
  201, 202, 204, 206, 301, 302, 304, 400, 401, 403, 404, 408, 409, 418, 429, 500, 502, 503, 504, 599,
];
const FORGED = ['5', '-1', '99999999999999999999', 'Sun, 01 Mar 2026 12:01:30 GMT', 'soon'];

const shape = fc.record({
  original: fc.constantFrom(...FIXTURES),
  changes: fc.array(change, { maxLength: 3 }),
  cutAt: fc.option(fc.nat(2_000)),
  status: fc.oneof(
    { weight: 3, arbitrary: fc.constant(200) },
    { weight: 2, arbitrary: fc.constantFrom(...STATUSES) },
  ),
  retryAfter: fc.option(fc.oneof(fc.string(), fc.constantFrom(...FORGED))),
});

/** An answer that a fixture became, what it is said to be of, and the service that is asked for it. */
export interface Mutation {
  original: Fixture;
  sent: Answer;
}

export const mutation: fc.Arbitrary<Mutation> = shape.map(
  ({ original, changes, cutAt, status, retryAfter }) => {
    let json: unknown = JSON.parse(original.text);
    for (const { at, to } of changes) {
      const ways = places(json);
      json = put(json, ways[at % ways.length]!, to);
    }
    // Some whole numbers are longer than JavaScript writes them.
    const text = (JSON.stringify(json) ?? '').replaceAll(String(2 ** 53), '12345678901234567890');
    const body = cutAt === null ? text : text.slice(0, cutAt);
    const headers: Record<string, string> = retryAfter === null ? {} : { 'retry-after': retryAfter };
    return { original, sent: answer(status, body, headers) };
  },
);

/** A cloud and a dialect of it. */
export const system = fc.constantFrom(
  ...Object.entries(SERVICES).flatMap(([name, { clouds }]) =>
    Object.keys(clouds).map((cloud) => ({ name, dialect: dialectOf(cloud, name)! })),
  ),
);

/**
 * Whether these bytes say of the job `jobId`, in words that the service documents, that it has ended so: read by other means
 * than the product's.
 */
export function saysEnded(name: string, { status, body }: Answer, jobId: string): string | null {
  if (status < 200 || status > 299) return null;
  const json = parseExactly(body) as Record<string, never> | undefined;
  const [job, idField, statusField] = WHERE[name] ?? WHERE['ecs']!;
  const listed = (json?.[job.replace('.*', '')] ?? []) as Record<string, unknown>[];
  const own = Array.isArray(listed) ? listed.find((one) => same(one?.[idField[0]!], jobId)) : undefined;
  const it = job === '' ? json : job.endsWith('.*') ? own : json?.[job];
  const id = idField.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | undefined)?.[key],
    it,
  );
  const word = statusField.reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], it);
  if (!same(id, jobId) || typeof word !== 'string') return null;
  const [good, bad] = ENDS[name] ?? ENDS['ecs']!;
  const said = word.trim().toLowerCase();
  // Only of desktops a sub-job that failed makes a failure of a success. How deep it may stand is for other tests.
  const isPartial = name === 'workspace' && /fail/i.test(JSON.stringify(it?.['sub_jobs'] ?? ''));
  if (good.includes(said)) return isPartial ? 'either' : 'succeeded';
  return bad.includes(said) ? 'failed' : null;
}
const same = (id: unknown, jobId: string): boolean =>
  (typeof id === 'string' || typeof id === 'number') &&
  String(id).trim().toLowerCase() === jobId.toLowerCase();
type Way = readonly string[];
const WHERE: Record<string, readonly [job: string, id: Way, status: Way]> = {
  ecs: ['', ['job_id'], ['status']],
  rds: ['job', ['id'], ['status']],
  'elb-v3': ['job', ['job_id'], ['status']],
  taurusdb: ['job', ['id'], ['status']],
  gaussdb: ['job', ['id'], ['status']],
  dds: ['job', ['id'], ['status']],
  ddm: ['job', ['id'], ['status']],
  geminidb: ['jobs.*', ['id'], ['status']],
  'dms-kafka': ['', ['instance_id'], ['status']],
  cbr: ['operation_log', ['id'], ['status']],
  workspace: ['', ['id'], ['status']],
  geip: ['job', ['id'], ['status']],
  vpn: ['jobs.*', ['id'], ['status']],
  sfs: ['share', ['id'], ['status']],
  cce: ['', ['metadata', 'uid'], ['status', 'phase']],
  'cce-autopilot': ['', ['metadata', 'uid'], ['status', 'phase']],
};
const ENDS: Record<string, readonly [good: Way, bad: Way]> = {
  ecs: [['success'], ['fail']],
  rds: [['completed'], ['failed']],
  taurusdb: [['completed'], ['failed']],
  gaussdb: [['completed'], ['failed']],
  dds: [['completed'], ['failed']],
  ddm: [['completed'], ['failed']],
  geminidb: [['completed'], ['failed']],
  'dms-kafka': [['running'], ['createfailed', 'error']],
  cbr: [['success'], ['failed', 'timeout', 'skipped']],
  workspace: [['success', 'complete'], ['fail']],
  geip: [['finish_succ'], ['finish_rollback_succ']],
  vpn: [['success'], ['fail', 'rollback_success']],
  'cce-autopilot': [['success'], ['failed']],
  sfs: [
    ['available'],
    ['error', 'error_deleting', 'extending_error', 'shrinking_error', 'shrinking_possible_data_loss_error'],
  ],
  'sfs-turbo': [['success'], ['failed']],
  cce: [['success'], ['failed']],
  'elb-v3': [
    ['success', 'complete'],
    ['fail', 'rollback_fail', 'cancel'],
  ],
};

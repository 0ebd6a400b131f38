/** What a cloud says is told whole, in whatever place and type it comes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, type Dialect } from '../../../lib/adapters/clouds/dialect.ts';
import { dialectOf, SERVICES } from '../../../lib/adapters/clouds/dialects.ts';
import { read } from '../../../lib/adapters/clouds/parse.ts';
import { scrub } from '../../../lib/adapters/clouds/scrub.ts';
import { jobEvent, type JobData } from '../../../lib/core/jobs/event.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import type { Report } from '../../../lib/core/jobs/observation.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { POLICY, spec } from '../../kit.ts';
import { answer, fixture, FIXTURES, NOW } from './fixture.ts';

const INFO = { origin: 'any', service: 'any', cloud: 'any', region: 'any' };

const ID = '2c9eb2c5544cbf6101544f0602af2b4f';
type Body = Record<string, unknown>;

/** Every dialect of every cloud that documents it. */
const DIALECTS = Object.entries(SERVICES).flatMap(([name, { clouds }]) =>
  Object.keys(clouds).map((cloud) => [`${cloud} ${name}`, dialectOf(cloud, name)!, name] as const),
);

/** Puts a value where a dialect has it. */
function put(body: Body, place: string, value: unknown): Body {
  const [key = '', ...rest] = place.split('.');
  if (rest.length === 0) return { ...body, [key]: value };
  return { ...body, [key]: put((body[key] as Body | undefined) ?? {}, rest.join('.'), value) };
}

const wordOf = (dialect: Dialect, meaning: string): string =>
  Object.entries(dialect.status).find(([, means]) => means === meaning)![0];

/** The bare job in the words of its service; `values` by place. */
function jobOf(dialect: Dialect, meaning: string, values: Record<string, unknown>): Body {
  const { fields } = dialect;
  const own = { [String([fields.id].flat()[0])]: ID, [String(fields.status)]: wordOf(dialect, meaning) };
  return Object.entries({ ...own, ...values }).reduce<Body>(
    (body, [place, value]) => put(body, place, value),
    {},
  );
}
const wrapped = ({ job: place }: Dialect, job: Body): Body =>
  place.endsWith('.*') ? put({}, place.slice(0, -2), [job]) : place ? put({}, place, job) : job;

function told(dialect: Dialect, meaning: string, values: Record<string, unknown>): Report {
  const seen = read(dialect, ID, answer(200, wrapped(dialect, jobOf(dialect, meaning, values))));
  if (!('report' in seen)) throw new Error(`${seen.kind}: ${seen.detail}`);
  return seen.report;
}

const reasonPlace = ({ fields }: Dialect): string => fields.reasons[0]!;
const codePlace = ({ fields }: Dialect): string | undefined => [fields.code].flat()[0];

describe.each(DIALECTS)('%s', (_name, dialect) => {
  const failed = (values: Record<string, unknown>) => told(dialect, 'failed', values).error!;
  const reason = reasonPlace(dialect);

  test('a reason is shown in whatever type it comes', () => {
    const error = { error_code: 'DBS.200042', error_msg: 'the subnet has no addresses' };
    expect(failed({ [reason]: error })).toMatchObject({
      code: 'DBS.200042',
      reason: 'the subnet has no addresses',
    });
    expect(failed({ [reason]: [error] })).toMatchObject({ code: 'DBS.200042' });
    expect(failed({ [reason]: ['no addresses', 'no ports'] }).reason).toBe('no addresses; no ports');
    expect(failed({ [reason]: { step: 'subnet' } }).reason).toBe('{"step":"subnet"}');
    expect(failed({ [reason]: { error: true, code: 7, detail: 'no ports' } }).reason).toBe('no ports');
    expect(failed({ [reason]: [4711, 4712] }).reason).toBe('[4711,4712]');
    expect(failed({ [reason]: 4711 }).reason).toBe('4711');
    expect(failed({ [reason]: true }).reason).toBe('true');
    expect(failed({ [reason]: JSON.stringify('in quotes') }).reason).toBe('in quotes');
    expect(failed({ [reason]: JSON.stringify({ message: JSON.stringify(error) }) })).toMatchObject({
      code: 'DBS.200042',
      reason: 'the subnet has no addresses',
    });
  });

  test.each(['null', 'NULL', ' None ', '<nil>', '{}', '[]', '', null, [], {}])(
    '%j is no reason',
    (nothing) => {
      expect(failed({ [reason]: nothing, message: nothing, code: nothing })).toMatchObject({
        code: null,
        reason: null,
      });
    },
  );

  test('a code is shown in whatever type it comes', () => {
    const place = codePlace(dialect);
    if (place === undefined) return;
    expect(failed({ [place]: 1101 }).code).toBe('1101');
    expect(failed({ [place]: ['Ecs.0319'] }).code).toBe('Ecs.0319');
    expect(failed({ [place]: { code: 'Ecs.0319', message: 'sold out' } })).toMatchObject({
      code: 'Ecs.0319',
      reason: 'sold out',
    });
    expect(failed({ [place]: 'null', [reason]: 'sold out' }).code).toBeNull();
    expect(failed({ [place]: 0, [reason]: 'sold out' }).code).toBeNull();
  });

  test('words beside the status are the last resort, then those within the entities, then those around the job', () => {
    const { entities } = dialect.fields;
    const beside = { message: 'the bandwidth quota is used up', code: 'ELB.1101' };
    const expected = { code: 'ELB.1101', reason: 'the bandwidth quota is used up' };
    expect(failed({ ...beside, [reason]: null })).toMatchObject(expected);
    expect(failed({ error: beside })).toMatchObject(expected);
    expect(failed({ [entities]: beside })).toMatchObject(expected);
    expect(failed({ error_code: 'ELB.1101', error_msg: expected.reason })).toMatchObject(expected);
    expect(failed({ ...beside, [reason]: 'documented' }).reason).toBe('documented');
    expect(failed({ ...beside, [reason]: 'CreateTask-fail: ' })).toMatchObject(expected);
    // Wherever a service may put it.
    expect(failed({ outcome: { trace: [{ error_msg: 'disk broken' }] } }).reason).toBe('disk broken');
    expect(failed({ [entities]: { results: [{ status: 'fail', error: 'disk broken' }] } }).reason).toBe(
      'disk broken',
    );
    // But not what a sub-job says that succeeded.
    const sub = { ...jobOf(dialect, 'succeeded', {}), message: 'made' };
    expect(failed({ [dialect.subJobs]: [sub] }).reason).toBeNull();
    if (!dialect.job) return;
    const around = { ...wrapped(dialect, jobOf(dialect, 'failed', {})), ...beside };
    expect(read(dialect, ID, answer(200, around))).toMatchObject({ report: { error: expected } });
  });

  test('the code that stands beside the words is the code, and its hint is given', () => {
    const text = 'SomeTask-fail:{"error":{"code":"Ecs.0319","message":"sold out in az 1"}} (request {r-1})';
    const place = codePlace(dialect);
    expect(failed({ [reason]: text, ...(place && { [place]: 'Ecs.0000' }) })).toMatchObject({
      code: 'Ecs.0319',
      reason: 'sold out in az 1',
      hint: expect.stringMatching(/^No room for this flavor/),
    });
    const status = 'Task-fail: {"forbidden":{"code":403,"message":"no"}}';
    expect(failed({ [reason]: status }).code).toBeNull();
    if (place) expect(failed({ [reason]: status, [place]: 'Ecs.0204' }).code).toBe('Ecs.0204');
  });

  test('type, times and ids may be numbers', () => {
    const { id, type, beganAt, endedAt } = dialect.fields;
    const at = (places: string | readonly string[]): string => [places].flat()[0]!;
    const values = { [at(type)]: 7, [at(beganAt)]: 1684191545379, [at(endedAt)]: 1684191548248 };
    expect(told(dialect, 'succeeded', values)).toMatchObject({
      jobType: '7',
      beganAt: '2023-05-15T22:59:05.379Z',
      endedAt: '2023-05-15T22:59:08.248Z',
    });
    const job = jobOf(dialect, 'succeeded', { [at(id)]: 4711 });
    expect(read(dialect, '4711', answer(200, wrapped(dialect, job))).kind).toBe('succeeded');
    // Where the query names no job, the answer is a list of all.
    const another = dialect.path.includes('{job_id}') ? 'malformed' : 'not_found';
    expect(read(dialect, '4712', answer(200, wrapped(dialect, job))).kind).toBe(another);
  });

  test.each([5, true, ['SUCCESS'], { value: 'SUCCESS' }, 'null'])('%j as a status is no end', (status) => {
    const job = jobOf(dialect, 'succeeded', { [String(dialect.fields.status)]: status });
    expect(read(dialect, ID, answer(200, wrapped(dialect, job))).kind).toBe('malformed');
  });

  test('the zero and the end of a program’s clock are no times', () => {
    const place = [dialect.fields.endedAt].flat()[0]!;
    for (const zero of ['0001-01-01 00:00:00', '0001-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z', 0, '0'])
      expect(told(dialect, 'failed', { [place]: zero }).endedAt).toBeNull();
  });

  test('sub-jobs are read from one object, a list of objects, a text and a single one', () => {
    const sub = (meaning: string, more: object) => jobOf(dialect, meaning, { ...more });
    const list = [sub('failed', { [reason]: 'no address is left' }), sub('succeeded', {})];
    const counts = { total: 2, succeeded: 1, failed: 1, running: 0 };
    for (const value of [list, JSON.stringify(list)]) {
      expect(told(dialect, 'failed', { [dialect.subJobs]: value })).toMatchObject({
        subJobs: counts,
        error: { reason: 'no address is left' },
      });
    }
    expect(told(dialect, 'failed', { [dialect.subJobs]: list[0] }).subJobs).toMatchObject({ failed: 1 });
    const [parent, name] = dialect.subJobs.split('.') as [string, string?];
    if (!name) return;
    for (const value of [[{ [name]: list }], [{ [name]: [list[0]] }, { [name]: [list[1]] }]]) {
      for (const sent of [value, JSON.stringify(value)]) {
        expect(told(dialect, 'failed', { [parent]: sent })).toMatchObject({
          subJobs: counts,
          error: { reason: 'no address is left' },
          entities: {},
        });
      }
    }
  });

  test('sub-jobs are read as texts in a list, in a list of their own each, and under their ids', () => {
    const list = [
      jobOf(dialect, 'failed', { [reason]: 'no address is left' }),
      jobOf(dialect, 'succeeded', {}),
    ];
    const [one, other] = list;
    const texts = list.map((sub) => JSON.stringify(sub));
    for (const value of [texts, [[one], [other]], [[texts[0]], other], { 'a-1': one, 'b-2': texts[1] }]) {
      expect(told(dialect, 'failed', { [dialect.subJobs]: value })).toMatchObject({
        subJobs: { total: 2, succeeded: 1, failed: 1, running: 0 },
        error: { reason: 'no address is left' },
      });
    }
  });

  test('a sub-job of a failed job tells why although its own status says nothing of that', () => {
    const { status } = dialect.fields;
    const place = codePlace(dialect);
    for (const word of ['HALTED', null, undefined, wordOf(dialect, 'running')]) {
      const sub = jobOf(dialect, 'failed', {
        [String(status)]: word,
        [reason]: 'no address is left',
        ...(place && { [place]: 'VPC.0507' }),
      });
      const values = { [dialect.subJobs]: [sub], [reason]: 'CreateTask-fail: ' };
      expect(told(dialect, 'failed', values).error).toMatchObject({
        code: place ? 'VPC.0507' : null,
        reason: 'no address is left',
      });
      // What failed for certain speaks first, and what goes on has not failed.
      const failure = jobOf(dialect, 'failed', { [reason]: 'sold out' });
      expect(failed({ [dialect.subJobs]: [sub, failure] }).reason).toBe('sold out');
      expect(told(dialect, 'running', values).error).toBeNull();
    }
  });

  test.each(['ErrorMsg', 'errormsg', 'ERROR_MSG', 'error-message', 'FailReason', 'failure', 'statusReason'])(
    'words are found under %s, with the code beside them',
    (name) => {
      const words = { [name]: 'no address is left', ErrCode: 'VPC.0507' };
      const expected = { code: 'VPC.0507', reason: 'no address is left' };
      expect(failed(words)).toMatchObject(expected);
      expect(failed({ result: words })).toMatchObject(expected);
    },
  );

  test('sub-jobs that are counted and not listed count', () => {
    const list = [jobOf(dialect, 'failed', {}), jobOf(dialect, 'succeeded', {})];
    for (const total of [10, '10']) {
      const values = { [dialect.subJobs]: list, [`${dialect.subJobs}_total`]: total };
      const counts = { total: 10, succeeded: 1, failed: 1, running: 8 };
      expect(told(dialect, 'running', values).subJobs).toEqual(counts);
    }
    for (const nonsense of [1, -5, 'many', null, 1.5, 1e300, {}]) {
      const values = { [dialect.subJobs]: list, [`${dialect.subJobs}_total`]: nonsense };
      expect(told(dialect, 'running', values).subJobs.total).toBe(2);
    }
  });
});

test('what fails is never said to give no reason where any place of it has one', () => {
  const places = fc.constantFrom(...DIALECTS).chain(([, dialect]) => {
    const { code, reasons } = dialect.fields;
    const named = [code, reasons, 'message', 'code', 'error', 'error_msg', 'error_code'].flat(2);
    return fc.record({ dialect: fc.constant(dialect), place: fc.constantFrom(...named) });
  });
  // As deep and odd as JSON gets; what is empty, zero or a word for nothing is left out.
  const something = fc.oneof(
    fc.jsonValue().filter((value) => /[a-z1-9]{3}/i.test(JSON.stringify(value))),
    fc.string({ minLength: 3 }),
  );
  const nothing = /^[\s"\\]*(null|nil|none|undefined|true|false|<nil>|\{\s*\}|\[\s*\]|-?0+)?[\s"\\]*$/i;
  fc.assert(
    fc.property(places, something, ({ dialect, place }, value) => {
      fc.pre(!nothing.test(typeof value === 'string' ? value : JSON.stringify(value)));
      const { code, reason } = told(dialect, 'failed', { [place]: value }).error!;
      expect(code ?? reason).not.toBeNull();
    }),
    { numRuns: 2_000 },
  );
});

describe('numbers are shown as they came', () => {
  const ECS = dialectOf('huawei', 'ecs')!;
  const written = (entities: string): string => {
    const body = `{"job_id":"${ID}","status":"SUCCESS","entities":${entities}}`;
    const seen = read(ECS, ID, answer(200, body));
    // As a row in a table, and out of it again into the event that webhooks carry.
    const { job } = decide(newJob(spec(1), INFO, NOW, NOW), scrub(seen, String), NOW, POLICY);
    const row = JSON.parse(JSON.stringify(job)) as typeof job;
    const { data } = JSON.parse(JSON.stringify(jobEvent(row, row.outbox[0]!))) as { data: JobData };
    return JSON.stringify(data.entities);
  };

  test.each([
    ['12345678901234567890', '"12345678901234567890"'],
    ['9007199254740993', '"9007199254740993"'],
    ['-9007199254740993', '"-9007199254740993"'],
    ['9007199254740991', '9007199254740991'],
    ['1000000000000000000000', '"1000000000000000000000"'],
    ['0.1234567890123456789', '"0.1234567890123456789"'],
    ['1e400', '"1e400"'],
    ['0.24', '0.24'],
    ['1.50', '1.5'],
    ['1e3', '1000'],
    ['5e-324', '5e-324'],
  ])('%s leaves as %s', (number, out) => {
    expect(written(`{"a":${number},"b":[${number}],"c":{"d":${number}}}`)).toBe(
      `{"a":${out},"b":[${out}],"c":{"d":${out}}}`,
    );
  });

  test('texts that hold such numbers are left alone', () => {
    const text = '{"text":"\\"12345678901234567890, 9007199254740993\\\\","key 12345678901234567890":1}';
    expect(written(text)).toBe(text);
  });

  test('any whole number leaves with all its digits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), (number) => {
        expect(written(`{"n":${number}}`)).toMatch(new RegExp(`^\\{"n":"?${number}"?\\}$`));
      }),
    );
  });

  test('an id of many digits is still an id', () => {
    const seen = read(
      ECS,
      '12345678901234567890',
      answer(200, '{"job_id":12345678901234567890,"status":"SUCCESS"}'),
    );
    expect(seen.kind).toBe('succeeded');
  });
});

test.each([
  ['huawei', 'evs', 'WAITING_EXECUTE'],
  ['huawei', 'evs', 'LISTENING'],
  ['otc', 'evs', 'waiting_execute'],
])('%s %s: %s goes on', (cloud, name, status) => {
  const { text, jobId } = fixture('evs-running');
  const body = { ...(JSON.parse(text) as object), status };
  expect(read(dialectOf(cloud, name)!, jobId, answer(200, body)).kind).toBe('running');
});

test('images list the ids of their sub-jobs apart from what these say', () => {
  const IMS = dialectOf('huawei', 'ims')!;
  const entities = { sub_jobs_list: ['a', 'b', 'c'], sub_jobs_result: [{ status: 'success' }] };
  const counts = { total: 3, succeeded: 1, failed: 0, running: 2 };
  expect(told(IMS, 'running', { entities }).subJobs).toEqual(counts);
});

test('entities of any type are shown', () => {
  const ECS = dialectOf('huawei', 'ecs')!;
  const entities = (value: unknown) => told(ECS, 'succeeded', { entities: value }).entities;
  expect(entities(5)).toEqual({ value: 5 });
  expect(entities(true)).toEqual({ value: true });
  expect(entities('null')).toEqual({});
  expect(entities('{"server_id":"a1"}')).toEqual({ server_id: 'a1' });
  expect(entities([{ id: 1 }, 'x', {}])).toEqual({ items: [{ id: 1 }, 'x'] });
});

test('every failed answer on file still says why', () => {
  for (const { dialect, what, jobId, text, name } of FIXTURES) {
    if (what !== 'fail' || name.endsWith('cancelled')) continue;
    const seen = read(dialectOf('huawei', dialect)!, jobId, answer(200, text));
    expect(at(seen, 'report.error.reason')).toBeTruthy();
  }
});

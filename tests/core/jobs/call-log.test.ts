import { describe, expect, it } from 'vitest';
import { createCallLog, isCallLog, type Call } from '../../../lib/core/jobs/call-log.ts';
import { huaweiCall, otcCall, PROJECT } from './provider-logs.ts';

const read = (text: string): Call[] => {
  const log = createCallLog();
  return unique([...log.take(text), ...log.end()]);
};
const unique = (calls: Call[]): Call[] => [
  ...new Map(calls.map((one) => [`${one.method} ${one.url} ${one.jobIds.join()}`, one])).values(),
];
const ECS = `https://ecs.eu-west-101.myhuaweicloud.eu`;
const SUBMIT = `${ECS}/v1.1/${PROJECT}/cloudservers`;
const query = (id: string): string => `${ECS}/v1/${PROJECT}/jobs/${id}`;

describe('the log of a provider of Terraform', () => {
  const submitted = { method: 'POST', url: SUBMIT, jobIds: ['aa01'] };
  const asked = { method: 'GET', url: query('aa01'), jobIds: [] };

  it("names jobs by the queries and the answers of Huawei Cloud's", () => {
    const text =
      huaweiCall('17-1', 'POST', SUBMIT, { job_id: 'aa01' }) +
      huaweiCall('17-2', 'GET', query('aa01'), { job_id: 'aa01', status: 'RUNNING', entities: {} });
    // The numbers in front are those of a clock in milliseconds.
    expect(read(text.replaceAll('[17-', '[1787324710123-'))).toEqual([submitted, asked]);
    expect(isCallLog(text)).toBe(true);
  });

  it("names jobs by the queries of Open Telekom Cloud's, whose answers belong to no call", () => {
    const ask = `https://ecs.eu-de.otc.t-systems.com/v1/${PROJECT}/jobs/bb01`;
    const text =
      otcCall('POST', 'https://ecs.eu-de.otc.t-systems.com/v1.1/p/cloudservers', { job_id: 'bb02' }) +
      otcCall('GET', ask, { job_id: 'bb01', status: 'RUNNING' });
    expect(read(text)).toEqual([{ method: 'GET', url: ask, jobIds: [] }]);
  });

  it('ties answers to calls that are under way side by side', () => {
    const parts = (tie: string, id: string) =>
      huaweiCall(tie, 'POST', `${SUBMIT}?${id}`, { job_id: id }).split(/(?=^\d{4}-)/m);
    const [one, two] = [parts('1787324710123-1', 'aa01'), parts('1787324710124-2', 'aa02')];
    const mixed = one.flatMap((part, i) => [part, two[i]!]).join('');
    expect(read(mixed).map(({ url, jobIds }) => [url, jobIds])).toEqual([
      [`${SUBMIT}?aa01`, ['aa01']],
      [`${SUBMIT}?aa02`, ['aa02']],
    ]);
  });

  it('ties no answer to a call by a number that is a time alone, as that of some clients is', () => {
    // The answer to one call comes in the millisecond in which another one is sent.
    const [, , code, body] = huaweiCall('1787324710123-0', 'POST', SUBMIT, { job_id: 'aa01' }, {}).split(
      /(?=^\d{4}-)/m,
    );
    const [other] = huaweiCall('1787324710123-0', 'DELETE', `${ECS}/v1/other`, {}).split(/(?=^\d{4}-)/m);
    expect(read(`${other}${code}${body}`)).toEqual([]);
    // By the query of the job it is found all the same.
    expect(read(huaweiCall('1787324710123-0', 'GET', query('aa01'), { status: 'RUNNING' }))).toEqual([asked]);
  });

  it('is read wherever a piece of it ends', () => {
    const text = huaweiCall('1787324710123-1', 'POST', SUBMIT, { job_id: 'aa01' });
    for (let at = 0; at < text.length; at += 1) {
      const log = createCallLog();
      expect(unique([...log.take(text.slice(0, at)), ...log.take(text.slice(at)), ...log.end()])).toEqual([
        submitted,
      ]);
    }
  });

  it('tells a query as soon as its line is there', () => {
    const text = otcCall('GET', query('aa01'), {});
    expect(createCallLog().take(text.slice(0, text.indexOf('\n') + 1))).toEqual([asked]);
  });

  it('is read as JSON too', () => {
    const entry = (message: string): string =>
      `${JSON.stringify({ '@level': 'debug', '@message': message, '@module': 'provider', '@timestamp': 't' })}\n`;
    const text =
      entry(`[1787324710123-42] API Request URL: POST ${SUBMIT}\nAPI Request Headers:\nX: y`) +
      entry('[1787324710123-42] API Response Body: {\n  "job_id": "aa01"\n}') +
      entry(`[1787324710124-43] API Request URL: GET ${query('aa01')}`);
    expect(read(text)).toEqual([submitted, asked]);
  });

  it.each([
    ['the request, which may name any job', huaweiCall('1-1', 'POST', SUBMIT, {}, { job_id: 'aa01' })],
    ['the answer to a query', huaweiCall('1787324710123-1', 'GET', SUBMIT, { job_id: 'aa01' })],
    ['how a job stands', huaweiCall('1787324710123-1', 'PUT', SUBMIT, { job_id: 'aa01', status: 'RUNNING' })],
    ['an order', huaweiCall('1787324710123-1', 'POST', SUBMIT, { order_id: 'CS2' })],
    ['a list of jobs', huaweiCall('1787324710123-1', 'GET', `${ECS}/v1/${PROJECT}/jobs?limit=5`, {})],
  ])('names no job by %s', (_, text) => {
    expect(read(text)).toEqual([]);
  });

  it('keeps nothing of an answer but ids, however much it says', () => {
    const text = huaweiCall('1787324710123-1', 'POST', SUBMIT, { job_id: 'aa01', adminPass: 'Secret-1' });
    expect(JSON.stringify(read(text))).not.toContain('Secret-1');
  });
});

describe('the debug log of the clients of OpenStack', () => {
  it('names jobs by calls and the answers behind them', () => {
    const text =
      `REQ: curl -g -i -X POST ${SUBMIT} -H "X-Auth-Token: {SHA256}1" -d '{"server": {}}'\n` +
      'RESP: [200] Content-Type: application/json\nRESP BODY: {"job_id": "aa01"}\n' +
      `REQ: curl -g -i -X GET "${query('aa01')}" -H "Accept: application/json"\n` +
      'RESP BODY: {"job_id": "cc01"}\n';
    expect(isCallLog(text)).toBe(true);
    expect(read(text)).toEqual([
      { method: 'POST', url: SUBMIT, jobIds: ['aa01'] },
      { method: 'GET', url: query('aa01'), jobIds: [] },
    ]);
  });
});

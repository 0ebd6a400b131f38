import { describe, expect, it } from 'vitest';
import { readJobIds } from '../../cli/job-ids.ts';

const PROJECT = '0123456789abcdef0123456789abcdef';
const ids = (text: string): string[] => readJobIds(text).jobs.map(({ jobId }) => jobId);

describe('what a cloud answered', () => {
  it.each(['job_id', 'jobId', 'jobID', 'jobid'])('is understood with the spelling %s', (name) => {
    expect(ids(JSON.stringify({ order_id: 'CS1', [name]: 'ff80' }))).toEqual(['ff80']);
  });

  it.each<[form: string, text: string, expected: string[]]>([
    ['one object over several lines', '{\n  "job_id": "a1"\n}\n', ['a1']],
    ['a list', '[{"job_id": "a1"}, {"jobId": "b2"}]', ['a1', 'b2']],
    ['a list of ids', '["a1", "b2"]', ['a1', 'b2']],
    ['JSON lines', '{"job_id": "a1"}\n\n{"job_id": "b2"}\n', ['a1', 'b2']],
    ['ids one a line', 'a1\r\n  b2  \n12345678901234567890\n', ['a1', 'b2', '12345678901234567890']],
    ['answers and ids mixed', '{"job_id": "a1"}\nb2', ['a1', 'b2']],
    ['an id within the answer', '{"status": {"phase": "Creating", "jobID": "c3"}}', ['c3']],
    ['several ids within one answer', '{"jobs": [{"job_id": "a1"}, {"job_id": "b2"}]}', ['a1', 'b2']],
    ['texts under a name that means jobs', '{"job_ids": ["a1"], "volume_ids": ["v1"]}', ['a1']],
    ['texts among jobs', '{"jobs": ["a1", "b2"], "tags": ["x"]}', ['a1', 'b2']],
    ['a list with the id in it', '{"jobId": ["a1"]}', ['a1']],
    ['a number', '{"jobId": 17}', ['17']],
    ['a number longer than numbers are kept', '{"jobId": 12345678901234567890}', ['12345678901234567890']],
    [
      'answers over several lines one after the other',
      '{\n "job_id": "a1"\n}\n{\n "job_id": "b2"\n}',
      ['a1', 'b2'],
    ],
    ['answers without a break between them', '{"job_id": "a1"}{"job_id": "b2"}', ['a1', 'b2']],
    ['brackets within a text', '{"name": "}]\\"{", "job_id": "a1"}\nb2', ['a1', 'b2']],
    ['the same id twice', '{"job_id": "a1"}\na1', ['a1']],
    [
      "RDS's own answer about a job",
      '{"job": {"id": "a1", "name": "CreateInstance", "instance": {"id": "i1"}}}',
      ['a1'],
    ],
    ["RDS's own list of jobs", '{"jobs": [{"id": "a1", "status": "Running", "entities": {}}]}', ['a1']],
    [
      "RDS's answer to a create",
      '{"instance": {"id": "i1", "flavor": {"id": "f1"}}, "job_id": "a1"}',
      ['a1'],
    ],
  ])('is understood as %s', (_, text, expected) => {
    expect(readJobIds(text)).toEqual({ jobs: expected.map((jobId) => ({ jobId })), faults: [] });
  });

  it('is the parent where sub-jobs are told too', () => {
    expect(ids('{"job_id": "a1", "entities": {"sub_jobs": [{"job_id": "b2"}]}}')).toEqual(['a1']);
  });

  const answer = { job_id: 'a1', roles: ['admin'] };
  const trace = {
    trace_name: 'createServer',
    code: '200',
    request: JSON.stringify({ job_id: 'asked-for', server: { tags: ['web'] } }),
    response: JSON.stringify(answer),
    resource_id: '',
  };
  it.each<[how: string, carried: unknown]>([
    ['a trace of CTS', trace],
    ['a list of traces', { traces: [trace], meta_data: { count: 1, marker: null } }],
    ['a trace as FunctionGraph gets it', { cts: { ...trace, request: {}, response: answer } }],
    ['a message of SMN', { type: 'Notification', message: JSON.stringify(answer), message_id: 'm1' }],
    ['a trace in a message of SMN', { record: [{ smn: { message: JSON.stringify({ cts: trace }) } }] }],
    ['JSON in a text in a text', JSON.stringify(JSON.stringify(answer))],
  ])('is understood within %s', (_, carried) => {
    expect(readJobIds(JSON.stringify(carried, null, 2))).toEqual({ jobs: [{ jobId: 'a1' }], faults: [] });
  });

  it.each([
    ['{"result": {"job_id": "a1"}}'],
    ['{"member_check": {"job_id": "a1"}}'],
    ['{"sync": [{"operation_log_id": "a1", "job_id": "a1"}], "update_result": [{"workflow_id": "w1"}]}'],
    ['{"server": {"metadata": {"job_id": "a1"}}}'],
    ['{"sub_jobs": [{"job_id": "a1"}]}'],
    ['{"entities": {"job_id": "a1"}}'],
  ])('is no id where another thing has the same name: %s', (text) => {
    expect(ids(text)).toEqual([]);
  });

  it('is no id in the trace of an end, which names a sub-job', () => {
    const end = { ...trace, response: JSON.stringify({ ...answer, status: 'SUCCESS', end_time: 't' }) };
    expect(ids(JSON.stringify(end))).toEqual([]);
    expect(ids(JSON.stringify({ traces: [end, trace] }))).toEqual(['a1']);
  });

  it.each([
    'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{\n  "job_id": "a1"\n}',
    'HTTP/2 202 \nserver: api\n\n{"job_id": "a1"}\n',
    'HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nx: 1\r\n\r\n{"job_id": "a1"}',
  ])('is understood with the headers that curl -i prints: %j', (text) => {
    expect(readJobIds(text)).toEqual({ jobs: [{ jobId: 'a1' }], faults: [] });
    expect(ids(`${text}HTTP/1.1 200 OK\r\n\r\n{"job_id": "b2"}`)).toEqual(['a1', 'b2']);
  });

  it.each([`https://elb.example.com/v1/${PROJECT}/jobs/4010b39b`, `/v1.0/${PROJECT}/jobs/4010b39b`])(
    'is understood where classic ELB answers the uri %s',
    (uri) => {
      const named = { jobs: [{ jobId: '4010b39b', projectId: PROJECT }], faults: [] };
      expect(readJobIds(JSON.stringify({ uri }))).toEqual(named);
      expect(readJobIds(JSON.stringify({ uri, job_id: '4010b39b' }))).toEqual(named);
    },
  );

  it.each([
    [
      '{"error": {"code": "Ecs.0219", "message": "flavor\\nis sold out"}}',
      'the input names no job: the cloud said Ecs.0219: flavor is sold out',
    ],
    ['{"error_code": "APIGW.0301"}', 'the input names no job: the cloud said APIGW.0301'],
    ['a1\n{"error_msg": "denied"}\n', 'line 2 names no job: the cloud said denied'],
    ['{"uri": "https://elb.example.com/v3/other"}', 'the input names no job'],
    ['a1\nan error happened\n', 'line 2 names no job'],
    ['{"job_id": ""}', 'the input names no job'],
    ['{"job_id": null}', 'the input names no job'],
    ['{"job_id": "null"}', 'the input names no job'],
    ['{"job_id": 0}', 'the input names no job'],
    ['{"jobs": 3}', 'the input names no job'],
    ['{"jobs": [3]}', 'the input names no job'],
    ['null', 'line 1 names no job'],
    ['["a1", "two words"]', 'the input names no job'],
    ['{"volume": {"id": "v1"}, "tags": ["web"], "roles": [["admin"]]}', 'the input names no job'],
    [
      '{"error": {"details": ["a1"], "job_id": "a1", "code": "X.1"}}',
      'the input names no job: the cloud said X.1',
    ],
    ['{"error_code": "X.1", "details": [{"job_id": "a1"}]}', 'the input names no job: the cloud said X.1'],
    [
      '{"response": "{\\"code\\": \\"VPC.0514\\"}", "code": "200"}',
      'the input names no job: the cloud said VPC.0514',
    ],
    ['{"order_id": "CS1", "server_ids": ["s1"]}', 'the input names no job (an order, CS1)'],
    ['{"orders": [{"orderId": "CS1"}, {"orderId": "CS2"}]}', 'the input names no job (orders, CS1, CS2)'],
    ['{"orderId": 4711, "order_ids": [4712]}', 'the input names no job (orders, 4711, 4712)'],
    ['a1\n{"order_id": "CS1"}', 'line 2 names no job (an order, CS1)'],
    ['HTTP/1.1 502 Bad Gateway\n\n<html>\n<p>oh</p>', 'the input names no job: the cloud answered HTTP 502'],
    ['HTTP/1.1 401 \nx: 1\n\n', 'the input names no job: the cloud answered HTTP 401'],
    ['HTTP/1.1 403 \n\n{"code": "X.1"}', 'the input names no job: the cloud said X.1'],
    ['{"job_id": "a1"}\n{"job_id": "b2"', 'line 2 names no job'],
  ])('is refused where it names no job: %s', (text, fault) => {
    expect(readJobIds(text).faults).toEqual([fault]);
  });

  it('takes 10,000 ids in one go', () => {
    expect(ids(Array.from({ length: 10_000 }, (_, n) => `job-${n}`).join('\n'))).toHaveLength(10_000);
  });
});

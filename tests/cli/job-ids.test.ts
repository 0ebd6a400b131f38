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
  ])('is understood as %s', (_, text, expected) => {
    expect(readJobIds(text)).toEqual({ jobs: expected.map((jobId) => ({ jobId })), faults: [] });
  });

  it('is the parent where sub-jobs are told too', () => {
    expect(ids('{"job_id": "a1", "entities": {"sub_jobs": [{"job_id": "b2"}]}}')).toEqual(['a1']);
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
    ['{"job_id": 17}', 'the input names no job'],
    ['{"job_id": "a1"}\n{"job_id": "b2"', 'line 2 names no job'],
  ])('is refused where it names no job: %s', (text, fault) => {
    expect(readJobIds(text).faults).toEqual([fault]);
  });

  it('takes 10,000 ids in one go', () => {
    expect(ids(Array.from({ length: 10_000 }, (_, n) => `job-${n}`).join('\n'))).toHaveLength(10_000);
  });
});

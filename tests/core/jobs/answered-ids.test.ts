import { describe, expect, it } from 'vitest';
import { readJobIds } from '../../../cli/job-ids.ts';
import { answeredIds, startedIds } from '../../../lib/core/jobs/answered-ids.ts';
import { createCallLog } from '../../../lib/core/jobs/call-log.ts';
import { ANSWERS } from './answers.ts';
import { huaweiCall, PROJECT } from './provider-logs.ts';

const ID = 'ff8080828fe9028a01902f2542df1b10';
const OTHER = 'defe9cf7b5ca4566860edbebb181e17a';
const submitted = (answer: unknown) => answeredIds(answer).submitted;

describe('the ids in an answer', () => {
  it.each([
    [{ job_id: ID, serverIds: ['1'] }],
    [{ jobId: ID }],
    [{ jobid: ID }],
    [{ kind: 'Cluster', status: { phase: 'Creating', jobID: ID } }],
    [{ jobs: [{ job_id: ID }] }],
    [{ restore_result: [{ job_id: ID }] }],
    [{ jobId: [ID] }],
    [{ job: { id: ID, name: 'CreateMysqlSingleHAInstance', created: '2018-08-06T10:41:14+0000' } }],
    [{ jobs: [{ id: ID, name: 'CreateInstance' }] }],
    [{ instance: { id: OTHER, name: 'db-1' }, job_id: ID }],
    [{ jobs: [{ job_id: ID, id: OTHER }] }],
    [{ job_id: ID, status: null, end_time: '' }],
    [{ job_id: ID, status: 'null' }],
    [{ instance: { id: '1', status: 'BUILD' }, job_id: ID }],
    [{ id: `${OTHER}in02`, name: 'db-1', status: 'creating', job_id: ID }],
    [JSON.stringify({ job_id: ID })],
    [JSON.stringify(JSON.stringify({ job_id: ID }))],
  ])('are found wherever a service puts them: %j', (answer) => {
    expect(answeredIds(answer)).toEqual({ submitted: [ID], reported: [], omitted: 0 });
  });

  it('are texts, where a service sends numbers too', () => {
    expect(submitted({ jobId: 1234 })).toEqual(['1234']);
  });

  it('are no submission where the answer says how a job stands', () => {
    const report = { job_id: ID, job_type: 'createSingleServer', status: 'SUCCESS', end_time: '..' };
    expect(answeredIds(report)).toEqual({ submitted: [], reported: [ID], omitted: 0 });
    const ofSubJob = { id: OTHER, job_id: ID, job_type: 'createDesktop', status: 'SUCCESS' };
    expect(answeredIds(ofSubJob)).toEqual({ submitted: [], reported: [ID], omitted: 0 });
    expect(submitted({ id: OTHER, job_id: ID, status: 'SUCCESS', end_time: '..' })).toEqual([]);
    const ofDatabase = { job: { id: ID, status: 'Completed', ended: '2018-08-06T10:45:55+0000' } };
    expect(answeredIds(ofDatabase)).toEqual({ submitted: [], reported: [ID], omitted: 0 });
    expect(answeredIds({ jobs: [report, { job_id: OTHER }] })).toMatchObject({
      submitted: [OTHER],
      reported: [ID],
    });
  });

  it.each([
    [null],
    [''],
    ['null'],
    ['{}'],
    ['{"job_id":'],
    [42],
    [{ job_id: null }],
    [{ job_id: 'null' }],
    [{ job_id: '../../etc' }],
    [{ order_id: 'CS2' }],
    [{ id: ID }],
    [{ instance: { id: ID } }],
    [{ status: { id: ID } }],
    [{ error: { job_id: ID } }],
    [{ entities: { job_id: ID } }],
    [{ sub_jobs: [{ job_id: ID }] }],
    [{ jobs: { jobs: { jobs: { job_id: ID } } } }],
  ])('are none where none was submitted: %j', (answer) => {
    expect(submitted(answer)).toEqual([]);
  });

  it.each(ANSWERS)('are the same whoever reads the answer: %s', (_, answer, ids) => {
    expect(startedIds(answer)).toEqual(ids);
    expect(readJobIds(JSON.stringify(answer)).jobs.map(({ jobId }) => jobId)).toEqual(ids);
    const log = createCallLog();
    const url = `https://ecs.eu-de.otc.t-systems.com/v1.1/${PROJECT}/cloudservers`;
    const text = typeof answer === 'string' ? (JSON.parse(answer) as object) : (answer as object);
    // The log has the answer as it came; a long number stays one only in the text.
    const entries = huaweiCall('1787324710123-42', 'POST', url, text).replace(
      '12345678901234567000',
      '12345678901234567890',
    );
    const calls = [...log.take(entries), ...log.end()].flatMap(({ jobIds }) => jobIds);
    expect([...new Set(calls)]).toEqual(ids);
  });

  it('are read of an answer of many megabytes, too', () => {
    const jobs = Array.from({ length: 150_000 }, (_, n) => ({
      job_id: `j${n}`,
      ...(n % 2 && { status: 'X' }),
    }));
    expect(startedIds({ jobs })).toHaveLength(75_000);
  });

  it('are a hundred at most, and how many more there were is said', () => {
    const jobs = Array.from({ length: 103 }, (_, n) => ({ job_id: `job-${n}` }));
    expect(answeredIds({ jobs })).toMatchObject({ omitted: 3, reported: [] });
    expect(submitted({ jobs })).toHaveLength(100);
  });
});

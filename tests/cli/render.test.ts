import { describe, expect, it } from 'vitest';
import { explanation, jobsTable } from '../../cli/render.ts';
import { explanationView, summaryOf } from '../../lib/adapters/api/jobs/views.ts';
import { newJob } from '../../lib/core/jobs/job.ts';
import { spec, START } from '../kit.ts';

const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const job = (n: number, name: string) => newJob(spec(n, { name }), info, START, START + 30_000);
const lastOf = (text: string): string[] => text.split('\n').map((line) => line.split(/ {2,}/).at(-1)!);

describe('a check that lies ahead', () => {
  it('is told by its time until that has passed; then it is due', () => {
    const jobs = [summaryOf(job(1, 'web-1'))];
    expect(lastOf(jobsTable(jobs, START))).toEqual(['NEXT CHECK', '2026-03-01 12:00:30']);
    expect(lastOf(jobsTable(jobs, START + 30_000))).toEqual(['NEXT CHECK', 'due']);
    const explained = explanationView({ job: job(1, 'web-1'), whyNext: 'it goes on', events: [] }, true);
    expect(explanation(explained, START)).toContain('2026-03-01 12:00:30  next check');
    expect(explanation(explained, START + 30_000)).toMatch(/^next check: due, because it goes on$/m);
  });
});

it('columns stand below each other where names are wide', () => {
  const [, first, second] = jobsTable(
    [summaryOf(job(1, '日本語')), summaryOf(job(2, 'web-07'))],
    START,
  ).split('\n');
  expect(first!.split('日本語')[1]).toBe(second!.split('web-07')[1]);
});

it('explain tells what the job is: labels, type, duration, deadline, sub-jobs, and what to do', () => {
  const row = job(1, 'web-1');
  const explained = explanationView({ job: row, whyNext: null, events: [] }, true);
  const iso = (at: number): string => new Date(at).toISOString();
  const told = explanation(
    {
      ...explained,
      job: {
        ...explained.job,
        state: 'failed',
        status: 'FAIL',
        labels: { team: 'web', env: 'prod' },
        jobType: 'createServer',
        beganAt: iso(START),
        endedAt: iso(START + 90_000),
        detectedAt: iso(START + 100_000),
        deadlineAt: iso(START + 60_000),
        subJobs: { total: 3, succeeded: 1, failed: 2, running: 0 },
        error: {
          code: 'Ecs.0204',
          reason: 'no cores',
          hint: 'Request a higher quota.',
          subJobs: [{ jobId: 'ff1', jobType: 'createOne', code: null, reason: 'no cores' }],
          subJobsOmitted: 1,
        },
      },
    },
    START + 200_000,
  );
  expect(told.split('\n').slice(1, 7)).toEqual([
    '  state     failed, the cloud says FAIL',
    '  type      createServer',
    '  labels    team=web env=prod',
    '  took      1 min 30 s',
    '  deadline  2026-03-01 12:01:00, missed',
    '  sub-jobs  3: 1 succeeded, 2 failed',
  ]);
  expect(told).toContain('  what to do: Request a higher quota.');
  expect(told).toContain('  failed sub-job createOne ff1: no cores\n  and 1 more failed sub-jobs');
});

it('explain says where a cloud gives no reason', () => {
  const explained = explanationView({ job: job(1, 'web-1'), whyNext: null, events: [] }, true);
  const error = { code: null, reason: null, subJobs: [], subJobsOmitted: 0 };
  const failed = { ...explained, job: { ...explained.job, state: 'failed' as const, error } };
  expect(explanation(failed, START)).toMatch(/^ {2}why: the cloud gives no reason$/m);
});

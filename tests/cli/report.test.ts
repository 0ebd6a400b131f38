import { describe, expect, it } from 'vitest';
import { codeOf } from '../../cli/wait/exit.ts';
import { liveReport, lineReport } from '../../cli/wait/report.ts';
import type { Job } from '../../client/index.ts';
import { usualDuration } from '../../cli/wait/usual.ts';
import { jobView } from '../../lib/api/views.ts';
import { newJob, type Job as Row } from '../../lib/jobs/job.ts';
import { report, spec, START } from '../kit.ts';

const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const job = (n: number, over: Partial<Row> = {}): Job =>
  jobView({ ...newJob(spec(n, { name: `web-${n}` }), info, START, START), ...over });
const SUB_JOBS = { total: 5, succeeded: 3, failed: 1, running: 1 };
const running = job(1, { status: 'RUNNING', report: report({ subJobs: SUB_JOBS }) });
const ended = job(1, { state: 'failed', detectedAt: START + 60_000 });
const at = (one: Job) => [{ job: one, usual: null }];

describe('progress in a file', () => {
  it('is a line for each change, and none for the passing of time', () => {
    const lines: string[] = [];
    const { show } = lineReport((line) => lines.push(line));
    show(at(job(1)), START + 5_000);
    show(at(running), START + 10_000);
    show(at(running), START + 20_000);
    show(at(ended), START + 60_000);
    expect(lines).toEqual([
      'outstanding  web-1, not seen yet, for 5 s',
      'outstanding  createServer web-1, RUNNING, 3 of 5 sub-jobs, 1 failed, for 9 s',
      'failed       web-1, after 1 min',
    ]);
  });

  it('says how long such jobs take', () => {
    const lines: string[] = [];
    lineReport((line) => lines.push(line)).show([{ job: running, usual: 190_000 }], START + 61_000);
    expect(lines[0]).toContain('for 1 min, usually 3 min 10 s');
  });
});

describe('progress on a terminal', () => {
  const ESC = '\u001b';

  it('is drawn over what was there', () => {
    const written: string[] = [];
    const { show } = liveReport({ write: (text) => written.push(text), columns: 200, rows: 24 });
    const two = [...at(running), ...at(job(2))];
    show(two, START);
    show(two, START + 1_000);
    expect(written[0]).not.toContain(ESC);
    expect(written[1]!.startsWith(`${ESC}[2A${ESC}[J`)).toBe(true);
    expect(written[1]!.split('\n')).toHaveLength(3);
  });

  it('is whole on a terminal that does not tell its size', () => {
    let written = '';
    const { show } = liveReport({ write: (text) => (written += text), columns: 0, rows: 0 });
    show(at(running), START);
    expect(written).toContain('createServer web-1, RUNNING');
  });

  it('never wraps, and counts what does not fit', () => {
    let written = '';
    const { show } = liveReport({ write: (text) => (written += text), columns: 30, rows: 6 });
    show(
      Array.from({ length: 9 }, (_, n) => ({
        job: job(n, { report: report({ jobType: 'x'.repeat(90) }) }),
        usual: null,
      })),
      START,
    );
    const lines = written.trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines.at(-1)).toBe('... and 5 more');
    for (const line of lines) expect(line.length).toBeLessThan(30);
  });
});

describe('the exit code', () => {
  it.each<[states: Job['state'][], code: number]>([
    [['succeeded', 'succeeded'], 0],
    [['succeeded', 'failed'], 1],
    [['failed', 'lost', 'succeeded'], 2],
    [['lost', 'outstanding', 'failed'], 3],
  ])('of %j is %i', (states, code) => {
    expect(codeOf(states.map((state) => ({ state })))).toBe(code);
  });
});

describe('how long such a job usually takes', () => {
  const took = (seconds: number, jobType = 'createServer'): Job =>
    job(seconds, {
      state: 'succeeded',
      report: report({
        jobType,
        beganAt: new Date(START).toISOString(),
        endedAt: new Date(START + seconds * 1_000).toISOString(),
      }),
    });

  it('is the median by the clock of the cloud, of jobs of the same type', () => {
    const former = [took(10), took(30), took(900), took(1, 'deleteServer')];
    expect(usualDuration(former, 'createServer')).toBe(30_000);
    expect(usualDuration(former, 'deleteServer')).toBeNull();
  });

  it('is by our own clock where the cloud tells no times', () => {
    const former = [1, 2, 3].map((n) =>
      job(n, { report: report({ beganAt: null }), detectedAt: START + n * 1_000 }),
    );
    expect(usualDuration(former, 'createServer')).toBe(2_000);
  });
});

import { describe, expect, it } from 'vitest';
import { cellsOf } from '../../cli/cells.ts';
import { codeOf } from '../../cli/wait/exit.ts';
import { liveReport, lineReport } from '../../cli/wait/report.ts';
import type { Job } from '../../client/index.ts';
import { usualDuration } from '../../cli/wait/usual.ts';
import { jobView } from '../../lib/adapters/api/jobs/views.ts';
import { newJob, type Job as Row } from '../../lib/core/jobs/job.ts';
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
      'failed       web-1, 1 min after tracking',
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

  it('is whole on a terminal that does not know its size', () => {
    let written = '';
    const { show } = liveReport({ write: (text) => (written += text), columns: 0, rows: 0 });
    show(at(running), START);
    expect(written).toContain('web-1, RUNNING, 3 of 5 sub-jobs');
  });

  /** What stands on a terminal of this size, frame by frame. */
  function frames(columns: number, rows: number) {
    const written: string[] = [];
    return { written, ...liveReport({ write: (text) => written.push(text), columns, rows }) };
  }

  it('is drawn anew only when it says something else, once a second at most', () => {
    const { written, show } = frames(200, 24);
    const two = [...at(running), { job: job(2, { createdAt: START + 400 }), usual: null }];
    for (let ms = 0; ms <= 4_000; ms += 500) show(two, START + 60_000 + ms);
    expect(written).toHaveLength(5);
    show([...at(ended), two[1]!], START + 64_000);
    expect(written).toHaveLength(6);
  });

  it.each([
    [100, 'createServer 日本語-a...goes-on ...808081'],
    [80, '日本...s-on ...808081'],
    [60, '日本...s-on ...808081'],
  ])('shortens a long name on %i columns, and keeps what tells the jobs apart', (columns, what) => {
    const { written, show } = frames(columns, 24);
    const name = '日本語-a-name-that-is-far-too-long-for-one-line-of-a-terminal-and-goes-on';
    const two = ['ff808081', 'ff808082'].map((jobId) => ({ job: { ...running, name, jobId }, usual: null }));
    show(two, START + 10_000);
    const lines = written.join('').trimEnd().split('\n');
    const standing = ', RUNNING, 3 of 5 sub-jobs, 1 failed, for 9 s'.slice(0, columns - 14 - cellsOf(what));
    expect(lines[0]).toBe(`outstanding  ${what}${standing}`);
    expect(lines[1]).toContain(' ...808082, RUNNING');
    for (const line of lines) expect(cellsOf(line)).toBeLessThan(columns);
  });

  it('cuts the reason of a failure before the name', () => {
    const { written, show } = frames(80, 24);
    const error = { code: 'Ecs.0204', reason: 'x'.repeat(200), subJobs: [], subJobsOmitted: 0 };
    show(at(job(1, { state: 'failed', detectedAt: START + 8_000, report: report({ error }) })), START);
    expect(written[0]).toMatch(/^failed +createServer web-1, 8 s after tracking, Ecs\.0204 x+\n$/);
  });

  it('is whole at the end, with every job and every word', () => {
    const { written, show, end } = frames(30, 3);
    const four = [1, 2, 3, 4].map((n) => ({
      job: job(n, { state: 'succeeded', detectedAt: START }),
      usual: null,
    }));
    show(four, START);
    expect(written[0]!.trimEnd().split('\n')).toEqual([
      expect.stringContaining('succeeded'),
      '... and 3 more',
    ]);
    end!(four, START);
    expect(written[1]).toBe(
      `${ESC}[2A${ESC}[J${[1, 2, 3, 4].map((n) => `succeeded    web-${n}, less than 1 s after tracking\n`).join('')}`,
    );
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

describe('a job that has ended', () => {
  const told = (over: Partial<Row>): string => {
    const lines: string[] = [];
    lineReport((line) => lines.push(line)).show(at(job(1, over)), START);
    return lines[0]!;
  };

  it('took what the cloud says it took', () => {
    const times = { beganAt: '2026-03-01T12:00:01.000Z', endedAt: '2026-03-01T12:00:09.000Z' };
    expect(told({ state: 'succeeded', detectedAt: START + 36_000, report: report(times) })).toBe(
      'succeeded    createServer web-1, took 8 s',
    );
  });

  it('is lost for a reason, and something can be done', () => {
    expect(told({ state: 'lost', lostReason: 'expired', detectedAt: START + 36_000 })).toBe(
      'lost         web-1, 36 s after tracking, expired: The cloud no longer has its record. ' +
        'Check in the console whether the resource is there and active. Only if it is missing, submit the job again.',
    );
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

  it('is by our own clock where the cloud gives no times', () => {
    const former = [1, 2, 3].map((n) =>
      job(n, { report: report({ beganAt: null }), detectedAt: START + n * 1_000 }),
    );
    expect(usualDuration(former, 'createServer')).toBe(2_000);
  });
});

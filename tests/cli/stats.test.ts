import { describe, expect, it } from 'vitest';
import { recordsTable, statsTable } from '../../cli/commands/stats.ts';
import { spark } from '../../cli/spark.ts';

describe('jobchime stats', () => {
  it('is a line for each type, with its plot from the shortest to the longest', () => {
    const took = {
      count: 120,
      p10: 118_400,
      p50: 236_200,
      p90: 301_800,
      p99: 402_000,
      bars: [
        { from: 100_000, to: 200_000, share: 0.25 },
        { from: 200_000, to: 400_000, share: 0.75 },
      ],
    };
    const delays = { count: 120, p10: 1_000, p50: 14_000, p90: 31_000, p99: 60_000 };
    const common = { origin: 'otc-ecs', ended: 120, callsPerJob: 3.5 };
    const text = statsTable([
      { ...common, jobType: 'createServer', took, delays },
      { ...common, jobType: null, ended: 1, took: null, delays: null },
    ]);
    expect(text.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['ORIGIN', 'TYPE', 'ENDED', 'CALLS A JOB', 'HALF', '90 %', '99 %', 'DELAY', '90 %', 'DURATIONS'],
      [
        'otc-ecs',
        'createServer',
        '120',
        '3.5',
        '3 min 56 s',
        '5 min 2 s',
        '6 min 42 s',
        '14 s',
        '31 s',
        '1 min 40 s ▃█ 6 min 40 s',
      ],
      ['otc-ecs', '-', '1', '3.5', '-', '-', '-', '-', '-', '-'],
    ]);
  });

  it('is a line for each service whose records are read, too', () => {
    const text = recordsTable([
      { origin: 'prod-cts', service: 'ECS', withId: 3, results: 2, withoutId: 7 },
      { origin: 'prod-cts', service: 'SFS TURBO', withId: 0, results: 0, withoutId: 12 },
    ]);
    expect(text.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['RECORDS', 'SERVICE', 'WITH ID', 'WITHOUT', 'ENDS'],
      ['prod-cts', 'ECS', '3', '7', '2'],
      ['prod-cts', 'SFS TURBO', '0', '12', '0'],
    ]);
  });

  it('draws the highest bar full, the least one still, and nothing as nothing', () => {
    expect(spark([0, 0.001, 0.5, 1])).toBe(' ▁▄█');
    expect(spark([])).toBe('');
  });
});

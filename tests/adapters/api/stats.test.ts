import { describe, expect, it } from 'vitest';
import { newDurations } from '../../../lib/core/jobs/learnt.ts';
import { addTo, NO_SKETCH } from '../../../lib/core/jobs/sketch.ts';
import { NEW_TRAIL } from '../../../lib/core/discover/trail.ts';
import { newOrigin } from '../../../lib/core/jobs/origin.ts';
import { PROJECT, START } from '../../kit.ts';
import { apiKit } from './kit.ts';

const sketchOf = (seconds: number[]) => seconds.map((s) => s * 1_000).reduce(addTo, NO_SKETCH);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

/** A hundred servers that took 1 to 100 s, one address, and a type whose first job has not ended. */
async function filled() {
  const kit = await apiKit();
  const of = (origin: string, type: string) => newDurations(origin, type, START);
  const server = { ...of('hwc-ecs', 'createServer'), ended: 120, calls: 540 };
  await kit.store.durations.create([
    { ...of('hwc-ecs', ''), ended: 1, calls: 2 },
    { ...server, took: sketchOf(upTo(100)), delays: sketchOf([5, 10, 20]) },
    { ...of('hwc-ecs', 'deleteServer'), calls: 3 },
    { ...of('gone', 'createServer'), ended: 9, calls: 9 },
  ]);
  return kit;
}

describe('/v1/stats', () => {
  it('tells of each origin and type how long jobs took, how many calls they cost and how late their ends were seen', async () => {
    const kit = await filled();
    const { body, status } = await kit.call('GET', '/v1/stats');
    expect([status, body.next, body.items.length]).toEqual([200, null, 2]);
    const [server, untyped] = body.items;
    expect(server).toMatchObject({
      origin: 'hwc-ecs',
      jobType: 'createServer',
      ended: 120,
      callsPerJob: 4.5,
    });
    expect(server.took.count).toBe(100);
    for (const [name, seconds] of [
      ['p10', 10],
      ['p50', 50],
      ['p90', 90],
      ['p99', 99],
    ] as const)
      expect(Math.abs(server.took[name] / (seconds * 1_000) - 1)).toBeLessThan(0.02);
    expect(server.delays.p50 / 10_000).toBeCloseTo(1, 1);
    expect(untyped).toMatchObject({ jobType: null, ended: 1, callsPerJob: 2, took: null, delays: null });
  });

  it('has bars that make up the whole, one beside the other', async () => {
    const kit = await filled();
    const { bars } = (await kit.call('GET', '/v1/stats')).body.items[0].took;
    expect(bars.length).toBeLessThanOrEqual(24);
    expect(bars.reduce((sum: number, { share }: { share: number }) => sum + share, 0)).toBeCloseTo(1, 1);
    for (let n = 1; n < bars.length; n += 1) expect(bars[n].from).toBe(bars[n - 1].to);
    expect([bars[0].from <= 1_000, bars.at(-1).to >= 100_000]).toEqual([true, true]);
  });

  it('says of each service how many calls of the last day had the id of a job in their record', async () => {
    const trails = [
      { name: 'prod-cts', projectId: PROJECT, account: 'prod' },
      { name: 'other-cts', projectId: 'f'.repeat(32), account: 'other' },
      { name: 'new-cts', projectId: PROJECT, account: 'new' },
    ];
    const kit = await apiKit({ over: () => ({ trails }) });
    const HOUR = 3_600_000;
    const counts = [
      { hour: START, services: { ECS: [2, 1, 3], VPC: [0, 0, 5] } },
      { hour: START - 2 * HOUR, services: { ECS: [1, 1, 4] } },
      { hour: START - 25 * HOUR, services: { ECS: [9, 9, 9] } },
    ];
    const trail = { ...NEW_TRAIL, counts } as never;
    await kit.store.origins.create(
      ['prod-cts', 'other-cts'].map((name) => ({ ...newOrigin(name, START), trail })),
    );
    const ecs = { origin: 'prod-cts', service: 'ECS', withId: 3, results: 2, withoutId: 7 };
    const vpc = { origin: 'prod-cts', service: 'VPC', withId: 0, results: 0, withoutId: 5 };
    const token = await kit.tokenFor(['read'], { projects: [PROJECT] });
    expect((await kit.call('GET', '/v1/stats', { token })).body).toEqual({
      items: [],
      next: null,
      records: [ecs, vpc],
    });
    expect((await kit.call('GET', '/v1/stats')).body.records).toHaveLength(4);
  });

  it('shows a token that is limited to projects those of its projects alone', async () => {
    const kit = await filled();
    const seen = async (project: string): Promise<number> => {
      const token = await kit.tokenFor(['read'], { projects: [project] });
      return (await kit.call('GET', '/v1/stats', { token })).body.items.length;
    };
    expect([await seen(PROJECT), await seen('f'.repeat(32))]).toEqual([2, 0]);
  });
});

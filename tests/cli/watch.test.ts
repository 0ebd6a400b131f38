import { describe, expect, it } from 'vitest';
import { REMOTE, watch, type Watched, type Watching } from '../../cli/wait/watch.ts';
import { createClient } from '../../client/index.ts';
import { decide } from '../../lib/core/jobs/transition.ts';
import { failed, POLICY, PROJECT, spec, START, succeeded } from '../kit.ts';
import { apiKit } from '../adapters/api/kit.ts';

const KEY = `hwc-ecs/${PROJECT}/${spec(1).jobId}`;
const BAD_GATEWAY = () => Promise.resolve(new Response('<h1>Bad gateway</h1>', { status: 502 }));
const MISTAKE = () => Promise.reject(new RangeError('a mistake of ours'));
const DOWN = () => Promise.reject(new TypeError('fetch failed'));

/** One outstanding job, and a way to it that each request passes with its number. */
async function watched(way: (nth: number) => Promise<Response> | null = () => null) {
  const kit = await apiKit();
  await kit.call('POST', '/v1/jobs', { body: spec(1) });
  let asked = 0;
  const fetch = (request: Request): Promise<Response> => way((asked += 1)) ?? kit.api(request);
  const client = createClient({ url: 'http://jobchime.test', token: kit.admin, fetch });
  const { jobId } = spec(1);
  const job = await createClient({ url: 'http://jobchime.test', token: kit.admin, fetch: kit.api }).jobs.get({
    origin: 'hwc-ecs',
    projectId: PROJECT,
    jobId,
  });
  const shown: Watched[][] = [];
  const ends: Watched[][] = [];
  const warnings: string[] = [];
  const watching: Watching = {
    client,
    report: { show: (seen) => void shown.push([...seen]), end: (seen) => void ends.push([...seen]) },
    warn: (line) => void warnings.push(line),
    until: Infinity,
    every: () => 1,
  };
  const settle = async (): Promise<void> => {
    const row = (await kit.store.jobs.get(KEY))!;
    await kit.store.jobs.save(decide(row, failed, START + 60_000, POLICY).job);
  };
  return { ...kit, client, job, shown, ends, warnings, watching, settle, asked: () => asked };
}

describe('waiting', () => {
  it('reads until the job has ended', async () => {
    const w = await watched((nth) => {
      if (nth === 3) void w.settle();
      return null;
    });
    const [job] = await watch(w.watching, [w.job]);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'Ecs.0204' } });
    expect(w.shown.at(-1)![0]!.job.state).toBe('failed');
    expect(w.ends).toEqual([w.shown.at(-1)]);
    expect(w.warnings).toEqual([]);
  });

  it('outlives a service that is away for a while, and says so once', async () => {
    const w = await watched((nth) => {
      if (nth === 7) void w.settle();
      return nth >= 2 && nth <= 5 ? BAD_GATEWAY() : null;
    });
    expect((await watch(w.watching, [w.job]))[0]!.state).toBe('failed');
    expect(w.warnings).toEqual(['HTTP 502: no problem was given. Waiting anyway.']);
  });

  it('outlives a network that is down for a while', async () => {
    const w = await watched((nth) => {
      if (nth === 7) void w.settle();
      return nth >= 2 && nth <= 5 ? DOWN() : null;
    });
    expect((await watch(w.watching, [w.job]))[0]!.state).toBe('failed');
    expect(w.warnings).toHaveLength(1);
  });

  it('is as patient, and says so again, with the next trouble', async () => {
    const w = await watched((nth) => {
      if (nth === 9) void w.settle();
      return nth === 2 || nth === 5 ? BAD_GATEWAY() : null;
    });
    await watch({ ...w.watching, patience: 0 }, [w.job]);
    expect(w.warnings).toHaveLength(2);
  });

  it('gives up when that lasts', async () => {
    const w = await watched(BAD_GATEWAY);
    await expect(watch({ ...w.watching, patience: 5 }, [w.job])).rejects.toThrow('HTTP 502');
    expect(w.asked()).toBeGreaterThan(1);
  });

  it.each<[string, () => Promise<Response>]>([
    ['a mistake', MISTAKE],
    ['a token that was revoked', async () => Response.json({}, { status: 401 })],
  ])('does not outlive %s', async (_, way) => {
    const w = await watched(way);
    await expect(watch(w.watching, [w.job])).rejects.toThrow();
    expect(w.asked()).toBe(1);
  });

  it('ends in time, and counts a job that was removed as it was', async () => {
    const w = await watched();
    await w.call('DELETE', `/v1/jobs/${KEY}`);
    const seen = await watch({ ...w.watching, until: Date.now() + 20 }, [w.job]);
    expect(seen).toEqual([w.job]);
    expect(w.ends).toHaveLength(1);
    expect(w.asked()).toBeGreaterThan(1);
  });

  it('asks once for each origin how long such jobs take', async () => {
    const w = await watched();
    const former = [2, 3, 4].map((n) => spec(n));
    await w.call('POST', '/v1/jobs', { body: { jobs: former } });
    for (const { jobId } of former) {
      const row = (await w.store.jobs.get(`hwc-ecs/${PROJECT}/${jobId}`))!;
      await w.store.jobs.save(decide(row, succeeded, START + 60_000, POLICY).job);
    }
    const jobs = [w.job, w.job, w.job].map((job) => ({ ...job, jobType: 'createServer' }));
    await watch({ ...w.watching, until: 0 }, jobs);
    expect(w.shown[0]!.map(({ usual }) => usual)).toEqual([247_000, 247_000, 247_000]);
    expect(w.asked()).toBe(1);
  });

  it('asks a service elsewhere every 2 s at most, and for many jobs half of what it answers', () => {
    expect([1, 20, 50, 300].map(REMOTE)).toEqual([2_000, 2_000, 5_000, 30_000]);
  });
});

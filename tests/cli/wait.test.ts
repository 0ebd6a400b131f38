import { describe, expect, it } from 'vitest';
import { world } from './world.ts';

const SUCCESS = '2c9eb2c5544cbf6101544f0602af2b4f';

describe('jobchime wait', () => {
  it('shows the way of jobs to their end, and ends with the worst of them', async () => {
    const w = await world();
    const failed = w.simulator.submit({
      system: 'otc-ecs',
      jobType: 'createServer',
      life: {
        end: 'FAIL',
        runMs: 300,
        subJobs: [{ end: 'SUCCESS' }],
        error: { code: 'Ecs.0204', reason: 'quota exceeded' },
      },
    });
    const good = { system: 'otc-ecs', life: { end: 'SUCCESS', runMs: 300 } } as const;
    w.simulator.submit({ ...good, jobId: SUCCESS });
    const lost = 'ffffffffffffffffffffffffffffffff';
    const endless = w.simulator.submit({ system: 'otc-ecs', life: { end: 'never' } });
    const tracked = await w.run(
      `jobchime track otc-ecs ${failed} ${SUCCESS} ${endless} ${lost} --name web-7`,
    );
    expect(tracked.code).toBe(0);
    expect(tracked.err).toMatch(/^No service is running on .*jobchime\.db: .*\n$/);

    const alone = await w.run(`jobchime wait ${SUCCESS} --timeout 50ms`);
    expect(alone.code).toBe(3);
    expect(alone.err).toContain('No service is running on');
    expect(alone.err).toContain('Timed out after less than 1 s: the job has not ended.');

    const service = await w.start('jobchime start', 'service.started');
    expect(await w.run(`jobchime wait ${SUCCESS}`)).toMatchObject({ code: 0, err: '' });
    const seen = await w.run(`jobchime wait ${failed} ${SUCCESS}`);
    expect(seen.code).toBe(1);
    // Both have one name.
    expect(seen.out).toContain(`failed       createServer web-7 ...${failed.slice(-6)}, took`);
    expect(seen.out).toContain('Ecs.0204 quota exceeded');
    expect((await w.run(`jobchime wait ${lost} ${failed}`)).code).toBe(2);
    const both = await w.run(`jobchime wait ${lost} ${endless} --timeout 100ms`);
    expect(both.code).toBe(3);
    expect(both.out).toMatch(
      /^lost .* after tracking, unknown: The cloud has never known this job\. Check job id/m,
    );
    expect(both.err).toContain(': 1 of 2 jobs has not ended.');

    const asJson = await w.run(`jobchime wait --json ${failed}`);
    expect(JSON.parse(asJson.out)).toMatchObject({
      jobId: failed,
      state: 'failed',
      error: { code: 'Ecs.0204' },
    });
    const unknown = await w.run('jobchime wait nothing-of-ours');
    expect(unknown).toMatchObject({ code: 4, out: '' });
    expect(unknown.err).toContain('nothing-of-ours is not tracked');
    expect((await w.run('jobchime wait --bogus x')).code).toBe(4);
    const unit = await w.run('jobchime wait --timeout 5 x');
    expect(unit.err).toContain("argument '5' is invalid. It is not a duration; write 30s");
    const pasted = await w.run(`jobchime track otc-ecs '{"job_id": "ff808082"}'`);
    expect(pasted).toMatchObject({ code: 1, out: '' });
    expect(pasted.err).toContain("`jobchime track otc-ecs -` reads the cloud's answer");
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
  }, 120_000);
});

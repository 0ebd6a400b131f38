import { describe, expect, it } from 'vitest';
import { world } from './world.ts';

describe('jobchime group', () => {
  it('takes jobs from a pipe, is told of once, and is waited for with exit codes of its own', async () => {
    const w = await world();
    const ends = (end: 'SUCCESS' | 'FAIL') =>
      w.simulator.submit({
        system: 'otc-ecs',
        jobType: 'createServer',
        life: {
          end,
          runMs: 100,
          ...(end === 'FAIL' && { error: { code: 'Ecs.0204', reason: 'quota exceeded' } }),
        },
      });
    const [good, bad, other] = [ends('SUCCESS'), ends('FAIL'), ends('SUCCESS')];
    const tracked = await w.run(`jobchime track otc-ecs ${good} ${bad} --group apply-42`);
    expect(tracked.code).toBe(0);
    expect(tracked.out).toMatch(new RegExp(`tracked  otc-ecs/.*/${good}  in apply-42\\n`));
    expect((await w.run('jobchime groups')).out).toMatch(/open +apply-42 +2 +0 +0 +0 +2 /);
    const late = await w.run('jobchime wait --group apply-42 --timeout 50ms');
    expect(late).toMatchObject({ code: 3 });
    expect(late.err).toContain('Timed out after less than 1 s: the group has not ended.');

    expect((await w.run('jobchime group close apply-42')).out).toContain(
      'apply-42 closed: 0 of 2 jobs succeeded',
    );
    expect((await w.run('jobchime group close apply-42')).code).toBe(0);
    const service = await w.start('jobchime start', 'service.started');
    const seen = await w.run('jobchime wait --group apply-42 --timeout 30s');
    expect(seen.code).toBe(1);
    expect(seen.out).toMatch(/^ {2}1 failed: otc-ecs: a quota is used up \(Ecs\.0204\): /m);
    expect(seen.out).toMatch(
      /^apply-42 partial: 1 of 2 jobs succeeded, 1 failed$|^apply-42 partial: 1 of 2 jobs succeeded and 1 failed$/m,
    );
    const shown = await w.run('jobchime group show apply-42');
    expect(shown.out).toContain('closed: by command line');
    expect(shown.out).toContain('ended: partial');

    // The next run of the same name.
    await w.run(`jobchime track otc-ecs ${other} --group apply-42 --expect 1`);
    const next = await w.run('jobchime wait --group apply-42 --json --timeout 30s');
    expect(next.code).toBe(0);
    expect(JSON.parse(next.out)).toMatchObject({ run: 2, outcome: 'succeeded', closedBy: 'expect' });
    service.child.kill();

    const explained = await w.run(`jobchime explain ${bad}`);
    expect(explained.out).toMatch(/slack .*: folded into the message of group -\/apply-42\/1 \(dlv_/);
    const none = await w.run('jobchime wait --group nothing --appear 10ms');
    expect(none).toMatchObject({ code: 5, out: '' });
    expect(none.err).toContain("No job was tracked in the group 'nothing'.");
    expect((await w.run('jobchime wait')).code).toBe(4);
    expect((await w.run(`jobchime wait ${bad} --group apply-42`)).code).toBe(4);
    expect((await w.run('jobchime group show nothing')).err).toContain("There is no group 'nothing'");
  });
});

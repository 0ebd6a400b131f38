import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { jobId, PROJECT } from '../../kit.ts';
import { ROOT, type Packaged } from './packaged.ts';
import { startPeers, walk, type LeftOnWay } from './way.ts';

export function waySuite(template: () => Packaged['template']): void {
  it('leads from a submitted job to all three channels', async () => {
    const { effects, rows } = await walk(template(), { overHttp: true });
    expect(effects).toBeGreaterThan(40);
    expect(rows.flatMap((row) => row.attempts).every((attempt) => attempt.reason === 'ok')).toBe(true);
  }, 60_000);

  it('leads there when every message comes twice, and in another order', async () => {
    const { rows } = await walk(template(), { unruly: true });
    expect(rows.flatMap((row) => row.attempts).every((attempt) => attempt.reason === 'ok')).toBe(true);
  }, 60_000);

  it('leads there among forged events, poison and unknown origins, while a configuration is pushed', async () => {
    const forged = JSON.parse(readFileSync(new URL('events/job.failed.json', ROOT), 'utf8')) as {
      resources: string[];
      detail: object;
    };
    const { rows } = await walk(template(), {
      jobs: 2,
      troubles: {
        newcomer: 3,
        begin(world) {
          world.publish({
            EventBusName: 'bus',
            Source: 'jobchime',
            DetailType: 'job.failed',
            Resources: forged.resources,
            Detail: JSON.stringify(forged.detail),
          });
          const detail = { origin: 'nowhere', projectId: PROJECT, jobIds: [jobId(7)] };
          world.publish({ Source: 'x', DetailType: 'job.submitted', Detail: JSON.stringify(detail) });
          for (const queue of ['TrackQueue', 'RouteQueue', 'WebhookQueue'])
            world.queues.get(queue)!.messages.push({ id: -1, body: '{', visibleAt: 0, receives: 0 });
        },
        dead: { TrackDeadLetters: 2, RouteDeadLetters: 2, WebhookDeadLetters: 1 },
      },
    });
    expect(rows.every((row) => row.attempts.every((attempt) => attempt.reason === 'ok'))).toBe(true);
  }, 60_000);

  it('leads there when the table refuses every third request for a while', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0);
    const { rows } = await walk(template(), { throttles: (nth) => nth % 3 === 0 });
    random.mockRestore();
    expect(rows.flatMap((row) => row.attempts).every((attempt) => attempt.reason === 'ok')).toBe(true);
  }, 60_000);

  it('leads there when each call to the table fails now and then for good', async () => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(0);
    // Five attempts of one call, and then none of many.
    const { rows } = await walk(template(), { throttles: (nth) => nth % 60 < 5 });
    random.mockRestore();
    expect(rows.every((row) => row.state === 'delivered')).toBe(true);
  }, 60_000);

  it('leads there whatever effect a function dies after', async () => {
    // One job that succeeds and one that fails: a third would make the effects of the first again.
    const jobs = 2;
    const peers = await startPeers();
    const lefts: LeftOnWay[] = [];
    const { effects } = await walk(template(), { jobs, peers, lefts });
    expect(lefts).toHaveLength(effects);
    expect(effects).toBeGreaterThan(30);
    // Whatever a function knew is gone with it, and what it left behind is all that there is.
    for (const from of lefts) await walk(template(), { jobs, peers, from });
    peers.close();
  }, 600_000);

  it('leads there when one function dies and the others go on with what they know', async () => {
    const jobs = 2;
    const { effects } = await walk(template(), { jobs });
    const reasons = new Set<string | null>();
    for (let diesAfter = 1; diesAfter <= effects; diesAfter += 1) {
      const { rows } = await walk(template(), { jobs, diesAfter });
      for (const { reason } of rows.flatMap(({ attempts }) => attempts)) reasons.add(reason);
    }
    // Some did die, in the middle of a send.
    expect(reasons).toContain('uncertain');
  }, 600_000);

  it('does not lead there when the rule of the bus is missing: the walk notices', async () => {
    const { PublishedRule: _, ...rest } = template().Resources;
    await expect(walk({ ...template(), Resources: rest })).rejects.toThrow();
  }, 60_000);
}

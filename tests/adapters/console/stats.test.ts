/** Plots: what they show, that a table says the same beside each, and what they cost. */
import { describe, expect, it } from 'vitest';
import {
  doubledBars,
  endedOf,
  quantileOf,
  slotsOf,
  toldAfter,
} from '../../../lib/adapters/console/figures.ts';
import { newDurations, taught } from '../../../lib/core/jobs/learnt.ts';
import { addTo, NO_SKETCH, type Sketch } from '../../../lib/core/jobs/sketch.ts';
import { failed, PROJECT, report, START } from '../../kit.ts';
import { HOSTILE, isOnlyText } from './hostile.ts';
import { consoleKit, job, OTHER_PROJECT, type ConsoleKit } from './kit.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const iso = (at: number): string => new Date(at).toISOString();

/** Ends when the clock says so, after `tookMs`. */
const ending = (
  kit: ConsoleKit,
  n: number,
  tookMs: number,
  over: { code?: string; jobType?: string } = {},
) => {
  const now = kit.clock.now();
  const { code, jobType = 'createServer' } = over;
  const error = code === undefined ? null : { code, reason: `${code} it is`, subJobs: [], subJobsOmitted: 0 };
  const about = report({ jobType, beganAt: iso(now - tookMs - 2_000), endedAt: iso(now - 2_000), error });
  return job(
    kit,
    n,
    { kind: code === undefined ? 'succeeded' : 'failed', status: 'X', report: about },
    {
      createdAt: now - tookMs - 2_000,
    },
  );
};

async function learnt(kit: ConsoleKit, jobType: string, each: number[], ended = each.length): Promise<void> {
  let took: Sketch = NO_SKETCH;
  for (const ms of each) took = addTo(took, ms);
  const lesson = { ended, calls: 3 * ended, took, delays: NO_SKETCH };
  await kit.store.durations.create([taught(newDurations('hwc-ecs', jobType, START), lesson)]);
}

const figures = (text: string): string[] => [...text.matchAll(/<figure[^]*?<\/figure>/g)].map(([one]) => one);
const rowsIn = (text: string): string[] =>
  [...text.matchAll(/<tr><th scope="row">[^]*?<\/tr>/g)].map(([row]) =>
    row
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );

describe('the page of statistics', () => {
  it('has for each type its durations and their trend, delays, checks and failures, each with a table', async () => {
    const kit = await consoleKit();
    await learnt(kit, 'createServer', [100_000, 200_000, 200_000, 400_000]);
    for (const [n, took] of [100_000, 200_000, 300_000].entries()) {
      kit.clock.pass(HOUR);
      await ending(kit, n + 1, took);
      kit.clock.pass(5_000);
      await kit.deliverAll();
    }
    await ending(kit, 5, 50_000, { code: 'Ecs.0204' });
    await ending(kit, 6, 50_000, { code: 'Ecs.0204' });
    await ending(kit, 7, 50_000, { code: 'Ecs.0319' });
    kit.clock.pass(5_000);
    await kit.deliverAll();
    const { text, status } = await (await kit.signedIn(['read'])).get('/stats?span=24h');
    expect(status).toBe(200);
    // It is made when it is asked for, and does not ask again by itself.
    expect(text).not.toMatch(/data-(poll|live)=/);
    const all = figures(text);
    const titles = all.map((one) => /<h3>([^<]*)/.exec(one)![1]);
    expect(titles).toEqual([
      'Durations: createServer · hwc-ecs',
      'Durations over time: createServer · hwc-ecs',
      'From the end of a job to the check that saw it',
      'From the end of a job to its message',
      'Checks for each job that ended',
      'Failures by reason over time',
    ]);
    for (const one of all) {
      expect(one).toMatch(/<svg role="img" aria-label="[^"]+"/);
      expect(one).toMatch(/<rect class="c\d/);
      expect(rowsIn(one).length).toBeGreaterThan(0);
    }
    expect(rowsIn(all[0]!)[1]).toMatch(/^half 3 min, (19|20|21) sec$/);
    expect(rowsIn(all[2]!)).toEqual(['half 2 sec', '90 % 2 sec', '99 % 2 sec', 'Jobs 6']);
    expect(rowsIn(all[3]!)).toEqual(['half 7 sec', '90 % 7 sec', '99 % 7 sec', 'Jobs 6']);
    expect(rowsIn(all[4]!)).toEqual(['createServer · hwc-ecs 3 4 12']);
    expect(rowsIn(all[5]!).map((row) => row.replace(/ 2026.*/, ''))).toEqual([
      'Ecs.0204 Ecs.0204 it is 2',
      'Ecs.0319 Ecs.0319 it is 1',
    ]);
  });

  it('shows of types that are new what their events say, and no checks, which nobody has written down so far', async () => {
    const kit = await consoleKit();
    for (const [n, took] of [60_000, 60_000, 120_000].entries()) await ending(kit, n, took);
    const { text, says } = await (await kit.signedIn(['read'])).get('/stats');
    const [first] = figures(text);
    expect(first).toContain('Durations: createServer · hwc-ecs');
    expect(rowsIn(first!)[1]).toMatch(/^half (59 sec|1 min)/);
    expect(says).toContain('Nothing is learnt so far.');
    expect(says).not.toContain('No job has been seen to end.');
  });

  it('narrows by time and origin, and takes nothing that is none', async () => {
    const kit = await consoleKit();
    await ending(kit, 1, 50_000, { code: 'Old.1' });
    kit.clock.pass(25 * HOUR);
    await ending(kit, 2, 50_000, { code: 'New.1' });
    const visitor = await kit.signedIn(['read']);
    expect((await visitor.get('/stats?span=7d')).says).toMatch(/Old\.1/);
    expect((await visitor.get('/stats?span=24h')).says).not.toMatch(/Old\.1/);
    expect((await visitor.get('/stats?origin=otc-ecs')).says).not.toMatch(/New\.1/);
    const odd = await visitor.get('/stats?span=nonsense&origin=nonsense');
    expect([odd.status, odd.says]).toEqual([200, expect.stringContaining('New.1')]);
  });

  it('says where nothing is known', async () => {
    const kit = await consoleKit();
    const { says, text } = await (await kit.signedIn(['read'])).get('/stats');
    expect(says).toMatch(/No job has been seen to end.*nothing is known within this time.*No job has failed/);
    expect(text).not.toContain('<svg');
  });

  it('counts for a token of a project nothing of others', async () => {
    const kit = await consoleKit();
    await learnt(kit, 'secretType', [100_000]);
    await job(kit, 1, failed, { name: 'secret' });
    await kit.deliverAll();
    const theirs = await kit.signedIn(['read'], { projects: [OTHER_PROJECT] });
    const { text } = await theirs.get('/stats');
    expect(text).not.toMatch(/secret|<svg|Ecs\./);
    const mine = await kit.signedIn(['read'], { projects: [PROJECT] });
    expect((await mine.get('/stats')).text).toContain('secretType');
  });

  it('is less than 100 KB and under 300 ms of CPU with many types, a thousand events and as many messages', async () => {
    const kit = await consoleKit();
    for (let type = 0; type < 20; type++)
      await learnt(
        kit,
        `type-${type}`,
        Array.from({ length: 200 }, (_, n) => 1_000 * (n + 1) ** 2),
      );
    for (let n = 0; n < 1_000; n++) {
      if (n % 10 === 0) kit.clock.pass(HOUR);
      await ending(kit, n, 1_000 * (n + 1), {
        jobType: `type-${n % 20}`,
        ...(n % 3 === 0 && { code: `Ecs.${n % 30}` }),
      });
    }
    await kit.deliverAll();
    const visitor = await kit.signedIn(['read']);
    await visitor.get('/stats');
    const before = process.cpuUsage();
    const { text } = await visitor.get('/stats?span=30d');
    const { user, system } = process.cpuUsage(before);
    expect(Buffer.byteLength(text)).toBeLessThan(100_000);
    expect((user + system) / 1_000).toBeLessThan(300);
    expect(text).toContain('these are the newest 1000 events');
  });

  it.each(HOSTILE)('makes nothing of what a cloud writes: %j', async (text) => {
    const kit = await consoleKit();
    await learnt(kit, text.toWellFormed().replaceAll(/\p{Cc}/gu, ' '), [100_000, 200_000]);
    await ending(kit, 1, 50_000, { code: text, jobType: text });
    await kit.deliverAll();
    isOnlyText((await (await kit.signedIn(['read'])).get('/stats')).text);
  });
});

describe('what is read of events', () => {
  it('takes no time where a clock runs ahead of the other', async () => {
    const kit = await consoleKit();
    const now = kit.clock.now();
    const about = report({ beganAt: iso(now), endedAt: iso(now + HOUR), error: null });
    await job(kit, 1, { kind: 'succeeded', status: 'SUCCESS', report: about });
    const events = await kit.deps.useCases.newestEvents({ limit: 10, projects: null });
    expect(endedOf(events).map(({ seenMs }) => seenMs)).toEqual([null]);
    expect(
      toldAfter(
        [{ eventId: events[0]!.metadata.id, attempts: [{ at: iso(now), ms: 5, reason: 'ok' }] } as never],
        events,
      ),
    ).toEqual([]);
  });

  it('puts all of a time into its parts, and the rest into none', () => {
    const now = 1_000_000;
    const items = [0, 1, 499_999, 500_000, 1_000_000, 1_000_001, -1].map((at) => ({ at }));
    const slots = slotsOf(items, { now, spanMs: 1_000_000, count: 2 });
    expect(slots.map(({ items: some }) => some.map(({ at }) => at))).toEqual([
      [0, 1, 499_999],
      [500_000, 1_000_000],
    ]);
    expect(quantileOf([], 0.5)).toBeNull();
    expect(quantileOf([3, 1, 2], 0.5)).toBe(2);
    expect(doubledBars([10, 1_500, 1_900, 7_000])).toEqual([
      { from: 0, to: 1_000, count: 1 },
      { from: 1_000, to: 2_000, count: 2 },
      { from: 2_000, to: 4_000, count: 0 },
      { from: 4_000, to: 8_000, count: 1 },
    ]);
  });
});

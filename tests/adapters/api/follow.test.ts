import { describe, expect, it } from 'vitest';
import { ApiError, createClient, type FollowOptions } from '../../../client/index.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import { apiKit } from './kit.ts';

/** The API behind the client; `fault` answers or throws in its stead, once for each that it is given. */
async function followed() {
  const kit = await apiKit();
  const faults: (() => Promise<Response>)[] = [];
  const asked: string[] = [];
  const client = createClient({
    url: 'http://jobchime.test',
    token: kit.admin,
    async fetch(request) {
      asked.push(new URL(request.url).search);
      return (await faults.shift()?.()) ?? kit.api(request);
    },
  });
  let stored = 0;
  const publish = async (): Promise<string> => {
    const id = `evt_${String((stored += 1)).padStart(32, '0')}`;
    const sample = SAMPLES['job.failed']!;
    const event = { ...sample, metadata: { ...sample.metadata, id } };
    kit.clock.pass(1);
    await kit.store.events.create([newEventRow(event, kit.clock.now())]);
    return id;
  };
  /** Takes `count` events and stops. */
  async function take(count: number, options: FollowOptions = {}): Promise<string[]> {
    const found: string[] = [];
    const naps = { sleep: turn };
    for await (const { metadata } of client.events({ ...naps, ...options })) {
      if (found.push(metadata.id) === count) break;
    }
    return found;
  }
  return { ...kit, client, faults, asked, publish, take };
}
/** What waits lets others go on; no time passes. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const answering =
  (status: number, headers: Record<string, string> = {}) =>
  async () =>
    new Response(JSON.stringify({ type: 'x', title: 'x', status, detail: 'x' }), { status, headers });
const cutOff = async (): Promise<Response> => {
  throw new TypeError('fetch failed');
};

describe('following the events', () => {
  it('has each once and in order, from the oldest or behind the one that was dealt with last', async () => {
    const { publish, take } = await followed();
    const ids = [await publish(), await publish(), await publish()];
    expect(await take(3, { after: '' })).toEqual(ids);
    expect(await take(1, { after: ids[1]! })).toEqual([ids[2]]);
  });

  it('begins with what is published from now on where nothing else is said', async () => {
    const { publish, take, waits, asked } = await followed();
    await publish();
    let fresh = '';
    waits.meanwhile = async () => void (fresh = await publish());
    expect(await take(1)).toEqual([fresh]);
    expect(asked.at(-1)).toContain('wait=25');
  });

  it('goes on after an outage as if there had been none, waiting longer each time and as long as it is told', async () => {
    const { publish, take, faults } = await followed();
    const [first, second] = [await publish(), await publish()];
    const naps: number[] = [];
    const sleep = async (ms: number): Promise<void> => {
      naps.push(ms);
      await turn();
    };
    const all: string[] = [];
    const api = async () => undefined as never;
    faults.push(api, cutOff, answering(503), answering(429, { 'retry-after': '90' }));
    const third = take(3, { after: '', sleep }).then((ids) => all.push(...ids));
    while (!naps.includes(90_000)) await turn();
    const last = await publish();
    await third;
    expect(all).toEqual([first, second, last]);
    const [afterCut, after503, after429] = naps.filter((ms) => ms >= 500).slice(-3);
    expect(afterCut).toBeLessThanOrEqual(1_000);
    expect(after503).toBeGreaterThanOrEqual(1_000);
    expect(after503).toBeLessThanOrEqual(2_000);
    expect(after429).toBe(90_000);
  });

  it('throws at once where the first request fails, and what no repetition would change', async () => {
    const { take, faults, publish } = await followed();
    faults.push(answering(503));
    await expect(take(1, { after: '' })).rejects.toMatchObject({ status: 503 });
    const gone = `evt_${'f'.repeat(32)}`;
    const expired = take(1, { after: gone });
    await expect(expired).rejects.toBeInstanceOf(ApiError);
    await expect(expired).rejects.toMatchObject({
      status: 410,
      problem: { type: 'urn:jobchime:problem:cursor_expired' },
    });
    await publish();
    faults.push(async () => undefined as never, answering(401));
    await expect(take(2, { after: '' })).rejects.toMatchObject({ status: 401 });
  });

  it('gives up when nothing was answered for as long as it is patient', async () => {
    const { take, faults, publish } = await followed();
    await publish();
    faults.push(async () => undefined as never, cutOff);
    await expect(take(2, { after: '', patienceMs: 0 })).rejects.toMatchObject({ name: 'NetworkError' });
  });

  it('ends when it is told to, also while it waits', async () => {
    const { take, waits } = await followed();
    const stop = new AbortController();
    waits.meanwhile = async () => stop.abort();
    expect(await take(1, { after: '', signal: stop.signal })).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import {
  createKeyedWorkers,
  type KeyedWorkersOptions,
} from '../../../lib/adapters/platform/keyed-workers.ts';
import { testClock } from '../../kit.ts';

const settled = async () => {
  for (let n = 0; n < 3; n += 1) await new Promise<void>((done) => setImmediate(done));
};

/** Lanes with so many rounds to do each; a round lasts until it is let go. */
function setUp(todo: Record<string, number>, over: Partial<KeyedWorkersOptions> = {}) {
  const clock = testClock();
  const waiting = new Map<string, () => void>();
  const begun: string[] = [];
  const workers = createKeyedWorkers({
    max: 2,
    clock: clock.now,
    onError: (error) => {
      throw error;
    },
    ...over,
  });
  const wake = (): void =>
    workers.run(
      Object.keys(todo).filter((name) => todo[name]! > 0),
      async (name, turn) => {
        for (let worked = false; turn(worked) && todo[name]! > 0; worked = true) {
          begun.push(name);
          await new Promise<void>((done) => waiting.set(name, done));
          todo[name]! -= 1;
        }
      },
    );
  const letGo = async (...names: string[]) => {
    for (const name of names) {
      waiting.get(name)?.();
      waiting.delete(name);
    }
    await settled();
  };
  return { workers, wake, clock, begun, waiting, letGo };
}

describe('lanes', () => {
  it('give way after a round to those that wait for a place', async () => {
    const { wake, begun, letGo } = setUp({ a: 9, b: 9, c: 9, d: 9 });
    wake();
    expect(begun).toEqual(['a', 'b']);
    // All of them go on having something due, `a` and `b` for the longest.
    await letGo('a', 'b');
    await letGo('c', 'd');
    await letGo('a', 'b');
    expect(begun).toEqual(['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd']);
  });

  it('go on without a break where nobody waits', async () => {
    const { wake, begun, letGo } = setUp({ a: 3, b: 1 });
    wake();
    await letGo('a');
    await letGo('a');
    expect(begun).toEqual(['a', 'b', 'a', 'a']);
  });

  it('have one more turn where their name is added while they end', async () => {
    const { workers, wake, begun, letGo } = setUp({ a: 1 });
    const served: string[] = [];
    wake();
    workers.add(['a', 'b', 'b'], async (name) => void served.push(name));
    expect([begun, served]).toEqual([['a'], ['b']]);
    await letGo('a');
    expect(served).toEqual(['b', 'a']);
  });

  it('are not forgotten in line when other names are added', async () => {
    const { workers, wake, begun, letGo } = setUp({ a: 1, b: 1, c: 1 });
    const served: string[] = [];
    wake();
    workers.add(['d'], async (name) => void served.push(name));
    await letGo('a', 'b');
    expect(begun).toEqual(['a', 'b']);
    expect(served).toEqual(expect.arrayContaining(['c', 'd']));
  });

  const slow = { afterMs: 1_000, max: 1, all: 4 };

  it('that let us wait leave their place to others', async () => {
    const { wake, clock, begun } = setUp({ a: 9, b: 9, c: 9, d: 9, e: 9 }, { slow });
    wake();
    expect(begun).toEqual(['a', 'b']);
    clock.pass(1_001);
    wake();
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    clock.pass(1_001);
    wake();
    // All that may be under way at once.
    expect(begun).toHaveLength(4);
  });

  it('that let us wait the last time are begun one after the other, until a round is short', async () => {
    const { wake, clock, begun, letGo } = setUp({ a: 9, b: 9 }, { slow });
    wake();
    clock.pass(1_001);
    await letGo('a', 'b');
    wake();
    const again = begun.slice(2);
    expect(again).toHaveLength(1);
    await letGo(again[0]!);
    wake();
    expect(new Set(begun.slice(2))).toEqual(new Set(['a', 'b']));
  });

  it('stop between two rounds', async () => {
    const { workers, wake, begun, letGo } = setUp({ a: 9 });
    wake();
    const stopped = workers.stop();
    await letGo('a');
    await stopped;
    expect(begun).toEqual(['a']);
  });
});

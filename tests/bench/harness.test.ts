import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { disagreements, judged, median, spreadOf, type ContenderResult } from '../../bench/harness/result.ts';
import { contending, run } from '../../bench/harness/run.ts';
import { bars } from '../../bench/harness/svg.ts';
import { goalWords, printed, shown } from '../../bench/harness/text.ts';
import turns from './turns.ts';

const contender = (rounds: number[], counters: Record<string, number> = {}): ContenderResult => ({
  title: 'a <fast> one',
  counters,
  figures: { cpuUs: spreadOf(rounds) },
});

const TURNS = fileURLToPath(new URL('turns.ts', import.meta.url));

describe('a benchmark', () => {
  it('runs every contender in turns and names the one that is not installed', async () => {
    const said: string[] = [];
    const options = { quick: true, rounds: 2, say: (text: string) => void said.push(text) };
    const result = await run('turns', TURNS, turns as never, options);
    expect(result.absent).toEqual({ absent: ['a-package-that-nobody-has'] });
    const { contenders, goals } = result.cases['all agree']!;
    expect(Object.keys(contenders)).toEqual(['first', 'second']);
    expect(contenders['first']).toMatchObject({
      counters: { done: 6 },
      figures: { cpuUs: { rounds: [expect.any(Number), expect.any(Number)] } },
    });
    expect(goals.map(({ holds }) => holds)).toEqual([true, null]);
    // The second round begins with the second one.
    const order = said
      .filter((text) => text.includes('round'))
      .map((text) => /(first|second)/.exec(text)?.[0]);
    expect(order).toEqual(['first', 'second', 'second', 'first']);
    expect(printed(result)).toContain('absent did not run: a-package-that-nobody-has not installed');
    expect(bars(result, 'one', result.cases['all agree']!, 'cpuUs')).toContain('prefers-color-scheme: dark');
  });

  it('gives each contender a process of its own, or all of them the one that it is given', async () => {
    const shared = await contending();
    onTestFinished(() => shared.stop());
    const options = { quick: true, rounds: 2, say: () => {} };
    const pids = async (more: object): Promise<(readonly number[])[]> => {
      const result = await run('turns', TURNS, turns as never, { ...options, ...more });
      const { first, second } = result.cases['all agree']!.contenders;
      return [first, second].map((one) => one!.figures['pid']!.rounds);
    };
    const [[first, again], [second]] = (await pids({})) as [number[], number[]];
    expect(again).toBe(first);
    expect(second).not.toBe(first);
    expect(await pids({ shared })).toEqual([1, 2].map(() => [shared.pid, shared.pid]));
  });

  it('fails where contenders counted different things', () => {
    const [three, two] = [contender([1], { done: 3, lost: 0 }), contender([1], { done: 2 })];
    expect(disagreements({ three, same: three })).toEqual([]);
    expect(disagreements({ three, two })).toEqual(['done: three counts 3, two 2']);
  });

  it('judges the ratio within each round, so that a slow moment of the machine meets both', () => {
    const contenders = { ours: contender([10, 40, 10]), theirs: contender([20, 80, 20]) };
    const goal = { of: 'ours', to: 'theirs', figure: 'cpuUs', max: 0.5 };
    expect(judged(goal, contenders)).toMatchObject({ value: 0.5, holds: true });
    expect(judged({ ...goal, max: 0.4 }, contenders)).toMatchObject({ holds: false });
    expect(goalWords({ figures: {} } as never, judged({ ...goal, max: 0.4 }, contenders))).toBe(
      'ours, cpuUs: at most 0.4 times that of theirs; 0.5: missed',
    );
  });

  it.each([
    [1_234.5, '1,235'],
    [47.44, '47.4'],
    [0.0623, '0.0623'],
    [0, '0'],
    [Number.NaN, '-'],
  ])('shows %d as %s', (number, text) => expect(shown(number)).toBe(text));

  it('takes the middle of what the rounds gave', () =>
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]));
});

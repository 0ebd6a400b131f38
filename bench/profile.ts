import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Bench } from './harness/bench.ts';
import { inChild } from './harness/child.ts';
import type { Counted, CountedTable } from './harness/counted.ts';
import { shown } from './harness/text.ts';
import type { Profiled } from './profile/contender.ts';

/** The benchmarks whose time is told apart, by their first case. */
const OF = ['check', 'latency', 'pipeline'];
const CONTENDER = new URL('profile/contender.ts', import.meta.url);

/** Where Jobchime's processor time goes in other benchmarks, by samples of its main thread. */
export default async function profile({ quick }: { quick: boolean }): Promise<Counted> {
  const tables: CountedTable[] = [];
  for (const name of OF) {
    const file = pathToFileURL(join(import.meta.dirname, `${name}.ts`)).href;
    const { default: bench } = (await import(file)) as { default: Bench };
    const [[title, size] = ['', null]] = Object.entries(bench.cases(quick));
    const stage = await bench.stage?.(size);
    const service = await inChild(CONTENDER);
    try {
      await service.call('open', file, size, stage?.at);
      const rounds: Profiled[] = [];
      // The first ones have the code compiled.
      const [warmUps, counted] = quick ? [0, 1] : [1, 3];
      for (let n = -warmUps; n < counted; n += 1) {
        const one = await service.call<Profiled>('round');
        if (n >= 0) rounds.push(one);
      }
      await service.call('close');
      tables.push(tableOf(`${name}: ${title}`, bench.unit, rounds));
    } finally {
      await service.stop();
      await stage?.close();
    }
  }
  return {
    name: 'profile',
    about:
      'Where the processor time of Jobchime goes in other benchmarks: samples of its main thread, each counted for the code that was at work or had called what was.',
    quick,
    tables,
    goals: [],
  };
}

function tableOf(title: string, unit: string, rounds: readonly Profiled[]): CountedTable {
  const sum = (of: (one: Profiled) => number): number => rounds.reduce((all, one) => all + of(one), 0);
  const units = sum((one) => one.units);
  const [cpuUs, threadUs] = [sum((one) => one.cpuUs), sum((one) => one.threadUs)];
  const names = [...new Set(rounds.flatMap(({ spent }) => Object.keys(spent)))];
  const samples = sum(({ spent }) => Object.values(spent).reduce((all, n) => all + n, 0));
  const parts = names
    .map((what) => [what, (sum(({ spent }) => spent[what] ?? 0) / samples) * threadUs] as const)
    .toSorted(([, a], [, b]) => b - a);
  const others = ['other threads: the disk, compiling, collecting', Math.max(0, cpuUs - threadUs)] as const;
  const row = ([what, us]: readonly [string, number]) => [what, shown(us / units), shown((us / cpuUs) * 100)];
  return {
    title,
    rows: [['', `CPU us per ${unit}`, '%'], ...[...parts, others, ['in all', cpuUs] as const].map(row)],
  };
}

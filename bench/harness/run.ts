import { loadavg } from 'node:os';
import { pathToFileURL } from 'node:url';
import type { Bench } from './bench.ts';
import { inChild, type Child } from './child.ts';
import type { Measured } from './contender.ts';
import { machine, versions } from './machine.ts';
import { missing } from './peers.ts';
import {
  disagreements,
  judged,
  spreadOf,
  type CaseResult,
  type ContenderResult,
  type Result,
} from './result.ts';

export interface RunOptions {
  quick: boolean;
  rounds: number;
  /** Called with what is being done. */
  say: (text: string) => void;
  /** One process for all contenders, where no speed is judged: to load each by itself takes longer than what it does. */
  shared?: Child;
}

const CONTENDER = new URL('contender.ts', import.meta.url);
/** A process in which contenders run. */
export const contending = (): Promise<Child> => inChild(CONTENDER);

/** Runs a benchmark, case by case. Throws where contenders counted different things. */
export async function run(name: string, file: string, bench: Bench, options: RunOptions): Promise<Result> {
  // Of others: how far its figures may be believed.
  const load = `load before ${loadavg()[0]!.toFixed(1)}`;
  const absent = Object.fromEntries(
    Object.entries(bench.contenders)
      .map(([who, { needs = [] }]) => [who, missing(needs)] as const)
      .filter(([, lacks]) => lacks.length > 0),
  );
  const cases: Record<string, CaseResult> = {};
  for (const [title, size] of Object.entries(bench.cases(options.quick))) {
    options.say(title);
    const present = Object.entries(bench.contenders)
      .filter(([who, { cases: own }]) => !absent[who] && (own?.includes(title) ?? true))
      .map(([who]) => who);
    const stage = await bench.stage?.(size);
    try {
      const rounds = await inTurns(bench, file, present, size, stage?.at, options);
      const contenders = Object.fromEntries(
        present.map((who) => [who, summed(bench.contenders[who]!.title, rounds.get(who)!)]),
      );
      const differing = disagreements(contenders);
      if (differing.length > 0)
        throw new Error(`${name}, ${title}: they did not do the same: ${differing.join('; ')}`);
      const goals = (bench.goals ?? []).filter((goal) => goal.cases?.includes(title) ?? true);
      cases[title] = { size, contenders, goals: goals.map((goal) => judged(goal, contenders)) };
    } finally {
      await stage?.close();
    }
  }
  const needs = Object.values(bench.contenders).flatMap((one) => one.needs ?? []);
  return {
    name,
    about: bench.about,
    unit: bench.unit,
    quick: options.quick,
    date: new Date().toISOString().slice(0, 10),
    machine: { ...machine(), load },
    versions: versions(needs),
    rounds: options.rounds,
    absent,
    figures: {
      cpuUs: `CPU us per ${bench.unit}`,
      perSecond: `${bench.unit}s per second`,
      wallMs: 'wall, ms',
      ...bench.figures,
    },
    plot: bench.plot ?? ['cpuUs'],
    cases,
  };
}

/** Every round goes through all contenders, each time beginning with the next, so that what slows the machine meets all. */
async function inTurns(
  bench: Bench,
  file: string,
  present: readonly string[],
  size: unknown,
  at: unknown,
  { rounds, quick, say, shared }: RunOptions,
): Promise<Map<string, Measured[]>> {
  const kept = new Map<string, Child>();
  const measured = new Map<string, Measured[]>(present.map((who) => [who, []]));
  const opened = async (who: string): Promise<Child> => {
    const child = shared ?? (await contending());
    kept.set(who, child);
    await child.call('open', pathToFileURL(file).href, who, size, at);
    return child;
  };
  const ended = async (who: string): Promise<void> => {
    await kept.get(who)?.call('close', who);
    if (!shared) await kept.get(who)?.stop();
    kept.delete(who);
  };
  // Where no speed is judged, nothing has to be warm.
  const warmUps = quick ? 0 : (bench.warmUps ?? (bench.fresh ? 0 : 1));
  try {
    for (let n = -warmUps; n < rounds; n++) {
      const turn = present.map((_, i) => present[(i + Math.max(n, 0)) % present.length]!);
      for (const who of turn) {
        const child = kept.get(who) ?? (await opened(who));
        const one = await child.call<Measured>('round', who).catch((error: unknown) => {
          throw new Error(`${who} failed`, { cause: error });
        });
        if (n >= 0) measured.get(who)!.push(one);
        say(
          `  ${n < 0 ? 'warm-up' : `round ${n + 1}`} ${who}: ${Math.round(one.cpuUs / one.units)} us CPU, ${Math.round(one.wallMs)} ms`,
        );
        if (bench.fresh) await ended(who);
      }
    }
    for (const who of present) await ended(who);
  } finally {
    for (const child of kept.values()) await child.stop();
  }
  return measured;
}

function summed(title: string, rounds: readonly Measured[]): ContenderResult {
  const counters: Record<string, number> = {};
  for (const round of rounds)
    for (const [name, count] of Object.entries(round.counters))
      counters[name] = (counters[name] ?? 0) + count;
  const of = (figure: (round: Measured) => number) => spreadOf(rounds.map(figure));
  const names = [...new Set(rounds.flatMap((round) => Object.keys(round.figures)))];
  return {
    title,
    counters,
    figures: {
      cpuUs: of(({ cpuUs, units }) => cpuUs / units),
      perSecond: of(({ wallMs, units }) => (units / wallMs) * 1_000),
      wallMs: of(({ wallMs }) => wallMs),
      ...Object.fromEntries(names.map((name) => [name, of(({ figures }) => figures[name] ?? Number.NaN)])),
    },
  };
}

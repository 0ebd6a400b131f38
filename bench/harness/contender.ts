import type { Bench, Round, Runner } from './bench.ts';

// Runs in a contender's own process, or in one for all of them, called by `run.ts`.

export type Measured = Required<Omit<Round, 'figures'>> & { figures: Record<string, number> };

const runners = new Map<string, Runner>();

export async function open(file: string, name: string, size: unknown, at: unknown): Promise<void> {
  const { default: bench } = (await import(file)) as { default: Bench };
  runners.set(name, await bench.contenders[name]!.open(size, at as never));
}

export async function round(name: string): Promise<Measured> {
  const runner = runners.get(name)!;
  await runner.prepare?.();
  // What the last round left behind is not this one's.
  globalThis.gc?.();
  const before = process.cpuUsage();
  const start = performance.now();
  const done = await runner.round();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { cpuUs: user + system, wallMs, figures: {}, ...done };
}

export async function close(name: string): Promise<void> {
  await runners.get(name)!.close?.();
  runners.delete(name);
}

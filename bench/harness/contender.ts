import type { Bench, Round, Runner } from './bench.ts';

// Runs in a contender's own process, called by `run.ts`.

export type Measured = Required<Omit<Round, 'figures'>> & { figures: Record<string, number> };

let runner: Runner;

export async function open(file: string, name: string, size: unknown, at: unknown): Promise<void> {
  const { default: bench } = (await import(file)) as { default: Bench };
  runner = await bench.contenders[name]!.open(size, at as never);
}

export async function round(): Promise<Measured> {
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

export async function close(): Promise<void> {
  await runner.close?.();
}

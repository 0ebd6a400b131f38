import { Session } from 'node:inspector/promises';
import type { Bench, Runner } from '../harness/bench.ts';
import { spentOn } from './spent.ts';

// Runs in the process of the service, called by `profile.ts`.

let runner: Runner;

export async function open(file: string, size: unknown, at: unknown): Promise<void> {
  const { default: bench } = (await import(file)) as { default: Bench };
  runner = await bench.contenders['jobchime']!.open(size, at as never);
}

export interface Profiled {
  units: number;
  /** Of the process, and of the thread that the service's code runs in. */
  cpuUs: number;
  threadUs: number;
  /** Samples, by what was at work. */
  spent: Record<string, number>;
}

const US = ({ user, system }: NodeJS.CpuUsage): number => user + system;

/** Once as it is, for the time, and once with samples, for the shares: to take them costs time in a thread of its own. */
export async function round(): Promise<Profiled> {
  await prepare();
  const [process0, thread0] = [process.cpuUsage(), process.threadCpuUsage()];
  const { units } = await runner.round();
  const [cpuUs, threadUs] = [US(process.cpuUsage(process0)), US(process.threadCpuUsage(thread0))];
  await prepare();
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
  await runner.round();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return { units, cpuUs, threadUs, spent: spentOn(profile) };
}

async function prepare(): Promise<void> {
  await runner.prepare?.();
  globalThis.gc?.();
}

export async function close(): Promise<void> {
  await runner.close?.();
}

import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

const SLOWEST = 10;

/** Ends a run with its slowest files and with its counts, alone on a line: `12 passed, 0 failed`. */
export class Tally implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const slowest = modules
      .map((module) => ({ name: module.relativeModuleId, seconds: secondsOf(module) }))
      .toSorted((a, b) => b.seconds - a.seconds)
      .slice(0, SLOWEST);
    // Alone it would say nothing that the line above it does not.
    if (modules.length > 1) {
      const lines = slowest.map(({ name, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${name}`);
      process.stdout.write(`\nThe slowest files, with their imports:\n${lines.join('\n')}\n\n`);
    }
    process.stdout.write(`${tally(modules, unhandled)}\n`);
  }
}

/** A file that cannot be loaded, and an error that no test caught, fail the run without being a test: they count as failed. */
export function tally(modules: readonly TestModule[], unhandled: readonly SerializedError[]): string {
  let [passed, failed] = [0, unhandled.length];
  for (const module of modules) {
    failed += module.errors().length;
    for (const suite of module.children.allSuites()) failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      // A test that did not come to its end, for instance because its process died, has not passed.
      if (state === 'failed' || state === 'pending') failed += 1;
    }
  }
  return `${passed} passed, ${failed} failed`;
}

function secondsOf(module: TestModule): number {
  const { environmentSetupDuration, prepareDuration, setupDuration, collectDuration, duration } =
    module.diagnostic();
  return (environmentSetupDuration + prepareDuration + setupDuration + collectDuration + duration) / 1_000;
}

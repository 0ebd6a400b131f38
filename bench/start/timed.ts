import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a program to its end, `times` times, and answers the processor time of all of them, in microseconds. */
export async function timed(
  words: readonly string[],
  times: number,
  options: { cwd: string; env: Record<string, string> },
): Promise<number> {
  const script = `n=$1; shift; for ((i = 0; i < n; i++)); do "$@" >/dev/null || exit 1; done; times`;
  const { stdout } = await promisify(execFile)(
    'bash',
    ['-c', script, 'bash', String(times), ...words],
    options,
  );
  // The second line is that of the children: `0m1.234s 0m0.056s`.
  const [, minutes, seconds, systemMinutes, systemSeconds] =
    /\n(\d+)m([\d.]+)s (\d+)m([\d.]+)s/.exec(stdout) ?? [];
  return (Number(minutes) * 60 + Number(seconds) + Number(systemMinutes) * 60 + Number(systemSeconds)) * 1e6;
}

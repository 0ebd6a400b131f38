import { paintState } from '../paint.ts';
import { lineOf, lineWithin, progressOf } from './line.ts';
import type { Report, Watched } from './watch.ts';

const WIDTH = 'outstanding'.length;
const shown = ({ job }: Watched, text: string): string =>
  `${paintState(job.state, job.state.padEnd(WIDTH))}  ${text}`;

const wholeLines = (seen: readonly Watched[], now: number): string[] =>
  progressOf(seen, now).map((progress, i) => shown(seen[i]!, lineOf(progress)));

/**
 * For a terminal: the same lines drawn anew over what was there, when they say something else. What does not fit is counted.
 * At the end they are written once more, whole and all of them.
 */
export function liveReport(out: { write(text: string): unknown; columns?: number; rows?: number }): Report {
  let drawn: string[] = [];
  const back = (): string => (drawn.length > 0 ? `\u001b[${drawn.length}A\u001b[J` : '');
  return {
    show(seen, now) {
      // A terminal that does not know its size says 0.
      const [columns, rows] = [out.columns || 80, out.rows || 24];
      // The cursor stands below the last line. A line that wraps would be two to go back over.
      const room = Math.max(1, rows - 1);
      const cells = Math.max(1, columns - WIDTH - 3);
      const fitting = seen.length > room ? room - 1 : seen.length;
      // All ages go on at the same moment, once a second.
      const lines = progressOf(seen, now - (now % 1_000))
        .slice(0, fitting)
        .map((progress, i) => shown(seen[i]!, lineWithin(progress, cells)));
      if (fitting < seen.length) lines.push(`... and ${seen.length - fitting} more`);
      if (lines.join('\n') === drawn.join('\n')) return;
      out.write(`${back()}${lines.join('\n')}\n`);
      drawn = lines;
    },
    end(seen, now) {
      out.write(`${back()}${wholeLines(seen, now).join('\n')}\n`);
      drawn = [];
    },
  };
}

/** For files and logs: a line when something has changed. */
export function lineReport(print: (line: string) => void): Report {
  const printed = new Map<string, string>();
  return {
    show(seen, now) {
      const lines = wholeLines(seen, now);
      for (const [i, { job }] of seen.entries()) {
        const { key, state, status, subJobs } = job;
        const mark = JSON.stringify([state, status, subJobs]);
        if (printed.get(key) === mark) continue;
        printed.set(key, mark);
        print(lines[i]!);
      }
    },
  };
}

/** For programs: each job once, when it has ended. */
export function jsonReport(print: (line: string) => void): Report {
  const printed = new Set<string>();
  return {
    show(seen) {
      for (const { job } of seen) {
        if (job.state === 'outstanding' || printed.has(job.key)) continue;
        printed.add(job.key);
        print(JSON.stringify(job));
      }
    },
  };
}

import { paintState } from '../paint.ts';
import { progressOf } from './line.ts';
import type { Report, Watched } from './watch.ts';

const WIDTH = 'outstanding'.length;
const shown = ({ job }: Watched, text: string): string =>
  `${paintState(job.state, job.state.padEnd(WIDTH))}  ${text}`;

/** For a terminal: the same lines drawn anew, up to its last. What does not fit is counted. */
export function liveReport(out: { write(text: string): unknown; columns?: number; rows?: number }): Report {
  let drawn = 0;
  return {
    show(seen, now) {
      // A terminal that does not tell its size says 0.
      const [columns, rows] = [out.columns || 80, out.rows || 24];
      const room = Math.max(1, rows - 2);
      const lines = seen.slice(0, room).map((one) => {
        // A line that wraps would be two to go back over.
        const text = progressOf(one, now).slice(0, Math.max(1, columns - WIDTH - 3));
        return shown(one, text);
      });
      if (seen.length > room) lines.push(`... and ${seen.length - room} more`);
      const back = drawn > 0 ? `\u001b[${drawn}A\u001b[J` : '';
      out.write(`${back}${lines.join('\n')}\n`);
      drawn = lines.length;
    },
  };
}

/** For files and logs: a line when something has changed. */
export function lineReport(print: (line: string) => void): Report {
  const told = new Map<string, string>();
  return {
    show(seen, now) {
      for (const one of seen) {
        const { key, state, status, subJobs } = one.job;
        const mark = JSON.stringify([state, status, subJobs]);
        if (told.get(key) === mark) continue;
        told.set(key, mark);
        print(shown(one, progressOf(one, now)));
      }
    },
  };
}

/** For programs: each job once, when it has ended. */
export function jsonReport(print: (line: string) => void): Report {
  const told = new Set<string>();
  return {
    show(seen) {
      for (const { job } of seen) {
        if (job.state === 'outstanding' || told.has(job.key)) continue;
        told.add(job.key);
        print(JSON.stringify(job));
      }
    },
  };
}

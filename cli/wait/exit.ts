import type { CommanderError } from 'commander';
import type { Job } from '../../client/index.ts';

/** What `jobchime wait` ends with. */
export const EXIT = { succeeded: 0, failed: 1, lost: 2, timedOut: 3, refused: 4, empty: 5 } as const;

const CODES = {
  succeeded: EXIT.succeeded,
  failed: EXIT.failed,
  lost: EXIT.lost,
  outstanding: EXIT.timedOut,
} as const;

/** Of several jobs the highest: nobody should go on as if all was well. */
export const codeOf = (jobs: readonly Pick<Job, 'state'>[]): number =>
  Math.max(EXIT.succeeded, ...jobs.map(({ state }) => CODES[state]));

/** A mistake in how it is called must not read as a job that failed. */
export function mistaken(error: CommanderError): never {
  if (error.exitCode !== 0) error.exitCode = EXIT.refused;
  throw error;
}

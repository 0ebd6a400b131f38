import { styleText } from 'node:util';
import type { JobState } from '../lib/core/jobs/job.ts';

const COLOURS = { outstanding: 'cyan', succeeded: 'green', failed: 'red', lost: 'yellow' } as const;

/** In its colour where standard output is a terminal and NO_COLOR is not set. */
export const paintState = (state: JobState, text: string = state): string =>
  styleText(COLOURS[state], text, { stream: process.stdout });

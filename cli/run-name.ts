import { line } from '../lib/core/notify/message-content.ts';

/** The name of a group alone is its first run. */
export const nameOf = ({ name, run }: { name: string; run: number }): string =>
  run > 1 ? `${line(name)} (run ${run})` : line(name);

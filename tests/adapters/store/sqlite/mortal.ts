import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** What changes a folder or makes a change lasting. What SQLite does within a file is its own business. */
const EFFECTS = ['renameSync', 'rmSync', 'openSync', 'fsyncSync'] as const;

/**
 * Runs `work` in a process that dies right before its `nth` effect on the file system: from then on it has none, whatever
 * its own code still tries, as with SIGKILL. Answers how many effects there were.
 */
export async function mortal(
  work: () => Promise<unknown>,
  nth = Infinity,
  before: (effect: string) => void = () => {},
): Promise<number> {
  const real = { ...fs };
  let effects = 0;
  for (const name of EFFECTS) {
    fs[name] = ((...args: unknown[]) => {
      if (++effects >= nth) throw Object.assign(new Error('dead'), { code: 'DEAD' });
      before(`${name} ${args.join(' ')}`);
      return (real[name] as (...args: unknown[]) => unknown)(...args);
    }) as never;
  }
  syncBuiltinESMExports();
  try {
    await work();
  } catch (error) {
    if (effects < nth) throw error;
  } finally {
    for (const name of EFFECTS) fs[name] = real[name] as never;
    syncBuiltinESMExports();
  }
  return effects;
}

import { serviceOn } from '../lib/adapters/store/sqlite/lock.ts';
import type { Config } from '../lib/adapters/config/config.ts';

/** Says on standard error where no service works on the store. Of a remote one (null) that is known by its answers. */
export function warnIfNotRunning(config: Config | null): void {
  if (config === null || serviceOn(config.store) !== null) return;
  console.error(`No service is running on ${config.store}: until \`jobchime start\` does, nothing changes.`);
}

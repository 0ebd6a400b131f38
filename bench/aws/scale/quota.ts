import { accessSync, constants, existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lambda gives a whole processor with so much memory, and the same part of it with a part of that. */
const MB_OF_A_PROCESSOR = 1_769;
export const shareOf = (memoryMb: number): number => memoryMb / MB_OF_A_PROCESSOR;

/** Microseconds in which a share is given and used up. */
const PERIOD_US = 20_000;
const PLACES = [
  { folder: '/sys/fs/cgroup/cpu', file: 'cpu.cfs_quota_us', text: (us: number) => String(us) },
  { folder: '/sys/fs/cgroup', file: 'cpu.max', text: (us: number) => `${us} ${PERIOD_US}` },
];

/** Bounds a process as Lambda does. Null where this machine does not let us; then its processor time has to be reckoned with. */
export function bounded(pid: number, memoryMb: number): { free(): void } | null {
  const place = PLACES.find(({ folder, file }) => existsSync(join(folder, file)) || file === 'cpu.max');
  if (!place) return null;
  const group = join(place.folder, `jobchime-bench-${pid}`);
  try {
    accessSync(place.folder, constants.W_OK);
    mkdirSync(group);
    if (existsSync(join(group, 'cpu.cfs_period_us')))
      writeFileSync(join(group, 'cpu.cfs_period_us'), String(PERIOD_US));
    writeFileSync(join(group, place.file), place.text(Math.round(PERIOD_US * shareOf(memoryMb))));
    writeFileSync(join(group, 'cgroup.procs'), String(pid));
    return { free: () => remove(group) };
  } catch {
    remove(group);
    return null;
  }
}

/** A group can be removed once nobody is in it. */
function remove(group: string): void {
  try {
    rmdirSync(group);
  } catch {
    // It was not made, or its process has not quite ended: it bounds nobody.
  }
}

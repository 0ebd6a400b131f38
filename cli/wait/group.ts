import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Group } from '../../client/index.ts';
import { failureLines, groupLine } from '../groups.ts';
import { orNull } from '../resolve-job-ids.ts';
import { EXIT } from './exit.ts';
import { patienceOf, type Watching } from './watch.ts';

/** A run that ended so long ago is not the one that somebody begins to wait for now. */
const FORMER_MS = 3_600_000;

export interface WatchedGroup extends Pick<Watching, 'warn' | 'until' | 'patience'> {
  client: Pick<Client, 'groups'>;
  /** Milliseconds between two readings. */
  every: number;
  /** Until then the group may appear; epoch milliseconds. */
  appears: number;
  print: (line: string) => void;
}

/** Reads a group until it has ended or time is up, and tells each change in one line. Null: it never appeared. */
export async function watchGroup(
  watching: WatchedGroup,
  name: string,
  projects?: string,
): Promise<Group | null> {
  const { client, every, until, appears, print } = watching;
  const patiently = patienceOf(watching);
  const began = Date.now();
  const isFormer = ({ endedAt }: Group): boolean =>
    endedAt !== null && Date.parse(endedAt) < began - FORMER_MS;
  let seen: Group | null = null;
  const printed = new Set<string>();
  const tell = (line: string): void => {
    if (!printed.has(line)) print(line);
    printed.add(line);
  };
  for (;;) {
    await patiently(async () => {
      const found = await orNull(client.groups.get(name, projects ? { projects } : {}));
      seen = found && !isFormer(found) ? found : seen;
    });
    const group = seen as Group | null;
    if (group) {
      for (const failure of failureLines(group)) tell(`  ${failure}`);
      tell(groupLine(group));
    }
    const left = Math.min(until, group ? Infinity : appears) - Date.now();
    if (group?.state === 'ended' || left <= 0) return group;
    await sleep(Math.min(every, left));
  }
}

/** A group that never appeared, and one in which no job has ended, are no success. */
export function codeOfGroup(group: Group | null): number {
  if (!group) return EXIT.empty;
  switch (group.outcome) {
    case null:
      return EXIT.timedOut;
    case 'succeeded':
      return EXIT.succeeded;
    case 'empty':
      return EXIT.empty;
    default:
      return group.counts.lost > 0 ? EXIT.lost : EXIT.failed;
  }
}

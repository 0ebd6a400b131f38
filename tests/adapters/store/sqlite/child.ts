/** What the tests need another process for: `node child.ts TASK PATH ...`. Each says a line when it is so far. */
import { newOrigin } from '../../../../lib/core/jobs/origin.ts';
import { openStore } from '../../../../lib/adapters/store/sqlite/index.ts';
import { lockStore } from '../../../../lib/adapters/store/sqlite/lock.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const stay = (): void => void setInterval(() => {}, 60_000);
const attempt = (work: () => void): void => {
  try {
    work();
    say('done');
  } catch (error) {
    say((error as Error).message);
  }
};

const TASKS: Record<string, (path: string, argument: string) => Promise<void> | void> = {
  open: (path) => attempt(() => openStore(path)),

  lock(path) {
    attempt(() => lockStore(path));
    stay();
  },

  async save(path) {
    const { origins: table } = openStore(path);
    const [created] = await table.create([newOrigin('hwc-ecs', 0)]);
    await table.save({ ...created!.row, detail: 'saved by the child' });
    say('saved');
    stay();
  },

  /** Counts `failures` of one row up, starting over whenever somebody else was faster. */
  async count(path, times) {
    const store = openStore(path);
    let won = 0;
    let raced = 0;
    while (won < Number(times)) {
      const row = (await store.origins.get('hwc-ecs'))!;
      const { outcome } = await store.origins.save({ ...row, failures: row.failures + 1 });
      if (outcome === 'saved') won += 1;
      else raced += 1;
    }
    await store.close();
    say(String(raced));
  },
};

const [task, path, argument] = process.argv.slice(2);
await TASKS[task!]!(path!, argument ?? '');

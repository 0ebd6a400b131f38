import { resolve } from 'node:path';
import { Command } from 'commander';
import { teach } from '../examples.ts';
import { configOption } from '../options.ts';
import { refusingLater } from '../refusal.ts';

export const restoreCommand = (): Command =>
  teach(
    new Command('restore')
      .description('Replace the store by a backup; the service must be stopped.')
      .argument('<file>', 'a copy made by `jobchime backup`')
      .addOption(configOption())
      .action(async (file: string, { config: named }: { config?: string }) => {
        const { openConfig } = await import('../open.ts');
        const { restoreStore } = await import('../../lib/adapters/store/sqlite/restore.ts');
        const { config } = openConfig(named, 'later');
        const kept = await refusingLater(() => restoreStore(config.store, resolve(file)));
        console.log(`${config.store} is what ${resolve(file)} was.`);
        if (kept) console.log(`What was there before is kept as ${kept}`);
      }),
    [{ says: 'After a disk was lost', run: 'jobchime restore backup.db' }],
    `Jobchime checks jobs that ended after the backup again and publishes their events again under the same ids: receivers that remember
webhook ids ignore them. Jobs tracked after the backup are unknown; submit them again.`,
  );

import { resolve } from 'node:path';
import { Command } from 'commander';
import { teach } from '../examples.ts';
import { configOption } from '../options.ts';
import { refusingLater } from '../refusal.ts';

export const backupCommand = (): Command =>
  teach(
    new Command('backup')
      .description('Copy the store into a new file while the service runs.')
      .argument('<file>', 'the copy; must not exist')
      .addOption(configOption())
      .action(async (file: string, { config: named }: { config?: string }) => {
        const { openConfig } = await import('../open.ts');
        const { backupStore } = await import('../../lib/adapters/store/sqlite/backup.ts');
        const { config } = openConfig(named, 'later');
        const to = resolve(file);
        await refusingLater(() => backupStore(config.store, to));
        console.log(`${config.store} is copied to ${to}`);
      }),
    [{ says: 'Every night', run: 'jobchime backup "backup-$(date +%F).db"' }],
    'The copy is of one moment, checked, and readable by you alone. `jobchime restore` puts it back.',
  );

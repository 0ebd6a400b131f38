import { Command, InvalidArgumentError, Option } from 'commander';
import { openStore } from '../../lib/store/sqlite/index.ts';
import { openConfig } from '../open.ts';
import { refusing } from '../refusal.ts';
import { jobsTable } from '../render.ts';

export const jobsCommand = (): Command =>
  new Command('jobs')
    .description('List the tracked jobs, the newest first.')
    .option('-c, --config <file>', 'the configuration')
    .addOption(
      new Option('--state <state>', 'only these').choices(['outstanding', 'succeeded', 'failed', 'lost']),
    )
    .option('--limit <n>', 'at most so many', limitOf, 50)
    .action(async ({ config: named, state, limit }: { config?: string; state?: string; limit: number }) => {
      const { config } = openConfig(named);
      const store = refusing(() => openStore(config.store));
      try {
        const { rows, next } = await store.jobs.list({ limit, ...(state ? { state } : {}) });
        console.log(rows.length > 0 ? jobsTable(rows) : 'No jobs.');
        if (next !== null) console.log(`... and more: --limit shows them`);
      } finally {
        await store.close();
      }
    });

function limitOf(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new InvalidArgumentError('it is a number from 1 to 10000.');
  return limit;
}

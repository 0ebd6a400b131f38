import { Command } from 'commander';
import { explain } from '../../lib/notify/explain.ts';
import { openStore } from '../../lib/store/sqlite/index.ts';
import { openConfig } from '../open.ts';
import { Refusal, refusing } from '../refusal.ts';
import { explanation } from '../render.ts';

export const explainCommand = (): Command =>
  new Command('explain')
    .description(
      'Tell everything about one job: what was seen, what was announced, who was told, and why not.',
    )
    .argument('<job>', 'its job id, or origin/project/job-id')
    .option('-c, --config <file>', 'the configuration')
    .action(async (job: string, { config: named }: { config?: string }) => {
      const { config } = openConfig(named);
      const store = refusing(() => openStore(config.store));
      try {
        const keys = job.includes('/')
          ? [job]
          : config.origins.map(({ name, projectId }) => `${name}/${projectId}/${job}`);
        const deps = { store, subscriptions: { all: async () => config.subscriptions } };
        const found = (await Promise.all(keys.map((key) => explain(deps, key)))).filter((e) => e !== null);
        if (found.length === 0) throw new Refusal(`${job} is not tracked. \`jobchime jobs\` lists what is.`);
        console.log(found.map(explanation).join('\n\n'));
      } finally {
        await store.close();
      }
    });

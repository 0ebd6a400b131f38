import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import type { Stage } from '../../lib/wire/local/stage.ts';
import { CONFIG_FILE, configPath } from '../config-file.ts';
import { teach } from '../examples.ts';
import { numberOf, stageOption } from '../options.ts';
import { Refusal, refusingLater } from '../refusal.ts';
import { counted } from '../words.ts';

// The configuration of a stage on AWS.

/** Opens the stage, and closes it whatever happens. */
export const onStage = <T>(name: string, work: (stage: Stage) => Promise<T>): Promise<T> =>
  refusingLater(async () => {
    const { openStage } = await import('../../lib/wire/local/stage.ts');
    const stage = await openStage(name).catch(inWords);
    try {
      return await work(stage).catch(inWords);
    } finally {
      stage.close();
    }
  });

/** What AWS answers says more with its name: `AccessDeniedException: ...`. */
function inWords(error: unknown): never {
  const isOfAws = error instanceof Error && '$metadata' in error;
  throw isOfAws ? new Refusal(`AWS refuses it: ${error.name}: ${error.message}`, { cause: error }) : error;
}

const stageConfig = () => import('../../lib/wire/local/stage-config.ts');

export const pushCommand = (): Command =>
  teach(
    new Command('push')
      .description('Check a configuration for a stage on AWS, and put it in force there.')
      .argument('[file]', `the configuration (default: ${CONFIG_FILE})`)
      .addOption(stageOption())
      .action((file: string | undefined, { stage: name }: { stage: string }) =>
        onStage(name, async (stage) => {
          const path = configPath(file);
          if (path === null) throw new Refusal(`There is no ${CONFIG_FILE} here; name the file.`);
          const { pushConfig } = await stageConfig();
          const pushed = await pushConfig(stage, readFileSync(path, 'utf8'));
          if (!pushed.ok) {
            const { renderProblems } = await import('../../lib/core/input/problems.ts');
            throw new Refusal(renderProblems(pushed.problems, path));
          }
          const { origins, subscriptions } = pushed.config;
          const what = [counted(origins.length, 'origin'), counted(subscriptions.length, 'subscription')];
          const said = pushed.isNew
            ? `is version ${pushed.version} of stage ${name}, in force within five minutes`
            : `is in force in stage ${name} already, as version ${pushed.version}`;
          console.log(`${path} ${said}: ${what.join(', ')}.`);
        }),
      ),
    [
      { says: 'After a change', run: 'jobchime config push --stage dev jobchime.aws.yaml' },
      { says: 'Another file', run: 'jobchime config push --stage prod jobchime.prod.yaml' },
    ],
    `Nothing is changed where anything is wrong. References must lead to something that is there, in the folder of what they are for;
no secret is shown or stored. A version is kept under its digest in the table, however large it is.`,
  );

export const pullCommand = (): Command =>
  teach(
    new Command('pull')
      .description('Print the configuration that is in force in a stage on AWS.')
      .addOption(stageOption())
      .addOption(versionOption('--of <version>', 'this version of it instead'))
      .action(({ stage: name, of }: { stage: string; of?: number }) =>
        onStage(name, async (stage) => {
          const { pullConfig } = await stageConfig();
          const { text, version } = await pullConfig(stage, of);
          process.stdout.write(text);
          console.error(`version ${version} of stage ${name}`);
        }),
      ),
    [
      { says: 'To look or to change it', run: 'jobchime config pull --stage dev > jobchime.aws.yaml' },
      { says: 'An older one', run: 'jobchime config pull --stage dev --of 1' },
    ],
  );

export const rollbackCommand = (): Command =>
  teach(
    new Command('rollback')
      .description('Put back the configuration that a stage on AWS had before.')
      .addOption(stageOption())
      .addOption(versionOption('--to <version>', 'what was in force in this version'))
      .action(({ stage: name, to }: { stage: string; to?: number }) =>
        onStage(name, async (stage) => {
          const { rollbackConfig } = await stageConfig();
          const done = await rollbackConfig(stage, to);
          console.log(
            `Stage ${name} has the configuration of version ${done.to} again, as version ${done.version}; it was ${done.from}.`,
          );
        }),
      ),
    [
      { says: 'After a mistake', run: 'jobchime config rollback --stage dev' },
      { says: 'Further back', run: 'jobchime config rollback --stage dev --to 1' },
    ],
    'It is in force within five minutes. `jobchime config versions` lists what there is to go back to.',
  );

export const versionsCommand = (): Command =>
  teach(
    new Command('versions')
      .description('List the versions of the configuration of a stage on AWS, the newest first.')
      .addOption(stageOption())
      .action(({ stage: name }: { stage: string }) =>
        onStage(name, async (stage) => {
          const { configVersions } = await stageConfig();
          const versions = await configVersions(stage);
          const lines = versions.map(
            ({ version, at, by }) => `${version}  ${new Date(at).toISOString()}  ${by}`,
          );
          console.log(lines.length > 0 ? lines.join('\n') : `Stage ${name} has no configuration yet.`);
        }),
      ),
    [{ says: 'Who changed it when', run: 'jobchime config versions --stage dev' }],
  );

const versionOption = (flags: string, what: string): Option => new Option(flags, what).argParser(numberOf);

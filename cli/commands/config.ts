import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { Problem } from '../../lib/core/input/problems.ts';
import { hasTemplate } from '../../lib/core/notify/request-settings.ts';
import { teach } from '../examples.ts';
import { CONFIG_FILE } from '../config-file.ts';
import type { Read } from '../open.ts';
import { jsonOption } from '../options.ts';
import { pullCommand, pushCommand, rollbackCommand, versionsCommand } from './config-stage.ts';
import { counted } from '../words.ts';

export const configCommand = (): Command =>
  teach(
    new Command('config')
      .description('Check the configuration, print its schema for editors, or manage that of a stage on AWS.')
      .addCommand(checkCommand())
      .addCommand(schemaCommand())
      .addCommand(pushCommand())
      .addCommand(pullCommand())
      .addCommand(rollbackCommand())
      .addCommand(versionsCommand()),
    [
      { says: 'Before a restart', run: 'jobchime config check' },
      { says: 'For a stage on AWS', run: 'jobchime config push --stage dev jobchime.aws.yaml' },
    ],
  );

const checkCommand = (): Command =>
  teach(
    new Command('check')
      .description(
        'Report all problems of the configuration at once, with what to do; exit code 1 if there are any.',
      )
      .argument('[file]', `the configuration (default: ${CONFIG_FILE})`)
      .addOption(jsonOption('the problems as JSON'))
      .action(async (file: string | undefined, { json }: { json?: boolean }) => {
        const { readConfig } = await import('../open.ts');
        const { renderProblems } = await import('../../lib/core/input/problems.ts');
        const found = readConfig(file);
        const problems = found.ok ? await inTemplates(found) : found.problems;
        if (problems.length > 0) process.exitCode = 1;
        if (json) console.log(JSON.stringify(problems, null, 2));
        else if (found.ok && problems.length === 0) {
          const { origins, subscriptions } = found.config;
          const there = [counted(origins.length, 'origin'), counted(subscriptions.length, 'subscription')];
          console.log(`${found.path} is fine: ${there.join(', ')}.`);
        } else console.error(renderProblems(problems, found.path));
      }),
    [
      { says: 'Before a restart', run: 'jobchime config check' },
      { says: 'In a pipeline', run: 'jobchime config check --json jobchime.yaml > problems.json' },
    ],
    'References to secrets are followed: run it with the environment of the service.',
  );

/** Only the samples of the events tell whether a template can be filled in. */
async function inTemplates({ path, config }: Extract<Read, { ok: true }>): Promise<Problem[]> {
  if (!config.subscriptions.some(hasTemplate)) return [];
  const { problemsOfTemplates } = await import('../../lib/wire/local/templates.ts');
  return problemsOfTemplates(config.subscriptions, readFileSync(path, 'utf8'));
}

const schemaCommand = (): Command =>
  teach(
    new Command('schema')
      .description('Print the JSON Schema of the configuration, for editors.')
      .action(async () => {
        const { configJsonSchema } = await import('../../lib/wire/local/read-config.ts');
        console.log(JSON.stringify(configJsonSchema(), null, 2));
      }),
    [{ says: 'Next to the configuration', run: 'jobchime config schema > jobchime.schema.json' }],
    'Many editors follow this line at the top of a YAML file: # yaml-language-server: $schema=./jobchime.schema.json',
  );

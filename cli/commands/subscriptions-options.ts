import { Command } from 'commander';
import { configOption, jsonOption, urlOption } from '../options.ts';
import type { Where } from '../with-api.ts';

export type Options = Where & { json?: boolean };

/** `json`: what it prints with --json; left out: nothing for programs. */
export const withOptions = (command: Command, json?: string): Command => {
  if (json) command.addOption(jsonOption(json));
  return command.addOption(urlOption()).addOption(configOption());
};
/** What is done to one subscription. */
export const named = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .argument('<name>', 'its name in the configuration, or its id; `jobchime subscriptions` shows them');

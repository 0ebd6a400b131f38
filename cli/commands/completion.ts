import { Argument, Command, Option } from 'commander';
import { completionScript, KINDS, SHELLS, type Kind, type Shell } from '../completion.ts';
import { completionWords } from '../completion-words.ts';
import { teach } from '../examples.ts';
import { withApi } from '../with-api.ts';

export const completionCommand = (program: () => Promise<Command>): Command =>
  teach(
    new Command('completion')
      .description('Print a script that completes commands, options and their values in a shell.')
      .addArgument(new Argument('<shell>').choices(SHELLS))
      .addOption(new Option('--words <of>', 'what there is to complete just now, one a line').choices(KINDS))
      .action(async (shell: Shell, { words }: { words?: Kind }) => {
        if (words === undefined) return console.log(completionScript(shell, await program()));
        const found = await withApi({}, ({ client }) => completionWords(client, words));
        if (found.length > 0) console.log(found.join('\n'));
      }),
    [
      { says: 'For bash, in ~/.bashrc', run: 'eval "$(jobchime completion bash)"' },
      { says: 'For zsh, in a folder of $fpath', run: 'jobchime completion zsh > _jobchime' },
      { says: 'For fish', run: 'jobchime completion fish > jobchime.fish' },
    ],
    `Origins, jobs, names, groups and subscriptions are those of the store or the service that the command would use: the scripts call
jobchime completion SHELL --words.`,
  );

import { Argument, Command } from 'commander';
import { completionScript, SHELLS, type Shell } from '../completion.ts';
import { teach } from '../examples.ts';

export const completionCommand = (program: () => Promise<Command>): Command =>
  teach(
    new Command('completion')
      .description('Print a script that completes commands and options in a shell.')
      .addArgument(new Argument('<shell>').choices(SHELLS))
      .action(async (shell: Shell) => console.log(completionScript(shell, await program()))),
    [
      { says: 'For bash, in ~/.bashrc', run: 'eval "$(jobchime completion bash)"' },
      { says: 'For zsh, in a folder of $fpath', run: 'jobchime completion zsh > _jobchime' },
      { says: 'For fish', run: 'jobchime completion fish > jobchime.fish' },
    ],
  );

import { Command, Option } from 'commander';
import { teach } from '../examples.ts';
import { configOption, labelOf, urlOption } from '../options.ts';
import type { RunOptions } from '../run-command/options.ts';

export const runCommand = (): Command =>
  teach(
    new Command('run')
      .description('Run a command, such as terraform apply, and watch the jobs that it starts.')
      .argument('<command...>', 'the command and its arguments, behind --')
      .option('--group <name>', 'the run that the jobs belong to: you hear once when all of it has ended')
      .option('--name <name>', 'what people call each job; shown in every message')
      .addOption(
        new Option('--label <key=value>', 'a label to route by; may be repeated')
          .argParser(labelOf)
          .default({}, 'none'),
      )
      .option('--origin <name>', 'read job ids in what the command prints, too: they are of this origin')
      .passThroughOptions()
      .addOption(urlOption())
      .addOption(configOption())
      .action(async (command: string[], options: RunOptions) => {
        const { run } = await import('../run-command/run.ts');
        process.exitCode = await run(command, options);
      }),
    [
      {
        says: 'Everything that Terraform starts, told of once',
        run: 'jobchime run --group apply-43 -- terraform apply -auto-approve',
      },
      {
        says: 'A script that prints the answers of a cloud',
        run: 'jobchime run --origin otc-ecs -- sh -c \'echo {\\"job_id\\": \\"ff808087\\"}\'',
      },
    ],
    `The command has the terminal, gets the signals, and its exit code is that of jobchime run: 128 and the number of the signal that ended it,
127 where there is no such command. Whatever is wrong with Jobchime, it runs; what could not be handed in is kept in a file, which jobchime intake
takes later.

Job ids are found in the debug logs of the providers of Huawei Cloud and Open Telekom Cloud: in a file of your own (0600), which is deleted at the
end. Your own TF_LOG is kept, and its log goes where it went. With --origin, what the command prints goes through a pipe, so it
sees no terminal.

At its end, also by a signal, the group is closed. Jobs of a command that failed, and that it has not seen to end, are told of one by one, with what
to do: Terraform does not have them in its state.`,
  );

import { Command, CommanderError } from 'commander';
import { explainCommand } from './commands/explain.ts';
import { jobsCommand } from './commands/jobs.ts';
import { simulateCommand } from './commands/simulate.ts';
import { startCommand } from './commands/start.ts';
import { trackCommand } from './commands/track.ts';
import { Refusal } from './refusal.ts';

const program = new Command('jobchime')
  .description("Tells people and programs that a cloud's asynchronous job has ended.")
  .exitOverride()
  .showHelpAfterError('(jobchime --help tells more)')
  .addCommand(startCommand())
  .addCommand(simulateCommand())
  .addCommand(trackCommand())
  .addCommand(jobsCommand())
  .addCommand(explainCommand());

try {
  await program.parseAsync();
} catch (error) {
  // Commander has said what is wrong already; a refusal is a sentence for the user; all else is a bug and shows its stack.
  if (error instanceof Refusal) console.error(error.message);
  else if (!(error instanceof CommanderError)) console.error(error);
  process.exitCode = error instanceof CommanderError ? error.exitCode : 1;
}

import { CommanderError } from 'commander';
import { StoreTrouble } from '../lib/adapters/platform/store-trouble.ts';
import { createProgram } from './program.ts';
import { Refusal } from './refusal.ts';

// `jobchime jobs | head` closes the pipe early; that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await createProgram().parseAsync();
} catch (error) {
  // Commander has said what is wrong already; a refusal is a sentence for the user; all else is a bug and shows its stack.
  if (error instanceof Refusal || error instanceof StoreTrouble) console.error(error.message);
  else if (!(error instanceof CommanderError)) console.error(error);
  const told = error instanceof Refusal || error instanceof CommanderError;
  process.exitCode = told ? error.exitCode : 1;
}

import type { Command } from 'commander';

/** A line as somebody would type it. Tests execute each of them. */
export interface Example {
  says: string;
  run: string;
}

export interface Lesson {
  examples: readonly Example[];
  /** What else is to be known; may be empty. */
  more: string;
}

const taught = new WeakMap<Command, Lesson>();

/** Puts examples below the help of a command, and after them what else is to be known. */
export function teach(command: Command, examples: readonly Example[], more = ''): Command {
  taught.set(command, { examples, more });
  const lines = examples.map(({ says, run }) => `  ${says}:\n    ${run}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}${more && `\n\n${more}`}`);
}

export const lessonOf = (command: Command): Lesson => taught.get(command) ?? { examples: [], more: '' };

import { createInterface } from 'node:readline/promises';
import { Refusal } from '../refusal.ts';
import { problemOf, QUESTIONS, type Answers, type Question } from './questions.ts';

/** Asks a person, and answers what was typed. */
export type Ask = (prompt: string) => Promise<string>;

/** Of a terminal of 80 columns, with room for an answer. */
const WIDTH = 70;

const promptOf = ({ asks, choices, usual }: Question, answers: Answers): string => {
  const listed = choices ? `(${choices(answers).join(', ')})` : '';
  const offered = [listed, usual && `[${usual(answers)}]`].filter(Boolean).join(' ');
  if (offered === '') return `${asks}: `;
  const prompt = `${asks} ${offered}: `;
  return prompt.length <= WIDTH ? prompt : `${asks}\n  ${offered}: `;
};

/**
 * The answers to all questions: those given as options, and of the others what a person answers. Without anybody to ask, what has a
 * usual answer gets that, and the rest is refused, all of it at once.
 */
export async function answered(
  given: Answers,
  ask: Ask | null,
  say: (line: string) => void,
): Promise<Answers> {
  const answers: Answers = { ...given };
  const missing: string[] = [];
  for (const question of QUESTIONS) {
    const { name, when, usual } = question;
    if (when && !when(answers)) continue;
    const own = given[name];
    const problem = own === undefined ? null : problemOf(question, own, answers);
    if (problem) throw new Refusal(`--${name} ${problem}.`);
    if (own !== undefined) continue;
    if (ask) answers[name] = await untilRight(question, answers, ask, say);
    else if (usual) answers[name] = usual(answers);
    else missing.push(`--${name}`);
  }
  if (missing.length > 0)
    throw new Refusal(`There is no terminal to ask in: give ${missing.join(', ')} as well.`);
  return answers;
}

async function untilRight(
  question: Question,
  answers: Answers,
  ask: Ask,
  say: (line: string) => void,
): Promise<string> {
  for (;;) {
    const text = (await ask(promptOf(question, answers))).trim() || (question.usual?.(answers) ?? '');
    const problem = problemOf(question, text, answers);
    if (problem === null) return text;
    say(`That ${problem}.`);
  }
}

/** Of a terminal; null where there is none. */
export function terminal(): { ask: Ask; close(): void } | null {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return null;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  return { ask: (prompt) => lines.question(prompt), close: () => lines.close() };
}

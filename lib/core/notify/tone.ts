import type { Tone } from './message-content.ts';

/** Of the edge beside a mail or a page, the only colour in it: it can be seen on white and on black. Text never has it. */
export const TONE_COLOURS: Readonly<Record<Tone, string>> = {
  good: '#2e9e5b',
  warn: '#d08700',
  bad: '#d64541',
  info: '#3b82c4',
};

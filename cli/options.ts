import { InvalidArgumentError, Option } from 'commander';
import { readDuration } from '../lib/core/input/read-duration.ts';

// Options that several commands have.

export const configOption = (): Option => new Option('-c, --config <file>', 'the configuration');
/** Of the commands that use the HTTP API: that of a remote service, or their own over the configured store. */
export const urlOption = (): Option =>
  new Option(
    '--url <url>',
    'use the service at this URL, with the token in JOBCHIME_TOKEN (default: JOBCHIME_URL, if it is set)',
  );
/** Of the commands that manage a deployment on AWS. */
export const stageOption = (): Option =>
  new Option('--stage <stage>', 'the stage, such as dev or prod').makeOptionMandatory();
export const jsonOption = (what: string): Option => new Option('--json', `print ${what}`);
export const limitOption = (most: number): Option =>
  new Option('--limit <n>', 'at most this many').default(50).argParser((text) => limitOf(text, most));

export function limitOf(text: string, most: number): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > most)
    throw new InvalidArgumentError(`It is a number from 1 to ${most}.`);
  return limit;
}

export function numberOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 1.');
  return Number(text);
}

export function durationOf(text: string): number {
  const duration = readDuration(text);
  if (!duration.ok) throw new InvalidArgumentError(`It ${duration.problem}; write 30s, 5m, 2h or 1d.`);
  return duration.value;
}

export function labelOf(text: string, labels: Record<string, string>): Record<string, string> {
  const [, key, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new InvalidArgumentError('A label is KEY=VALUE, for instance team=web.');
  if (key === '__proto__') throw new InvalidArgumentError('No label can be called __proto__.');
  return { ...labels, [key]: value };
}

/** Of an option that may be repeated. */
export const oneMore = (text: string, others: readonly string[]): string[] => [...others, text];

import { InvalidArgumentError, Option, type Command } from 'commander';
import type { JobFilter } from '../lib/core/jobs/filter.ts';
import { labelOf } from './options.ts';
import { readDuration } from '../lib/core/input/read-duration.ts';

/** Which jobs, or events of them, are meant. */
export interface Filters {
  label?: Record<string, string>;
  name?: string;
  group?: string;
  /** Epoch milliseconds. */
  since?: number;
}

export const withFilters = (command: Command): Command =>
  command
    .addOption(
      new Option('--label <key=value>', 'only of jobs with this label; may be repeated').argParser(
        (text: string, labels: Record<string, string> = {}) => labelOf(text, labels),
      ),
    )
    .option('--name <name>', 'only of jobs with this name; * stands for any characters')
    .option('--group <name>', 'only of this group')
    .addOption(
      new Option(
        '--since <when>',
        'no older than this: 2h, 3d, or a time such as 2026-03-01T12:00:00Z',
      ).argParser(sinceOf),
    );

const TIME = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?$/;

export function sinceOf(text: string): number {
  const lasts = readDuration(text);
  if (lasts.ok) return Date.now() - lasts.value;
  const [date = '', time] = text.replace(/Z$/, '').split(/[T ]/);
  const at = TIME.test(text) ? Date.parse(`${date}T${time ?? '00:00'}Z`) : Number.NaN;
  if (Number.isNaN(at))
    throw new InvalidArgumentError(
      'Write how long ago, such as 30m, 2h or 3d, or a time in UTC such as 2026-03-01T12:00:00Z.',
    );
  return at;
}

/** As the API has them. */
export const queryOf = ({ label, name, group, since }: Filters) => ({
  ...(label && { label: Object.entries(label).map(([key, value]) => `${key}=${value}`) }),
  ...(name !== undefined && { name }),
  ...(group !== undefined && { group }),
  ...(since !== undefined && { since: new Date(since).toISOString() }),
});

export const filterOf = ({ label, name, group, since }: Filters): JobFilter => ({
  labels: label,
  name,
  group,
  since,
});

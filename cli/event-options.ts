import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Client, JobAddress } from '../client/index.ts';
import { jobKey } from '../lib/core/jobs/job.ts';
import { SAMPLE_KINDS, type SampleKind } from '../lib/core/jobs/sample-event.ts';
import { labelOf } from './options.ts';
import { Refusal } from './refusal.ts';
import { find } from './resolve-job-ids.ts';

/** Which event is meant: one that there is, the newest of a job, or a made-up one. */
export interface Which<Kind extends string = SampleKind> {
  job?: string;
  sample?: Kind;
  label: Record<string, string>;
  name?: string;
  origin?: string;
  project?: string;
}

/** Options that say what a made-up event is about. */
export const withSample = (
  command: Command,
  says: string,
  kinds: readonly string[] = SAMPLE_KINDS,
): Command =>
  command
    .addOption(new Option('--sample <kind>', says).choices(kinds))
    .addOption(
      new Option('--label <key=value>', 'a label of the job of the sample; may be repeated')
        .argParser(labelOf)
        .default({}, 'none'),
    )
    .option('--name <name>', 'what people call that job (default: web-7)')
    .option('--origin <name>', 'its origin (default: the first that is configured)')
    .option('--project <id>', 'its project (default: that of the origin)');

/** What the options say of the job of a sample, as the API has it. */
export const aboutOf = ({ label, name, origin, project }: Which) => ({
  ...(Object.keys(label).length > 0 && { labels: label }),
  ...(name !== undefined && { name }),
  ...(origin !== undefined && { origin }),
  ...(project !== undefined && { projectId: project }),
});

export const EVENT_ID = /^evt_[0-9a-f]{32}$/;

/** What names the event in requests to the API. */
export async function eventAsked(client: Client, id: string | undefined, which: Which) {
  if (id !== undefined && !EVENT_ID.test(id))
    throw new Refusal(
      `${id} is no id of an event, which is evt_ and 32 hex digits. \`jobchime events\` lists them; --job JOB means the newest of a job.`,
    );
  const given = [id, which.job, which.sample].filter((one) => one !== undefined);
  if (given.length === 0)
    throw new Refusal('Say which event is meant: give its id, --job JOB, or --sample job.failed.');
  return {
    ...(id !== undefined && { event: id }),
    ...(which.job !== undefined && { job: await keyOf(client, which.job) }),
    ...(which.sample !== undefined && { sample: which.sample }),
    ...aboutOf(which),
  };
}

async function keyOf(client: Client, job: string): Promise<string> {
  if (job.includes('/')) return job;
  const [key, ...others] = await find(client, job, async (address: JobAddress) => jobKey(address));
  if (others.length > 0)
    throw new Refusal(`Several origins have a job ${job}: give its key, ${[key, ...others].join(' or ')}.`);
  return key!;
}

/** Of an option: what a reader of `lib/core/input` takes. */
export const readBy =
  <T>(read: (text: string) => { ok: true; value: T } | { ok: false; problem: string; fix?: string }) =>
  (text: string): T => {
    const it = read(text);
    if (it.ok) return it.value;
    throw new InvalidArgumentError(`It ${it.problem}. ${it.fix ?? ''}`.trim());
  };

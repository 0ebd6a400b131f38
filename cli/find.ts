import type { Job } from '../lib/jobs/job.ts';
import type { Config, Local } from '../lib/local.ts';
import { Refusal } from './refusal.ts';

/** Keys that a job may have: people know its id, messages show the whole key. */
export const keysOf = (config: Config, job: string): string[] =>
  job.includes('/') ? [job] : config.origins.map(({ name, projectId }) => `${name}/${projectId}/${job}`);

/** What `look` finds of a job under any of its keys; refused where that is nothing. */
export async function find<T>(
  config: Config,
  job: string,
  look: (key: string) => Promise<T | null>,
): Promise<T[]> {
  const found = await Promise.all(keysOf(config, job).map(look));
  const there = found.filter((one) => one !== null);
  if (there.length === 0) throw new Refusal(`${job} is not tracked. \`jobchime jobs\` lists what is.`);
  return there;
}

export const findJobs = (local: Local, config: Config, job: string): Promise<Job[]> =>
  find(config, job, (key) => local.job(key));

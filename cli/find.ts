import { ApiError, type Client, type JobAddress } from '../client/index.ts';
import { isToldByUs } from './api-refusal.ts';
import { Refusal } from './refusal.ts';

/** What `look` finds of a job, by its key or its job id, which several origins may have; refused where that is nothing. */
export async function find<T>(
  client: Client,
  job: string,
  look: (address: JobAddress) => Promise<T>,
): Promise<T[]> {
  const addresses = job.includes('/') ? [addressOf(job)] : ((await orNull(withId(client, job))) ?? []);
  const found = await Promise.all(addresses.map((address) => orNull(look(address))));
  const there = found.filter((one) => one !== null);
  if (there.length === 0) throw new Refusal(`${job} is not tracked. \`jobchime jobs\` lists what is.`);
  return there;
}

/** The parts of a job's key. */
export function addressOf(key: string): JobAddress {
  const [origin = '', projectId = '', ...rest] = key.split('/');
  return { origin, projectId, jobId: rest.join('/') };
}

const withId = async (client: Client, jobId: string): Promise<JobAddress[]> =>
  (await client.jobs.list({ jobId })).items;

/** Null: there is no such job, or it cannot be the name of one. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && isToldByUs(error) && [404, 422].includes(error.status)) return null;
    throw error;
  }
}

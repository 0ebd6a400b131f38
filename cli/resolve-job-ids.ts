import { ApiError } from '../client/api-error.ts';
import type { Client, JobAddress, Subscription } from '../client/index.ts';
import { isOurProblem } from './api-refusal.ts';
import { each } from './each.ts';
import { Refusal } from './refusal.ts';

/** What `get` finds of a job, by its key or its job id, which several origins may have; refused where that is nothing. */
export async function find<T>(
  client: Client,
  job: string,
  get: (address: JobAddress) => Promise<T>,
): Promise<T[]> {
  const addresses = job.includes('/') ? [addressOf(job)] : ((await orNull(withId(client, job))) ?? []);
  const found = await each(addresses, (address) => orNull(get(address)));
  const there = found.filter((one) => one !== null);
  if (there.length === 0) throw new Refusal(`${job} is not tracked. \`jobchime jobs\` lists what is.`);
  return there;
}

/** A subscription by its id, or by a name that only one has. */
export async function subscriptionNamed(client: Client, name: string): Promise<Subscription> {
  const found = await orNull(client.subscriptions.get(name));
  if (found) return found;
  const all = await allSubscriptions(client);
  const [one, ...others] = all.filter((it) => it.name === name);
  if (!one)
    throw new Refusal(
      `There is no subscription '${name}'. \`jobchime subscriptions\` lists those there are.`,
    );
  if (others.length > 0)
    throw new Refusal(
      `Several are called '${name}': give its id, ${[one, ...others].map(({ id }) => id).join(' or ')}.`,
    );
  return one;
}

export async function allSubscriptions(client: Client): Promise<Subscription[]> {
  const all: Subscription[] = [];
  for await (const one of client.subscriptions.all({ limit: 200 })) all.push(one);
  return all;
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
    if (error instanceof ApiError && isOurProblem(error) && [404, 422].includes(error.status)) return null;
    throw error;
  }
}

import { ApiError } from '../client/api-error.ts';
import type { Client, JobAddress, Subscription } from '../client/index.ts';
import { isOurProblem } from './api-refusal.ts';
import { each } from './each.ts';
import { Refusal } from './refusal.ts';

/**
 * What `get` finds of a job, by its key, its job id, which several origins may have, or the end of that as lists show it; refused
 * where that is nothing, or too little to tell jobs apart.
 */
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

async function withId(client: Client, jobId: string): Promise<JobAddress[]> {
  const { items } = await client.jobs.list({ jobId });
  if (items.length > 0 || !SHORT_ID.test(jobId)) return items;
  const ending = (await client.jobs.list({ idEnd: jobId, limit: 10 })).items;
  const ids = [...new Set(ending.map((job) => job.jobId))];
  if (ids.length > 1)
    throw new Refusal(`Several job ids end with ${jobId}: give more of it, one of ${ids.join(', ')}.`);
  return ending;
}
/** A whole id is longer; fewer characters are shared by many. */
const SHORT_ID = /^[A-Za-z0-9-]{6,16}$/;

/** Null: there is no such job, or it cannot be the name of one. */
export async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && isOurProblem(error) && [404, 422].includes(error.status)) return null;
    throw error;
  }
}

import type { Client } from '../client/index.ts';
import { allSubscriptions } from './resolve-job-ids.ts';
import type { Kind } from './completion.ts';

/** The newest: who wants an older one knows its id. */
const MOST = 100;

const jobs = async (client: Client) => (await client.jobs.list({ limit: MOST })).items;
const WORDS: Record<Kind, (client: Client) => Promise<(string | null)[]>> = {
  origins: async (client) => (await client.origins.list()).items.map(({ name }) => name),
  jobs: async (client) => (await jobs(client)).map(({ jobId }) => jobId),
  names: async (client) => (await jobs(client)).map(({ name }) => name),
  groups: async (client) => (await client.groups.list({ limit: MOST })).items.map(({ name }) => name),
  subscriptions: async (client) => (await allSubscriptions(client)).map(({ name, id }) => name || id),
};

/** One a line. What a shell would take for more than one word, or for something to do, is left out. */
export const completionWords = async (client: Client, kind: Kind): Promise<string[]> =>
  [
    ...new Set(
      (await WORDS[kind](client)).filter((one) => one !== null && /^[\w.:@%+-][\w.:@%+/-]*$/.test(one)),
    ),
  ] as string[];

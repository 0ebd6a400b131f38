import { randomBytes } from 'node:crypto';
import { createTokens, type Token, type Tokens } from '../api/tokens.ts';
import type { Job } from '../jobs/job.ts';
import { eventsOf, type ToldEvent } from '../notify/events.ts';
import { explain, type Explanation } from '../notify/explain.ts';
import { recentEvents } from '../notify/recent-events.ts';
import type { Secrets } from '../platform/secrets.ts';
import type { ListQuery, Page, Telemetry } from '../ports.ts';
import type { Tracked } from '../sweep/track.ts';
import { openParts, type Config } from './parts.ts';
import { createService } from './service.ts';

/** What the command line does with the store, beside a service that runs on it or without one. */
export interface Local {
  track(raws: readonly unknown[]): Promise<Tracked[]>;
  jobs(query: ListQuery): Promise<Page<Job>>;
  job(key: string): Promise<Job | null>;
  explain(key: string): Promise<Explanation | null>;
  /** What was announced of one job, in order; null where it is not tracked. */
  eventsOf(key: string): Promise<ToldEvent[] | null>;
  /** What was announced lately, the newest first. */
  events(limit: number): Promise<ToldEvent[]>;
  tokens: Pick<Tokens, 'create' | 'remove'> & { list(): Promise<Token[]> };
  close(): Promise<void>;
}

/** Throws an `Error` made for people where the store cannot be opened. */
export function openLocal(config: Config, secrets: Secrets): Local {
  const { parts, close } = openParts(config, secrets, QUIET);
  const { store } = parts;
  return {
    track: createService(parts).track,
    jobs: (query) => store.jobs.list(query),
    job: (key) => store.jobs.get(key),
    explain: (key) => explain(parts, key),
    eventsOf: (key) => eventsOf(store, key),
    events: (limit) => recentEvents(store, limit),
    tokens: {
      ...createTokens(store.tokens, { clock: parts.clock, random: randomBytes }),
      list: async () => (await store.tokens.list({ limit: MAX_TOKENS })).rows,
    },
    close,
  };
}

/** One for each program that asks; far more than anybody keeps track of. */
const MAX_TOKENS = 1_000;
/** A command says itself what it did. */
const QUIET: Telemetry = { line() {} };

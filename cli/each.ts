import { pool } from '../lib/core/pool.ts';

/** Requests under way at once. The API answers 20 a second of one token. */
const CONCURRENCY = 6;

/**
 * Calls the service once for each of many, a few at a time, and answers in their order. A call that the service asks to repeat later
 * keeps its place meanwhile, so that nothing else comes in its stead.
 */
export const each = async <T, U>(items: readonly T[], call: (item: T) => Promise<U>): Promise<U[]> =>
  pool(items, CONCURRENCY, call);

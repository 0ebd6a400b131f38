'use strict';
// What each function behind a queue gets: those of the channels as their definitions say, which is why this is code and no JSON.
const { CHANNELS } = require('../lib/adapters/channels/registry.ts');

/**
 * Seconds, MB, messages handed over at once, functions at once, and seconds for which Lambda may gather messages.
 * @typedef {{ timeout: number, memory: number, batch: number, concurrency: number, window?: number }} Limits
 */

/** @type {Record<string, Limits>} */
module.exports = {
  // Where there are few, Lambda may wait for 20 s; a job that comes alone waits for the next minute of the sweep anyhow.
  track: { timeout: 30, memory: 256, batch: 10, concurrency: 5, window: 5 },
  // 50 s of work, and 35 s for a check that was begun at the end of them. One message is the work of a minute.
  sweep: { timeout: 90, memory: 256, batch: 1, concurrency: 50 },
  // With 5,000 subscriptions one routes some 9 events a second.
  route: { timeout: 30, memory: 256, batch: 10, concurrency: 25 },
  ...Object.fromEntries(Object.entries(CHANNELS).map(([name, { aws }]) => [name, aws])),
};

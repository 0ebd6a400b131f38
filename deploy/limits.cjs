'use strict';
// What each function behind a queue gets: those of the channels as their definitions say.
const { CHANNELS } = require('../lib/adapters/channels/registry.ts');

/**
 * Seconds, MB, messages handed over at once, and functions at once.
 * @typedef {{ timeout: number, memory: number, batch: number, concurrency: number }} Limits
 */

/** @type {Record<string, Limits>} */
module.exports = {
  track: { timeout: 60, memory: 256, batch: 10, concurrency: 5 },
  // 50 s of work, and 35 s for a check that was begun at the end of them. One message is the work of a minute.
  sweep: { timeout: 90, memory: 256, batch: 1, concurrency: 50 },
  route: { timeout: 60, memory: 256, batch: 10, concurrency: 10 },
  ...Object.fromEntries(Object.entries(CHANNELS).map(([name, { aws }]) => [name, aws])),
};

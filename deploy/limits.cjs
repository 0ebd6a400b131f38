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
  route: { timeout: 60, memory: 256, batch: 10, concurrency: 10 },
  ...Object.fromEntries(Object.entries(CHANNELS).map(([name, { aws }]) => [name, aws])),
};

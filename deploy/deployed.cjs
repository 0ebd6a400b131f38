'use strict';
// The channels that the stage has a function for: `custom.channels`, or --param channels=email,slack
const { CHANNELS } = require('../lib/adapters/channels/registry.ts');
const limits = require('./limits.cjs');

/** @typedef {import('../lib/adapters/channels/definition.ts').ChannelDefinition} Definition */
/** @typedef {{ resolveVariable: (of: string) => Promise<unknown> }} Context */

/** @type {(context: Context) => Promise<[name: string, channel: Definition][]>} */
const channelsIn = async ({ resolveVariable }) => {
  const said = String(await resolveVariable('self:custom.channels')).split(/[\s,]+/);
  const unknown = said.find((name) => !(name in CHANNELS));
  if (unknown !== undefined)
    throw new Error(`channels has '${unknown}'. Write some of ${Object.keys(CHANNELS).join(',')}.`);
  return Object.entries(CHANNELS).filter(([name]) => said.includes(name));
};

/**
 * Of the functions behind queues.
 * @type {(context: Context) => Promise<[name: string, limits: limits.Limits][]>}
 */
const limitsIn = async (context) => {
  const names = (await channelsIn(context)).map(([name]) => name);
  return Object.entries(limits).filter(([name]) => !(name in CHANNELS) || names.includes(name));
};

module.exports = { channelsIn, limitsIn };

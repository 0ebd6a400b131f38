'use strict';
// One function for each channel, and where their queues are for those that ring.
const { queueVariable } = require('../lib/adapters/channels/registry.ts');
const { channelsIn } = require('./deployed.cjs');
const { capital, getAtt } = require('./words.cjs');

/** @param {string} name */
const queue = (name) => ({ [queueVariable(name)]: { Ref: `${capital(name)}Queue` } });

/** @param {[string, import('../lib/adapters/channels/definition.ts').ChannelDefinition]} channel */
const functionOf = ([name, { aws }]) => [
  name,
  {
    handler: `.build/${name}.handler`,
    description: aws.description,
    role: `${capital(name)}Role`,
    timeout: aws.timeout,
    memorySize: aws.memory,
    package: { patterns: [`.build/${name}.mjs`] },
    environment: queue(name),
    events: [
      {
        sqs: {
          arn: getAtt(`${capital(name)}Queue`),
          batchSize: aws.batch,
          maximumConcurrency: aws.concurrency,
          functionResponseType: 'ReportBatchItemFailures',
        },
      },
    ],
  },
];

/** @param {import('./deployed.cjs').Context} context */
module.exports = async (context) => {
  const channels = await channelsIn(context);
  const queues = Object.assign({}, ...channels.map(([name]) => queue(name)));
  return {
    names: channels.map(([name]) => name).join(','),
    functions: Object.fromEntries(channels.map(functionOf)),
    ofRoute: { ...queues, JOBCHIME_ROUTE_QUEUE: { Ref: 'RouteQueue' } },
    busAndQueues: { JOBCHIME_BUS: { Ref: 'Bus' }, ...queues, JOBCHIME_SWEEP_QUEUE: { Ref: 'SweepQueue' } },
  };
};

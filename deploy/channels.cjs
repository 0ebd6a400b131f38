'use strict';
// One function for each channel, and where their queues are for those that ring.
const { CHANNELS, queueVariable } = require('../lib/adapters/channels/registry.ts');
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

const queues = Object.assign({}, ...Object.keys(CHANNELS).map(queue));

module.exports = {
  functions: Object.fromEntries(Object.entries(CHANNELS).map(functionOf)),
  ofRoute: { ...queues, JOBCHIME_ROUTE_QUEUE: { Ref: 'RouteQueue' } },
  busAndQueues: { JOBCHIME_BUS: { Ref: 'Bus' }, ...queues, JOBCHIME_SWEEP_QUEUE: { Ref: 'SweepQueue' } },
};

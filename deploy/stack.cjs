'use strict';
// What the stack is made of, where those find it who manage the stage: `jobchime config`, `doctor` and `redrive`.
const queuesOf = require('./queues.cjs');
const { sub } = require('./words.cjs');

/** @param {import('./deployed.cjs').Context} context */
module.exports = async (context) => {
  const names = Object.entries((await queuesOf(context)).Resources)
    .filter(([, resource]) => /** @type {{ Type: string }} */ (resource).Type === 'AWS::SQS::Queue')
    .map(([name]) => name);
  return {
    Resources: {
      Stack: {
        Type: 'AWS::SSM::Parameter',
        Properties: {
          Name: '/jobchime/${sls:stage}/stack',
          Type: 'String',
          Value: sub(
            JSON.stringify({
              table: '${Table}',
              queues: Object.fromEntries(names.map((name) => [name, `\${${name}}`])),
            }),
          ),
        },
      },
    },
  };
};

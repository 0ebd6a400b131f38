'use strict';
// What the stack is made of, where those find it who manage the stage: `jobchime config`, `doctor` and `redrive`.
const { Resources: queues } = require('./queues.cjs');
const { sub } = require('./words.cjs');

const names = Object.entries(queues)
  .filter(([, resource]) => /** @type {{ Type: string }} */ (resource).Type === 'AWS::SQS::Queue')
  .map(([name]) => name);

module.exports = {
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

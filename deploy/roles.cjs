'use strict';
// One role for each function, with what it does and nothing else.
const { channelsIn } = require('./deployed.cjs');
const { NEEDS } = require('../lib/wire/aws/needs.ts');
const { capital, getAtt, sub } = require('./words.cjs');

/** @typedef {string | object} Arn */

/**
 * @param {string | string[]} Action
 * @param {Arn | Arn[]} Resource
 */
const allow = (Action, Resource) => ({ Effect: 'Allow', Action, Resource });
const here = '${AWS::Partition}:PLACE:${AWS::Region}:${AWS::AccountId}';
/**
 * @param {string} service
 * @param {string} rest
 */
const arn = (service, rest) => sub(`arn:${here.replace('PLACE', service)}:${rest}`);

/** @param {string} name */
const logs = (name) =>
  allow(
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
    arn('logs', `log-group:/aws/lambda/\${self:service}-\${sls:stage}-${name}:*`),
  );
/**
 * The configuration, and the secrets that the function uses (lib/wire/aws/needs.ts). Parameters that are encrypted with a key of one's
 * own need `kms:Decrypt` for that key as well.
 * @param {string} name
 */
const settings = (name) => {
  const folders = (NEEDS[name] ?? []).map((purpose) => `jobchime/\${sls:stage}/${purpose}/*`);
  return [
    allow('ssm:GetParameters', [
      arn('ssm', 'parameter/jobchime/${sls:stage}/config'),
      ...folders.map((folder) => arn('ssm', `parameter/${folder}`)),
      // Parameters under this path are secrets of Secrets Manager, which asks for leave of its own.
      ...folders.map((folder) => arn('ssm', `parameter/aws/reference/secretsmanager/${folder}`)),
    ]),
    allow(
      'secretsmanager:GetSecretValue',
      folders.map((folder) => arn('secretsmanager', `secret:${folder}`)),
    ),
  ];
};
/** @param {string[]} verbs */
const table = (...verbs) =>
  allow(
    verbs.map((verb) => `dynamodb:${verb}`),
    getAtt('Table'),
  );
const dueIndex = allow('dynamodb:Query', sub('${Table.Arn}/index/due'));
const publish = allow('events:PutEvents', getAtt('Bus'));
/** @param {string[]} channels */
const ring = (...channels) =>
  allow(
    'sqs:SendMessage',
    channels.map((channel) => getAtt(`${capital(channel)}Queue`)),
  );
/** @param {string} name */
const take = (name) =>
  allow(
    ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    getAtt(`${capital(name)}Queue`),
  );
/**
 * What failed comes back soon.
 * @param {string} name
 */
const giveBack = (name) => allow('sqs:ChangeMessageVisibility', getAtt(`${capital(name)}Queue`));
/** @param {NonNullable<import('../lib/adapters/channels/definition.ts').Lambda['may']>} may */
const mayDo = ({ action, service, resources, condition }) => ({
  ...allow(
    action,
    resources.map((resource) => arn(service, resource)),
  ),
  ...(condition && { Condition: condition }),
});
/** @param {[string, import('../lib/adapters/channels/definition.ts').ChannelDefinition]} channel */
const channel = ([name, { aws }]) => [
  name,
  [
    // A window that needs no message, and a claim that came to nothing, are taken away.
    table('GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem', 'Query'),
    // Whether something of the same target goes first.
    dueIndex,
    take(name),
    giveBack(name),
    ring(name),
    ...(aws.may ? [mayDo(aws.may)] : []),
  ],
];

/** @param {[name: string, channel: import('./deployed.cjs').Definition][]} channels */
const statementsOf = (channels) => ({
  api: [
    table('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan'),
    dueIndex,
    ring(...channels.map(([name]) => name)),
    // A push has the records of its project read now.
    ring('sweep'),
    // A drill goes the way of every event.
    publish,
  ],
  // It says of a job that it is refused.
  track: [table('GetItem', 'PutItem', 'Query'), take('track'), giveBack('track'), publish],
  sweep: [
    // A mute and a subscription that are over move the revision, too.
    table('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'),
    dueIndex,
    publish,
    ring(...channels.map(([name]) => name)),
    ring('sweep'),
    take('sweep'),
    allow('sqs:SendMessage', getAtt('SweepDeadLetters')),
  ],
  route: [
    table('GetItem', 'PutItem', 'Query'),
    take('route'),
    giveBack('route'),
    ring(...channels.map(([name]) => name)),
  ],
  ...Object.fromEntries(channels.map(channel)),
});

/**
 * @param {string} service
 * @param {object[]} statements
 * @param {object} [Condition] of who may take it
 */
const role = (service, statements, Condition) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: `${service}.amazonaws.com` },
          Action: 'sts:AssumeRole',
          ...(Condition && { Condition }),
        },
      ],
    },
    Policies: [{ PolicyName: 'needs', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
  },
});

/** @param {import('./deployed.cjs').Context} context */
module.exports = async (context) => ({
  Resources: {
    ...Object.fromEntries(
      Object.entries(statementsOf(await channelsIn(context))).map(([name, statements]) => [
        `${capital(name)}Role`,
        role('lambda', [logs(name), ...settings(name), ...statements]),
      ]),
    ),
    SchedulerRole: role(
      'scheduler',
      [
        allow('lambda:InvokeFunction', arn('lambda', 'function:${self:service}-${sls:stage}-sweep')),
        allow('sqs:SendMessage', getAtt('SweepDeadLetters')),
      ],
      // No schedule of another account may use it.
      { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    ),
  },
});

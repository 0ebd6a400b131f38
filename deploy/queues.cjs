'use strict';
// The queue before each function, with its dead letters.
const { limitsIn } = require('./deployed.cjs');
const { capital, getAtt } = require('./words.cjs');

/** A message is seen again only when the function that had it, and five retries of Lambda's poller, are certainly over. */
const VISIBILITY = 6;
/**
 * Messages are doorbells or can be read again from the archive: after this many tries, in some 40 minutes, something is wrong with
 * them (lib/adapters/bus/come-back.ts).
 */
const TRIES = 8;
const FOURTEEN_DAYS = 14 * 24 * 3600;

const deadLetters = { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: FOURTEEN_DAYS } };

/** The next minute makes up for a run that failed, so that nobody needs to take these away: an alarm that stays red tells nothing. */
const ofSweep = { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 3600 } };

/** @param {[string, { timeout: number }]} limits */
const queueOf = ([name, { timeout }]) => [
  [
    `${capital(name)}Queue`,
    {
      Type: 'AWS::SQS::Queue',
      Properties: {
        VisibilityTimeout: VISIBILITY * timeout,
        RedrivePolicy: {
          deadLetterTargetArn: getAtt(`${capital(name)}DeadLetters`),
          maxReceiveCount: TRIES,
        },
      },
    },
  ],
  [`${capital(name)}DeadLetters`, deadLetters],
];

/**
 * A queue is spoken with over TLS alone. Rules of the bus may put events into it.
 * @param {string} queue
 * @param {string[]} [rules]
 */
const policyOf = (queue, rules = []) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: queue }],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        ...(rules.length > 0
          ? [
              {
                Effect: 'Allow',
                Principal: { Service: 'events.amazonaws.com' },
                Action: 'sqs:SendMessage',
                Resource: getAtt(queue),
                Condition: { ArnEquals: { 'aws:SourceArn': rules.map((rule) => getAtt(rule)) } },
              },
            ]
          : []),
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: getAtt(queue),
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  },
});

/** Which rules lead into which queue; into all others none does. */
const RULES = {
  TrackQueue: ['SubmittedRule'],
  RouteQueue: ['PublishedRule', 'NoticesRule', 'MailFeedbackRule'],
  UndeliveredEvents: ['SubmittedRule', 'PublishedRule', 'NoticesRule', 'MailFeedbackRule'],
};

/** @type {Record<string, string[]>} */
const rules = RULES;

/** @param {import('./deployed.cjs').Context} context */
module.exports = async (context) => {
  /** @type {Record<string, object>} */
  const queues = {
    ...Object.fromEntries((await limitsIn(context)).flatMap(queueOf)),
    // What a rule could not deliver to its queue, and runs of the schedule that failed.
    UndeliveredEvents: deadLetters,
    SweepDeadLetters: ofSweep,
  };
  return {
    Resources: {
      ...queues,
      ...Object.fromEntries(
        Object.keys(queues).map((queue) => [`${queue}Policy`, policyOf(queue, rules[queue])]),
      ),
    },
  };
};

'use strict';
// The queue before each function, with its dead letters.
const limits = require('./limits.cjs');
const { capital, getAtt } = require('./words.cjs');

/** A message is seen again only when the function that had it, and five retries of Lambda's poller, are certainly over. */
const VISIBILITY = 6;
/** Messages are doorbells or can be read again from the archive: after so many tries something is wrong with them. */
const TRIES = 5;
const FOURTEEN_DAYS = 14 * 24 * 3600;

const deadLetters = { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: FOURTEEN_DAYS } };

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
 * Lets a rule of the bus put events into a queue.
 * @param {string} queue
 * @param {string[]} rules
 */
const letIn = (queue, rules) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [{ Ref: queue }],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: getAtt(queue),
          Condition: { ArnEquals: { 'aws:SourceArn': rules.map((rule) => getAtt(rule)) } },
        },
      ],
    },
  },
});

module.exports = {
  Resources: {
    ...Object.fromEntries(Object.entries(limits).flatMap(queueOf)),
    // What a rule could not deliver to its queue. Runs of the schedule that failed are in SweepDeadLetters.
    UndeliveredEvents: deadLetters,
    TrackQueuePolicy: letIn('TrackQueue', ['SubmittedRule']),
    RouteQueuePolicy: letIn('RouteQueue', ['PublishedRule', 'MailFeedbackRule']),
    UndeliveredEventsPolicy: letIn('UndeliveredEvents', [
      'SubmittedRule',
      'PublishedRule',
      'MailFeedbackRule',
    ]),
  },
};

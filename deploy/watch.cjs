'use strict';
// Who watches the watcher: alarms, all told to one topic, and a dashboard.
const { CHANNELS } = require('../lib/adapters/channels/registry.ts');
const { limitsIn } = require('./deployed.cjs');
const { capital, getAtt, sub } = require('./words.cjs');

const SECONDS = { minute: 60, fiveMinutes: 300 };
/**
 * @param {string} Name
 * @param {string | object} Value
 */
const one = (Name, Value) => [{ Name, Value }];
/** @param {string} name */
const functionNamed = (name) => one('FunctionName', { Ref: `${capital(name)}LambdaFunction` });
/** @param {string} logicalId */
const queueNamed = (logicalId) => one('QueueName', getAtt(logicalId, 'QueueName'));
const stage = one('stage', '${sls:stage}');

/**
 * Above `Threshold` in `DatapointsToAlarm` of the last `EvaluationPeriods` periods; left out, in all of them.
 * @param {string} AlarmDescription
 * @param {object} properties
 */
const alarm = (AlarmDescription, properties) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmDescription,
    Statistic: 'Sum',
    Period: SECONDS.minute,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    AlarmActions: [{ Ref: 'AlarmTopic' }],
    OKActions: [{ Ref: 'AlarmTopic' }],
    ...properties,
  },
});

/** What passes by itself is no mail: a second minute of the last ten must have it, too. */
const TWICE = { EvaluationPeriods: 10, DatapointsToAlarm: 2 };

/** @param {string} name */
const perFunction = (name) => [
  [
    `${capital(name)}ErrorsAlarm`,
    alarm(`The function ${name} fails`, {
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: functionNamed(name),
      ...TWICE,
    }),
  ],
  [
    `${capital(name)}ThrottlesAlarm`,
    alarm(`The function ${name} is not allowed to run as often as it should`, {
      Namespace: 'AWS/Lambda',
      MetricName: 'Throttles',
      Dimensions: functionNamed(name),
      EvaluationPeriods: 3,
    }),
  ],
];

/** @param {string} logicalId */
const perDeadLetters = (logicalId) => [
  `${logicalId}Alarm`,
  alarm(`There are dead letters in ${logicalId}`, {
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: queueNamed(logicalId),
    Statistic: 'Maximum',
  }),
];

/** @param {string} name */
const perQueue = (name) => [
  `${capital(name)}QueueAgeAlarm`,
  alarm(`Messages wait for the function ${name}`, {
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateAgeOfOldestMessage',
    Dimensions: queueNamed(`${capital(name)}Queue`),
    Statistic: 'Maximum',
    // Delayed messages do not age: this is waiting that nobody asked for.
    Threshold: 600,
    EvaluationPeriods: 5,
  }),
];

/** @param {string} logicalId */
/** @param {[string, string | null]} rule and its bus; null: that of the account, where a rule is called by its name alone */
const perRule = ([logicalId, bus]) => [
  `${logicalId}FailedAlarm`,
  alarm(`Events of ${logicalId} do not reach their queue`, {
    Namespace: 'AWS/Events',
    MetricName: 'FailedInvocations',
    Dimensions:
      bus === null
        ? one('RuleName', { Ref: logicalId })
        : [
            { Name: 'EventBusName', Value: { Ref: bus } },
            { Name: 'RuleName', Value: { 'Fn::Select': [1, { 'Fn::Split': ['|', { Ref: logicalId }] }] } },
          ],
    ...TWICE,
  }),
];

/**
 * @param {string} MetricName
 * @param {object} properties
 */
const own = (MetricName, properties) => ({
  Namespace: 'Jobchime',
  MetricName,
  Dimensions: stage,
  Statistic: 'Maximum',
  ...properties,
});

/**
 * @typedef {object} Watched
 * @property {string[]} behindQueues functions
 * @property {string[]} functions all of them
 * @property {string[]} deadLetters queues of them
 */

/** @param {Watched} watched */
const alarmsOf = ({ behindQueues, functions, deadLetters }) => ({
  ...Object.fromEntries(functions.flatMap(perFunction)),
  ...Object.fromEntries(deadLetters.map(perDeadLetters)),
  ...Object.fromEntries(behindQueues.map(perQueue)),
  ...Object.fromEntries(
    Object.entries({
      SubmittedRule: 'Intake',
      PublishedRule: 'Bus',
      NoticesRule: 'Bus',
      MailFeedbackRule: null,
    }).map(perRule),
  ),
  SweepMissingAlarm: alarm('The sweep did not run: nothing is noticed any more', {
    Namespace: 'AWS/Lambda',
    MetricName: 'Invocations',
    Dimensions: functionNamed('sweep'),
    Period: SECONDS.fiveMinutes,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  }),
  JobsRefusedAlarm: alarm(
    'Jobs that were handed in as events are refused; the log says which and why (job.refused)',
    own('job.refused.count', { Statistic: 'Sum' }),
  ),
  MessagesFailedAlarm: alarm(
    'Messages fail and come back; the log says why (message.failed)',
    own('message.failed.count', { Statistic: 'Sum', ...TWICE }),
  ),
  JobsBrokenAlarm: alarm(
    'Checks of jobs fail within Jobchime; the log says which and why (job.broken)',
    own('job.broken.count', { Statistic: 'Sum', ...TWICE }),
  ),
  DeliveriesBrokenAlarm: alarm(
    'Deliveries fail within Jobchime; the log says which and why (delivery.broken)',
    own('delivery.broken.count', { Statistic: 'Sum', ...TWICE }),
  ),
  SettingsStaleAlarm: alarm(
    'The configuration cannot be read or used, and the former one is in force; the log says why (settings.stale)',
    own('settings.stale.count', { Statistic: 'Sum', ...TWICE }),
  ),
  SecretsMissingAlarm: alarm(
    'Secrets are missing: their origins and subscriptions are out of action; the log says which (settings.unresolved)',
    own('settings.unresolved.count', { Statistic: 'Sum' }),
  ),
  DueLagAlarm: alarm(
    'Jobs are checked more than two minutes late',
    own('sweep.finished.lagMs', { Threshold: 120_000, EvaluationPeriods: 3 }),
  ),
  SweepHinderedAlarm: alarm(
    'Calls of the sweep fail minute for minute; the log says which and why (sweep.hindered)',
    own('sweep.hindered.count', { Statistic: 'Sum', EvaluationPeriods: 5, DatapointsToAlarm: 3 }),
  ),
  OutboxAgeAlarm: alarm(
    'Events wait for more than a minute to be published',
    own('sweep.finished.outboxAgeMs', { Threshold: 60_000, EvaluationPeriods: 2 }),
  ),
});

/** Where docs/runbook.md says what to do, by how an alarm's name ends. */
const PARAGRAPHS = [
  'DeadLetters',
  'UndeliveredEvents',
  'Errors',
  'Throttles',
  'QueueAge',
  'RuleFailed',
  'SweepMissing',
  'JobsRefused',
  'MessagesFailed',
  'JobsBroken',
  'DeliveriesBroken',
  'SettingsStale',
  'SecretsMissing',
  'DueLag',
  'SweepHindered',
  'OutboxAge',
];
/** @param {Record<string, ReturnType<typeof alarm>>} alarms */
function withParagraphs(alarms) {
  for (const [id, { Properties }] of Object.entries(alarms)) {
    const paragraph = PARAGRAPHS.find((one) => id.endsWith(`${one}Alarm`));
    if (!paragraph) throw new Error(`nothing says what to do about ${id}`);
    Properties.AlarmDescription += ` (docs/runbook.md#${paragraph.toLowerCase()})`;
  }
  return alarms;
}

/**
 * @param {string} title
 * @param {number} x
 * @param {number} y
 * @param {string[][]} metrics
 */
const graph = (title, x, y, metrics, stat = 'Sum') => ({
  type: 'metric',
  x,
  y,
  width: 12,
  height: 6,
  properties: { title, metrics, stat, period: SECONDS.minute, view: 'timeSeries', region: '${AWS::Region}' },
});
/**
 * @param {string} metric
 * @param {string[]} functions
 */
const ofFunctions = (metric, functions) =>
  functions.map((name) => ['AWS/Lambda', metric, 'FunctionName', `\${${capital(name)}LambdaFunction}`]);
/** @param {string[]} fields */
const ofSweep = (...fields) =>
  fields.map((field) => ['Jobchime', `sweep.finished.${field}`, 'stage', '${sls:stage}']);
/**
 * @param {string} metric
 * @param {string[]} logicalIds
 */
const ofQueues = (metric, logicalIds) =>
  logicalIds.map((id) => ['AWS/SQS', metric, 'QueueName', `\${${id}.QueueName}`]);

/** @type {(names: string[]) => string[][]} */
const toldBy = (names) =>
  names
    .filter((name) => name in CHANNELS)
    .map((name) => ['Jobchime', 'delivery.attempted.sinceEndedMs', 'stage', '${sls:stage}', 'channel', name]);

/** @param {Watched} watched */
const widgetsOf = ({ behindQueues, functions, deadLetters }) => [
  graph('How late the sweep comes (ms)', 0, 0, ofSweep('lagMs', 'outboxAgeMs'), 'Maximum'),
  graph('Checks, ends and events', 12, 0, ofSweep('checked', 'settled', 'published')),
  graph('Errors', 0, 6, ofFunctions('Errors', functions)),
  graph('Duration (ms)', 12, 6, ofFunctions('Duration', functions), 'Maximum'),
  graph(
    'Oldest message (s)',
    0,
    12,
    ofQueues(
      'ApproximateAgeOfOldestMessage',
      behindQueues.map((name) => `${capital(name)}Queue`),
    ),
    'Maximum',
  ),
  graph('Dead letters', 12, 12, ofQueues('ApproximateNumberOfMessagesVisible', deadLetters), 'Maximum'),
  graph(
    "From a job's end to its message, by channel: the slowest of a hundred (ms)",
    0,
    18,
    toldBy(behindQueues),
    'p99',
  ),
  graph(
    'Answers of clouds, and from an end to seeing it: the slowest of a hundred (ms)',
    12,
    18,
    ['job.checked.ms', 'event.published.detectedMs'].map((name) => [
      'Jobchime',
      name,
      'stage',
      '${sls:stage}',
    ]),
    'p99',
  ),
];

/** @param {import('./deployed.cjs').Context} context */
module.exports = async (context) => {
  const behindQueues = (await limitsIn(context)).map(([name]) => name);
  const functions = ['api', ...behindQueues];
  const deadLetters = ['UndeliveredEvents', ...behindQueues.map((name) => `${capital(name)}DeadLetters`)];
  const watched = { behindQueues, functions, deadLetters };
  return {
    Resources: {
      // Not encrypted with the key that AWS manages: alarms may not use that one. They hold no secrets.
      AlarmTopic: { Type: 'AWS::SNS::Topic' },
      ...withParagraphs(alarmsOf(watched)),
      Dashboard: {
        Type: 'AWS::CloudWatch::Dashboard',
        Properties: {
          DashboardName: '${self:service}-${sls:stage}',
          DashboardBody: sub(JSON.stringify({ widgets: widgetsOf(watched) })),
        },
      },
    },
    Outputs: {
      AlarmTopicArn: { Description: 'Subscribe to it to hear of alarms', Value: { Ref: 'AlarmTopic' } },
    },
  };
};

/** What somebody may who deploys, as `deploy/deployer-policy.json` has it. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ROOT, type Packaged } from './packaged.ts';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
}

/** Which calls make, change, read and remove a resource of each type, as its schema in CloudFormation names them. */
const CALLS: Record<string, string> = {
  'AWS::ApiGatewayV2::Api': 'apigateway: POST PATCH GET DELETE TagResource',
  'AWS::ApiGatewayV2::Integration': 'apigateway: POST PATCH GET DELETE',
  'AWS::ApiGatewayV2::Route': 'apigateway: POST PATCH GET DELETE',
  'AWS::ApiGatewayV2::Stage':
    'apigateway: POST PATCH GET DELETE logs: CreateLogDelivery UpdateLogDelivery GetLogDelivery DeleteLogDelivery ListLogDeliveries PutResourcePolicy DescribeResourcePolicies DescribeLogGroups',
  'AWS::CloudWatch::Alarm': 'cloudwatch: PutMetricAlarm DescribeAlarms DeleteAlarms TagResource',
  'AWS::CloudWatch::Dashboard': 'cloudwatch: PutDashboard GetDashboard DeleteDashboards',
  'AWS::DynamoDB::Table':
    'dynamodb: CreateTable UpdateTable DescribeTable DeleteTable UpdateTimeToLive DescribeTimeToLive UpdateContinuousBackups DescribeContinuousBackups TagResource',
  'AWS::Events::Archive': 'events: CreateArchive UpdateArchive DescribeArchive DeleteArchive',
  'AWS::Events::EventBus':
    'events: CreateEventBus UpdateEventBus DescribeEventBus DeleteEventBus TagResource',
  'AWS::Events::Rule':
    'events: PutRule DescribeRule DeleteRule PutTargets RemoveTargets ListTargetsByRule TagResource',
  'AWS::IAM::Role':
    'iam: CreateRole GetRole DeleteRole UpdateAssumeRolePolicy PutRolePolicy GetRolePolicy DeleteRolePolicy TagRole PassRole',
  'AWS::Lambda::EventInvokeConfig':
    'lambda: PutFunctionEventInvokeConfig UpdateFunctionEventInvokeConfig GetFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig',
  'AWS::Lambda::EventSourceMapping':
    'lambda: CreateEventSourceMapping UpdateEventSourceMapping GetEventSourceMapping DeleteEventSourceMapping',
  'AWS::Lambda::Function':
    'lambda: CreateFunction UpdateFunctionCode UpdateFunctionConfiguration GetFunction DeleteFunction PutFunctionConcurrency TagResource s3: GetObject',
  'AWS::Lambda::Permission': 'lambda: AddPermission RemovePermission GetPolicy',
  'AWS::Logs::Delivery': 'logs: CreateDelivery GetDelivery DeleteDelivery DescribeDeliveries',
  'AWS::Logs::DeliveryDestination':
    'logs: PutDeliveryDestination GetDeliveryDestination DeleteDeliveryDestination',
  'AWS::Logs::DeliverySource':
    'logs: PutDeliverySource GetDeliverySource DeleteDeliverySource events: AllowVendedLogDeliveryForResource',
  'AWS::Logs::LogGroup':
    'logs: CreateLogGroup PutRetentionPolicy DescribeLogGroups DeleteLogGroup TagResource',
  'AWS::Logs::ResourcePolicy': 'logs: PutResourcePolicy DescribeResourcePolicies DeleteResourcePolicy',
  'AWS::S3::Bucket':
    's3: CreateBucket DeleteBucket PutEncryptionConfiguration GetEncryptionConfiguration PutBucketTagging PutObject ListBucket DeleteObject',
  'AWS::S3::BucketPolicy': 's3: PutBucketPolicy GetBucketPolicy DeleteBucketPolicy',
  'AWS::SES::ConfigurationSet':
    'ses: CreateConfigurationSet GetConfigurationSet DeleteConfigurationSet TagResource',
  'AWS::SES::ConfigurationSetEventDestination':
    'ses: CreateConfigurationSetEventDestination UpdateConfigurationSetEventDestination GetConfigurationSetEventDestinations DeleteConfigurationSetEventDestination',
  'AWS::SNS::Topic': 'sns: CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic TagResource',
  'AWS::SQS::Queue': 'sqs: CreateQueue GetQueueAttributes SetQueueAttributes DeleteQueue TagQueue',
  'AWS::SQS::QueuePolicy': 'sqs: SetQueueAttributes GetQueueAttributes',
  'AWS::SSM::Parameter': 'ssm: PutParameter GetParameters DeleteParameter AddTagsToResource',
  'AWS::Scheduler::Schedule': 'scheduler: CreateSchedule UpdateSchedule GetSchedule DeleteSchedule',
};
/** Of the framework and of CloudFormation itself. */
const STACK =
  'cloudformation: CreateStack UpdateStack DeleteStack DescribeStacks DescribeStackEvents DescribeStackResource DescribeStackResources ListStackResources GetTemplate ValidateTemplate ListExports';

function actionsOf(calls: string): string[] {
  let service = '';
  return calls.split(' ').flatMap((word) => {
    if (!word.endsWith(':')) return [`${service}:${word}`];
    service = word.slice(0, -1);
    return [];
  });
}
const isLike = (action: string, pattern: string): boolean =>
  pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : action === pattern;

export function deployerSuite(template: () => Packaged['template']): void {
  const text = readFileSync(new URL('deploy/deployer-policy.json', ROOT), 'utf8');
  const { Statement: statements } = JSON.parse(text) as { Statement: Statement[] };
  const granted = statements.flatMap(({ Action }) => Action);
  const types = (): string[] => [...new Set(Object.values(template().Resources).map(({ Type }) => Type))];

  it('covers every type of resource in the template, from being made to being removed', () => {
    expect(types().toSorted()).toEqual(Object.keys(CALLS).toSorted());
    const missing = [STACK, ...Object.values(CALLS)]
      .flatMap(actionsOf)
      .filter((action) => !granted.some((pattern) => isLike(action, pattern)));
    expect(missing).toEqual([]);
  });

  it('grants nothing of a service that the template has nothing of, and none as a whole', () => {
    const services = new Set(
      [STACK, ...Object.values(CALLS)].flatMap(actionsOf).map((one) => one.split(':')[0]),
    );
    for (const action of granted) {
      expect(services).toContain(action.split(':')[0]);
      expect(action).toMatch(/^[a-z0-9]+:[A-Z][A-Za-z]+\*?$/);
    }
    expect(new Set(granted).size).toBe(granted.length);
  });

  it('is for what is called jobchime, wherever AWS lets one say so', () => {
    for (const { Resource } of statements)
      for (const one of [Resource].flat())
        expect(one).toMatch(/^\*$|[:/]jobchime[-/]|:archive\/|:delivery|apigateway:\*::\/(apis|tags)/);
    const roles = statements.filter(({ Action }) => JSON.stringify(Action).includes('iam:'));
    for (const { Resource } of roles) expect(Resource).toBe('arn:aws:iam::*:role/jobchime-*');
    expect(statements.find(({ Action }) => Action === 'iam:PassRole')).toMatchObject({
      Condition: {
        StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com', 'scheduler.amazonaws.com'] },
      },
    });
  });

  it('fits into one managed policy', () => {
    expect(JSON.stringify(JSON.parse(text)).length).toBeLessThanOrEqual(6_144);
  });
}

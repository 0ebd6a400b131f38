/** What would be deployed, as `npm run package` makes it: read, validated and reasoned about, since it cannot be run here. */
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { lazily } from '../../../lib/core/lazily.ts';
import { NEEDS } from '../../../lib/wire/aws/needs.ts';
import { ENV } from '../../../lib/wire/aws/env.ts';
import { EVENT_KINDS, PING, SUMMARY } from '../../../lib/core/jobs/event.ts';
import { withMetrics } from '../../../lib/adapters/platform/emf.ts';
import { compilePattern, matches } from '../../../lib/core/notify/pattern.ts';
import { CHANNEL_NAMES, CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import { tableDefinition, TTL_ATTRIBUTE } from '../../../lib/adapters/store/dynamodb/index.ts';
import { BUNDLING, channelEntry, entryOf, FUNCTIONS as BUNDLED } from '../../../scripts/bundle.ts';
import { packagePlain } from '../../../scripts/plain.ts';
import { deployerSuite } from './deployer.suite.ts';
import { functionsSuite } from './functions.suite.ts';
import { filesIn, packageFor, problemsOf, ROOT, TEMPLATE, type Packaged } from './packaged.ts';
import { plainSuite } from './plain.suite.ts';
import { waySuite } from './way.suite.ts';
import { used } from './world.ts';

const FUNCTIONS = Object.keys(ENV()) as (keyof ReturnType<typeof ENV>)[];
const BEHIND_QUEUES = FUNCTIONS.filter((name) => name !== 'api');

let dev: Packaged;
let prod: Packaged;
let plain: string;
beforeAll(async () => {
  prod = await packageFor('prod', 'sources');
  plain = packagePlain(CHANNEL_NAMES);
  dev = await packageFor('dev', 'bundles', ['--param', `channels=${CHANNEL_NAMES.join(',')}`]);
}, 300_000);

/** The bundles made once more, in memory. */
const bundling = lazily(() =>
  build({ ...BUNDLING, entryPoints: BUNDLED.map(entryOf), outdir: '.build', write: false, metafile: true }),
);

/** Resources are read as what they are: JSON that anybody may have changed. */
type Loose = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any
const resource = (id: string): Loose => dev.template.Resources[id]!.Properties;
const all = (type: string): [id: string, properties: Loose][] =>
  Object.entries(dev.template.Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id, { Properties }]) => [id, Properties]);
const capital = (name: string): string => name[0]!.toUpperCase() + name.slice(1);
const fn = (name: string): Loose => resource(`${capital(name)}LambdaFunction`);
const statements = (role: string): Loose[] =>
  resource(role).Policies.flatMap(({ PolicyDocument }: Loose) => PolicyDocument.Statement);
const idOf = (reference: Loose): string => reference['Ref'] ?? reference['Fn::GetAtt']?.[0];
const mappingOf = (name: string): Loose =>
  all('AWS::Lambda::EventSourceMapping').find(
    ([, { FunctionName }]) => idOf(FunctionName) === `${capital(name)}LambdaFunction`,
  )![1];

describe('the package', () => {
  it('has a zip for each function', () => {
    expect(Object.keys(dev.zips)).toEqual(FUNCTIONS.map((name) => `${name}.zip`).toSorted());
  });

  it('is the same, byte for byte, when it is made again', async () => {
    expect(dev.zips).toMatchObject(prod.zips);
    const { outputFiles } = await bundling();
    expect(outputFiles.map(({ path }) => basename(path, '.mjs'))).toEqual(BUNDLED);
    for (const { path, contents } of outputFiles)
      expect([path, readFileSync(path).equals(contents)]).toEqual([path, true]);
  }, 60_000);

  it.each(FUNCTIONS)(
    '%s brings no more of zod along than it uses: no errors in fifty languages',
    async (name) => {
      const { inputs } = (await bundling()).metafile.outputs[`.build/${name}.mjs`]!;
      expect(Object.keys(inputs).filter((file) => /zod\/v4\/locales\/(?!en\.)/.test(file))).toEqual([]);
    },
  );

  /** What each bundle exports where nothing is beside it, and the environment is that of its function. */
  const kinds = lazily(async () => {
    const code = FUNCTIONS.map((name) => {
      const alone = mkdtempSync(join(tmpdir(), 'jobchime-'));
      onTestFinished(() => rmSync(alone, { recursive: true }));
      const file = join(alone, `${name}.mjs`);
      copyFileSync(new URL(`.build/${name}.mjs`, ROOT), file);
      const set = Object.keys(ENV()[name].shape).map((key) => [key, 'x']);
      const env = JSON.stringify({ AWS_REGION: 'eu-central-1', ...Object.fromEntries(set) });
      return `process.env = ${env}; kinds.${name} = typeof (await import(${JSON.stringify(file)})).handler;`;
    });
    // As a module: a script has a `require` that Lambda does not give.
    const args = [
      '--input-type=module',
      '-e',
      `const kinds = {};${code.join('')}console.log(JSON.stringify(kinds))`,
    ];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: tmpdir(), env: {} });
    return JSON.parse(stdout) as Record<string, string>;
  });

  it.each(FUNCTIONS)('%s is one bundle that needs nothing beside it', async (name) => {
    expect(filesIn(`${name}.zip`)).toEqual([`.build/${name}.mjs`]);
    expect((await kinds())[name]).toBe('function');
  });
});

describe('the channels of a stage', () => {
  const USUAL = ['email', 'slack', 'webhook'];
  const others = CHANNEL_NAMES.filter((name) => !USUAL.includes(name));

  it('are those that it names: of others there is nothing', () => {
    const without = Object.keys(dev.template.Resources).filter((id) => !(id in prod.template.Resources));
    const ofOthers = (id: string): boolean => others.some((name) => id.startsWith(capital(name)));
    expect(without.filter((id) => !ofOthers(id))).toEqual([]);
    expect(Object.keys(prod.template.Resources).filter(ofOthers)).toEqual([]);
    // A function, its log, role, mapping, two queues with policies, and four alarms.
    expect(without).toHaveLength(12 * others.length);
    const { Resources } = prod.template;
    for (const name of ['Api', 'Track', 'Sweep', 'Route', ...USUAL.map(capital)]) {
      const { Environment } = Resources[`${name}LambdaFunction`]!.Properties as Loose;
      expect(Environment.Variables.JOBCHIME_CHANNELS).toBe(USUAL.join(','));
    }
    expect(JSON.stringify(prod.template)).not.toMatch(
      new RegExp(`(${others.map(capital).join('|')})(Queue|Dead|Lambda|Role)`),
    );
  });

  it('are known by their names: another one is refused, with those that there are', async () => {
    const { channelsIn } = (await import('../../../deploy/deployed.cjs')).default;
    const of = (said: string) => channelsIn({ resolveVariable: async () => said });
    expect((await of('webhook, slack')).map(([name]) => name)).toEqual(['slack', 'webhook']);
    await expect(of('slack,pigeon')).rejects.toThrow(
      `channels has 'pigeon'. Write some of ${CHANNEL_NAMES.join(',')}.`,
    );
  });
});

describe('the template', () => {
  it('is valid CloudFormation', () => {
    expect(problemsOf(fileURLToPath(TEMPLATE))).toEqual([]);
  }, 60_000);

  it.each(FUNCTIONS)('sets for %s exactly the environment that it reads', (name) => {
    expect(fn(name).Environment.Variables).toSatisfy((set: Loose) => {
      expect(Object.keys(set).toSorted()).toEqual(Object.keys(ENV()[name].shape).toSorted());
      return true;
    });
    expect(fn(name)).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    // That of the API has a ceiling where somebody says so.
    expect(fn(name).ReservedConcurrentExecutions).toEqual(
      name === 'api' ? { Ref: 'AWS::NoValue' } : undefined,
    );
  });

  it('hands the environment only to what checks it', () => {
    const sources = ['functions', 'lib/wire/aws'].flatMap((folder) =>
      readdirSync(new URL(folder, ROOT))
        .filter((file) => file.endsWith('.ts'))
        .map((file) => readFileSync(new URL(`${folder}/${file}`, ROOT), 'utf8')),
    );
    for (const name of CHANNEL_NAMES) {
      if (!existsSync(new URL(`functions/${name}.ts`, ROOT))) sources.push(channelEntry(name));
    }
    const uses = sources.flatMap((text) => text.match(/.*process\.env.*/g) ?? []);
    expect(uses.length).toBe(FUNCTIONS.length);
    // Not before the first invocation: see lib/wire/aws/middleware/function-context.ts.
    for (const use of uses) expect(use).toMatch(/\(\) => open\w+\(process\.env\)/);
  });

  it('gives every rule, function and queue a place for what fails', () => {
    const deadLetters = all('AWS::SQS::Queue')
      .map(([id]) => id)
      .filter((id) => !id.endsWith('Queue'));
    for (const [, { Targets }] of all('AWS::Events::Rule'))
      for (const { DeadLetterConfig } of Targets) expect(deadLetters).toContain(idOf(DeadLetterConfig.Arn));
    for (const name of BEHIND_QUEUES) {
      const { RedrivePolicy } = resource(idOf(mappingOf(name).EventSourceArn));
      expect(deadLetters).toContain(idOf(RedrivePolicy.deadLetterTargetArn));
      expect(RedrivePolicy.maxReceiveCount).toBeGreaterThanOrEqual(5);
    }
    const [[, sweep]] = all('AWS::Lambda::EventInvokeConfig') as [[string, Loose]];
    expect(idOf(sweep.FunctionName)).toBe('SweepLambdaFunction');
    expect(deadLetters).toContain(idOf(sweep.DestinationConfig.OnFailure.Destination));
    for (const [id, { RedrivePolicy }] of all('AWS::SQS::Queue'))
      expect(RedrivePolicy === undefined, id).toBe(deadLetters.includes(id));
  });

  it.each(BEHIND_QUEUES)('lets a message come back to %s only when it is over', (name) => {
    const mapping = mappingOf(name);
    expect(mapping.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    expect(mapping.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2);
    const { VisibilityTimeout } = resource(idOf(mapping.EventSourceArn));
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * fn(name).Timeout);
  });

  it.each(CHANNEL_NAMES)('leaves %s the time for the last message of a batch', (name) => {
    const { slowest, reserve } =
      name === 'email' ? { slowest: 721, reserve: 785 } : { slowest: 16, reserve: 35 };
    const before = Math.ceil(mappingOf(name).BatchSize / CHANNELS[name].concurrency) - 1;
    expect(fn(name).Timeout).toBeGreaterThanOrEqual(before * slowest + reserve);
    // The longest that Lambda gives.
    expect(fn(name).Timeout).toBeLessThanOrEqual(900);
    expect(fn(name).Timeout * 1_000).toBeGreaterThanOrEqual(CHANNELS[name].claimMs);
  });

  it('lets nobody ask the API for more than it is to answer, and writes down who asked', () => {
    const [[, stage]] = all('AWS::ApiGatewayV2::Stage') as [[string, Loose]];
    expect(stage.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 });
    expect(stage.AccessLogSettings).toMatchObject({ DestinationArn: expect.anything() as unknown });
  });

  it('sweeps each minute, by the Scheduler, and makes up for no minute', () => {
    const [[, schedule], ...others] = all('AWS::Scheduler::Schedule') as [[string, Loose]];
    expect(others).toEqual([]);
    expect(schedule).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Target: {
        Arn: { 'Fn::GetAtt': ['SweepLambdaFunction', 'Arn'] },
        RetryPolicy: { MaximumEventAgeInSeconds: 60 },
        DeadLetterConfig: { Arn: expect.anything() as unknown },
      },
    });
    const [[, invoke]] = all('AWS::Lambda::EventInvokeConfig') as [[string, Loose]];
    expect(invoke).toMatchObject({ MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 });
    expect(fn('sweep').Timeout).toBeGreaterThanOrEqual(50 + 35);
  });

  it('makes the table that the store is written for', () => {
    const {
      TimeToLiveSpecification,
      PointInTimeRecoverySpecification: _,
      SSESpecification: __,
      DeletionProtectionEnabled: ___,
      ...table
    } = resource('Table');
    expect(table).toEqual(tableDefinition());
    expect(TimeToLiveSpecification).toEqual({ AttributeName: TTL_ATTRIBUTE, Enabled: true });
  });

  it('keeps the table of production when the stack goes, with backups', () => {
    const { Table } = prod.template.Resources;
    expect(Table).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
      },
    });
    expect(dev.template.Resources['Table']!.DeletionPolicy).toBe('Delete');
  });

  it('keeps the logs of every function for a while', () => {
    const groups = all('AWS::Logs::LogGroup');
    // Those of the requests to the API and of the buses are two more.
    expect(groups).toHaveLength(FUNCTIONS.length + 2);
    for (const [, { RetentionInDays }] of groups) expect(RetentionInDays).toBe(14);
  });
});

describe('the rules of the bus', () => {
  const EVENTS = new URL('events/', ROOT);
  const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, EVENTS), 'utf8'));
  const samples = readdirSync(EVENTS).filter(
    (file) => /^[\w.]+\.json$/.test(file) && !file.includes('schema'),
  );
  const taken = (rule: string): string[] => {
    const compiled = compilePattern(resource(rule).EventPattern);
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
    return [...samples, 'aws/job.submitted.json'].filter((file) => matches(compiled.pattern, read(file)));
  };

  it('take every event that is published, as events/ has it, and no other', () => {
    const emitted = EVENT_KINDS.filter((kind) => kind !== PING && kind !== SUMMARY);
    const [ofJobs, others] = [taken('PublishedRule'), taken('NoticesRule')];
    expect([...ofJobs, ...others].toSorted()).toEqual(emitted.map((kind) => `${kind}.json`).toSorted());
    expect(ofJobs).toEqual(ofJobs.filter((file) => file.startsWith('job.')));
  });

  it('give each origin, and each account that hands in, a turn of its own', () => {
    const groupOf = (rule: string): string => resource(rule).Targets[0].SqsParameters.MessageGroupId;
    expect(groupOf('PublishedRule')).toBe('$.detail.data.job.origin');
    // Every event of a job has one, of no more than what a group may have.
    for (const file of taken('PublishedRule')) {
      const { detail } = read(file) as { detail: { data: { job: { origin: string } } } };
      expect(detail.data.job.origin).toMatch(/^[\w-]{1,100}$/);
    }
    expect(groupOf('SubmittedRule')).toBe('$.account');
    expect(['NoticesRule', 'MailFeedbackRule'].map(groupOf)).toEqual(['notices', 'mails']);
  });

  it('write down what they could not hand on, without the events themselves', () => {
    for (const bus of ['Bus', 'Intake'])
      expect(resource(bus).LogConfig).toEqual({ Level: 'ERROR', IncludeDetail: 'NONE' });
    const sources = all('AWS::Logs::DeliverySource').map(([, it]) => [
      it.Name,
      idOf(it.ResourceArn),
      it.LogType,
    ]);
    expect(sources).toEqual([
      ['jobchime-dev-bus', 'Bus', 'ERROR_LOGS'],
      ['jobchime-dev-intake', 'Intake', 'ERROR_LOGS'],
    ]);
    const deliveries = all('AWS::Logs::Delivery').map(([, it]) => it.DeliverySourceName);
    expect(deliveries).toEqual(sources.map(([name]) => name));
    expect(idOf(resource('BusLogDestination').DestinationResourceArn)).toBe('BusLog');
  });

  it('take submitted jobs, and nothing that Jobchime itself publishes', () => {
    expect(taken('SubmittedRule')).toEqual(['aws/job.submitted.json']);
  });

  it('take jobs on a bus of their own, which is archived too', () => {
    expect(idOf(resource('SubmittedRule').EventBusName)).toBe('Intake');
    expect(idOf(resource('PublishedRule').EventBusName)).toBe('Bus');
    const archives = all('AWS::Events::Archive').map(([, it]) => [idOf(it.SourceArn), it.EventPattern]);
    expect(Object.fromEntries(archives)).toEqual({
      Bus: { source: ['jobchime'] },
      Intake: { 'detail-type': ['job.submitted'] },
    });
  });

  it('lead into queues that let them in', () => {
    const policies = all('AWS::SQS::QueuePolicy').map(([, properties]) => properties);
    for (const [rule, { Targets }] of all('AWS::Events::Rule')) {
      for (const { Arn, DeadLetterConfig } of Targets) {
        for (const queue of [Arn, DeadLetterConfig.Arn].map(idOf)) {
          const [statement] = policies.find(({ Queues }) => idOf(Queues[0]) === queue)!.PolicyDocument
            .Statement;
          expect(statement.Condition.ArnEquals['aws:SourceArn'].map(idOf)).toContain(rule);
        }
      }
    }
  });
});

describe('the roles', () => {
  /** Misspelt actions are valid CloudFormation, and nothing complains of them but the function at night. */
  const ACTIONS = new Set([
    'dynamodb:BatchGetItem',
    'dynamodb:DeleteItem',
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:Scan',
    'dynamodb:UpdateItem',
    'events:PutEvents',
    'lambda:InvokeFunction',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'secretsmanager:GetSecretValue',
    'ses:SendEmail',
    'sqs:ChangeMessageVisibility',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'sqs:ReceiveMessage',
    'sqs:SendMessage',
    'ssm:GetParameters',
  ]);

  it('are one for each function, and one for the schedule', () => {
    expect(
      all('AWS::IAM::Role')
        .map(([id]) => id)
        .toSorted(),
    ).toEqual([...FUNCTIONS, 'scheduler'].map((name) => `${capital(name)}Role`).toSorted());
    for (const name of FUNCTIONS) expect(idOf(fn(name).Role)).toBe(`${capital(name)}Role`);
  });

  it('allow actions that exist, by their names, on things that are named', () => {
    for (const [role] of all('AWS::IAM::Role')) {
      for (const { Action, Resource } of statements(role)) {
        for (const action of [Action].flat()) expect(ACTIONS, role).toContain(action);
        for (const one of [Resource].flat()) {
          const text: string = typeof one === 'string' ? one : (one['Fn::Sub'] ?? '');
          // Streams of a log group and identities of SES have no names beforehand; what is configured is that of the stage.
          const known =
            /(:log-group:[\w/-]+:|:identity\/|:configuration-set\/|:(parameter\/|parameter\/aws\/reference\/secretsmanager\/|secret:)jobchime\/\w+\/[a-z]+\/)\*$/;
          expect(text.replace(known, ''), role).not.toContain('*');
        }
      }
    }
  });

  it('let every channel take away a window that needs no message, and a claim that came to nothing', () => {
    for (const name of Object.keys(CHANNELS))
      expect(
        statements(`${capital(name)}Role`).flatMap(({ Action }) => Action),
        name,
      ).toContain('dynamodb:DeleteItem');
  });

  it.each(FUNCTIONS)('let %s read the secrets that it uses, and none beside them', (name) => {
    const role = `${capital(name)}Role`;
    const readable = (action: string): string[] =>
      statements(role)
        .filter(({ Action }) => [Action].flat().includes(action))
        .flatMap(({ Resource }) =>
          Resource.map((one: Loose) => one['Fn::Sub'].replace(/^.*AccountId\}:/, '')),
        );
    const folders = NEEDS[name]!.map((purpose) => `jobchime/dev/${purpose}/*`);
    expect(readable('ssm:GetParameters').toSorted()).toEqual(
      [
        'parameter/jobchime/dev/config',
        ...folders.map((folder) => `parameter/${folder}`),
        ...folders.map((folder) => `parameter/aws/reference/secretsmanager/${folder}`),
      ].toSorted(),
    );
    expect(readable('secretsmanager:GetSecretValue')).toEqual(folders.map((folder) => `secret:${folder}`));
    // Only the sweep signs in to clouds.
    expect(NEEDS[name]!.includes('clouds')).toBe(name === 'sweep');
  });

  /** What must be in the code of a function whose role allows an action; those of the table are asked for below. */
  const CODE: Readonly<Record<string, string>> = {
    'events:PutEvents': 'PutEventsCommand',
    'ses:SendEmail': 'SendEmailCommand',
    'sqs:SendMessage': 'SendMessageBatchCommand',
    'sqs:ChangeMessageVisibility': 'ChangeMessageVisibilityBatchCommand',
    'ssm:GetParameters': 'GetParametersCommand',
    // The function behind a queue takes its messages, through Lambda.
    'sqs:ReceiveMessage': 'batchItemFailures',
    'sqs:DeleteMessage': 'batchItemFailures',
    'sqs:GetQueueAttributes': 'batchItemFailures',
  };
  it.each(FUNCTIONS)('allow %s what its code does, and nothing that it does not', async (name) => {
    const { outputFiles } = await bundling();
    const code = outputFiles.find(({ path }) => basename(path, '.mjs') === name)!.text;
    const granted = new Set(statements(`${capital(name)}Role`).flatMap(({ Action }) => Action));
    const may = Object.keys(CODE).filter((action) => granted.has(action));
    expect(may).toEqual(Object.keys(CODE).filter((action) => code.includes(CODE[action]!)));
  });

  it('let nobody but this account run the sweep, and no mail go out in the name of others', () => {
    const { AssumeRolePolicyDocument: trust } = resource('SchedulerRole');
    expect(trust.Statement[0].Condition).toEqual({
      StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
    });
    const [mail] = statements('EmailRole').filter(({ Action }) => Action === 'ses:SendEmail');
    expect(mail!.Condition).toEqual({ StringLike: { 'ses:FromAddress': '*' } });
  });

  it('speak with queues over TLS alone', () => {
    const policies = all('AWS::SQS::QueuePolicy').map(([, properties]) => properties);
    for (const [id] of all('AWS::SQS::Queue')) {
      const own = policies.filter(({ Queues }) => idOf(Queues[0]) === id);
      const denied = own.flatMap(({ PolicyDocument }) => PolicyDocument.Statement).at(-1);
      expect([id, own.length, denied]).toEqual([
        id,
        1,
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: { 'Fn::GetAtt': [id, 'Arn'] },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]);
    }
  });

  it('let only the sweep publish, and track what it refuses, only the email function send mail, and nobody read queues of others', () => {
    const holders = (action: string): string[] =>
      all('AWS::IAM::Role')
        .map(([role]) => role)
        .filter((role) => statements(role).some(({ Action }) => [Action].flat().includes(action)));
    expect(holders('events:PutEvents').toSorted()).toEqual(['ApiRole', 'SweepRole', 'TrackRole']);
    expect(holders('ses:SendEmail')).toEqual(['EmailRole']);
    for (const name of BEHIND_QUEUES) {
      const takes = statements(`${capital(name)}Role`).filter(({ Action }) =>
        Action.includes('sqs:ReceiveMessage'),
      );
      expect(takes.map((one) => idOf(one.Resource))).toEqual([idOf(mappingOf(name).EventSourceArn)]);
    }
  });
});

describe('the alarms', () => {
  it('all go to the topic', () => {
    for (const [, { AlarmActions }] of all('AWS::CloudWatch::Alarm'))
      expect(AlarmActions).toEqual([{ Ref: 'AlarmTopic' }]);
  });

  it('each lead to a paragraph that says what to do', () => {
    const runbook = readFileSync(new URL('docs/runbook.md', ROOT), 'utf8');
    const told = new Set<string>();
    for (const [id, { AlarmDescription }] of all('AWS::CloudWatch::Alarm')) {
      const [, anchor] = / \(docs\/runbook\.md#([a-z]+)\)$/.exec(AlarmDescription) ?? [];
      expect([id, runbook.includes(`<a id="${anchor}"></a>`)]).toEqual([id, true]);
      told.add(anchor!);
    }
    // And no paragraph is about an alarm that there is not.
    expect([...runbook.matchAll(/<a id="(\w+)"><\/a>/g)].map(([, id]) => id).toSorted()).toEqual(
      [...told].toSorted(),
    );
  });

  it('watch the errors of every function and every queue of dead letters', () => {
    const watched = JSON.stringify(all('AWS::CloudWatch::Alarm').map(([, { Dimensions }]) => Dimensions));
    for (const name of FUNCTIONS) expect(watched).toContain(`"Ref":"${capital(name)}LambdaFunction"`);
    for (const [id] of all('AWS::SQS::Queue'))
      expect(watched).toContain(`"Fn::GetAtt":["${id}","QueueName"]`);
  });

  it.each([
    ['MessagesFailed', 'message.failed'],
    ['JobsBroken', 'job.broken'],
    ['DeliveriesBroken', 'delivery.broken'],
    ['SettingsStale', 'settings.stale'],
    ['SecretsMissing', 'settings.unresolved'],
  ])('hear of %s what the log says as %s', (id, event) => {
    expect(resource(`${id}Alarm`)).toMatchObject({
      Namespace: 'Jobchime',
      MetricName: `${event}.count`,
      Statistic: 'Sum',
      Threshold: 0,
    });
    const lines: Record<string, unknown>[] = [];
    const telemetry = { line: (_: string, __: string, fields: object) => void lines.push({ ...fields }) };
    withMetrics(telemetry, 'dev', () => 1).line('error', event, { error: 'why' });
    expect(lines[0]).toMatchObject({ stage: 'dev', [`${event}.count`]: 1 });
  });

  it('do not ring for what happened once and passed', () => {
    for (const [id, { DatapointsToAlarm, EvaluationPeriods }] of all('AWS::CloudWatch::Alarm')) {
      if (!/(Errors|Rule|Failed|Broken|Stale)/.test(id) || /DeadLetters/.test(id)) continue;
      expect([id, DatapointsToAlarm]).toEqual([id, 2]);
      expect(EvaluationPeriods).toBeGreaterThan(2);
    }
    // Whatever failed for good in a sweep was made up for a minute later, and takes itself away.
    expect(resource('SweepDeadLetters').MessageRetentionPeriod).toBeLessThanOrEqual(3_600);
  });

  it('notice jobs that are refused, since nobody waits for an answer', () => {
    expect(resource('JobsRefusedAlarm')).toMatchObject({
      Namespace: 'Jobchime',
      MetricName: 'job.refused.count',
      Statistic: 'Sum',
      Threshold: 0,
    });
  });

  it('notice a sweep that does not run, which says nothing itself', () => {
    expect(resource('SweepMissingAlarm')).toMatchObject({
      MetricName: 'Invocations',
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
    });
  });
});

describe('the policy of who deploys', () => deployerSuite(() => dev.template));
describe('the plain template', () =>
  plainSuite(
    () => plain,
    () => dev.template,
  ));
describe('the functions, as the template sets them up', () => functionsSuite(() => dev.template));
describe('the way of a job through all of AWS', () => waySuite(() => dev.template));
describe('the roles, once all that has run', () => {
  // One of those that are alike stands for all of them.
  it.for(['api', 'track', 'sweep', 'route', 'email', 'slack', 'webhook'])(
    'allow %s no more on the table than it asked for',
    (name, { skip }) => {
      const asked = used.get(name);
      if (!asked || !used.has('webhook')) return skip('not all of it has run');
      const granted = statements(`${capital(name)}Role`).flatMap(({ Action }) => Action as string);
      const onTable = new Set(granted.filter((action) => action.startsWith('dynamodb:')));
      const expected = [...asked].filter((action) => action.startsWith('dynamodb:'));
      expect([...onTable].toSorted()).toEqual(expected.toSorted());
    },
  );
});

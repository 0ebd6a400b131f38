/**
 * The packaged template as plain CloudFormation, for those who deploy otherwise: what differs between stages are parameters, and the
 * zips lie wherever their bucket and prefix say. `npm run package -- --plain` writes it to `.build/plain/`, beside the zips.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ROOT, SERVERLESS } from './bundle.ts';

/** Stand where a parameter comes: no name contains them by chance. */
const STAGE = 'stageofthestack';
const SENDER = 'senderofmails';

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}
export interface Template {
  AWSTemplateFormatVersion: string;
  Description: string;
  Parameters?: Record<string, object>;
  Conditions?: Record<string, object>;
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Description?: string; Value: unknown }>;
}

/** Properties that differ between stages. What stands there in the package of a stage with no name is the default. */
const PROPERTIES: readonly (readonly [type: string, path: string, parameter: string, says: string])[] = [
  ['AWS::Logs::LogGroup', 'RetentionInDays', 'LogDays', 'Days for which logs are kept'],
  ['AWS::Events::Archive', 'RetentionDays', 'ArchiveDays', 'Days for which events may be replayed'],
  [
    'AWS::DynamoDB::Table',
    'PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled',
    'Backups',
    'Whether the table can be restored to a point in time; true for production',
  ],
  [
    'AWS::DynamoDB::Table',
    'DeletionProtectionEnabled',
    'Protected',
    'Whether DynamoDB refuses to delete the table; true for production',
  ],
];

/** Text with what is to come in it, as CloudFormation writes that. */
function textWith(text: string, inSub: boolean): unknown {
  if (!text.includes(STAGE) && !text.includes(SENDER)) return text;
  if (text === STAGE) return { Ref: 'Stage' };
  if (text === SENDER) return { Ref: 'MailFrom' };
  const literal = inSub ? text : text.replaceAll('${', '${!');
  const sub = literal.replaceAll(STAGE, '${Stage}').replaceAll(SENDER, '${MailFrom}');
  return inSub ? sub : { 'Fn::Sub': sub };
}

function withParameters(value: unknown, inSub = false): unknown {
  if (typeof value === 'string') return textWith(value, inSub);
  if (Array.isArray(value)) return value.map((one) => withParameters(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, withParameters(one, key === 'Fn::Sub')]),
  );
}

/** Puts `value` at `path` of `from`, and says what was there. */
function replace(from: Record<string, unknown>, path: string, value: unknown): unknown {
  const [key, ...rest] = path.split('.') as [string, ...string[]];
  if (rest.length > 0) return replace(from[key] as Record<string, unknown>, rest.join('.'), value);
  const before = from[key];
  from[key] = value;
  return before;
}

const text = (Description: string, Default?: string): object => ({
  Type: 'String',
  Description,
  ...(Default !== undefined && { Default }),
});

/** `zips`: what the zip of each function is called in the bucket. */
export function plainOf(packaged: Template, zips: Record<string, string>): Template {
  const { Resources, Outputs } = structuredClone(packaged);
  const Parameters: Record<string, object> = {
    Stage: {
      ...text('What the stack is called among those of one account; names and secrets have it', 'dev'),
      AllowedPattern: '[a-z][a-z0-9-]{0,31}',
    },
    CodeBucket: text('The bucket in which the zips of the functions are, in the region of the stack'),
    CodePrefix: text('What their keys begin with', 'jobchime/'),
    MailFrom: text('The address in whose name mails go out by SES; * is any', '*'),
    ApiConcurrency: {
      Type: 'Number',
      Description: 'How many calls of the API are worked on at once, and kept for it alone; 0 is no ceiling',
      MinValue: 0,
      Default: 0,
    },
  };
  // Whoever packages with another tool brings the zips to a bucket by it, too.
  delete Resources['ServerlessDeploymentBucket'];
  delete Resources['ServerlessDeploymentBucketPolicy'];
  for (const resource of Object.values(Resources)) {
    const { Type, Properties } = resource;
    for (const [type, path, parameter, says] of PROPERTIES) {
      if (type !== Type) continue;
      const found = replace(Properties, path, { Ref: parameter });
      Parameters[parameter] =
        typeof found === 'boolean'
          ? { ...text(says, String(found)), AllowedValues: ['true', 'false'] }
          : { Type: 'Number', Description: says, Default: found };
    }
    if (Type === 'AWS::Lambda::Function') {
      const name = String(Properties['Handler']).replace(/^\.build\/(\w+)\.handler$/, '$1');
      Properties['Code'] = {
        S3Bucket: { Ref: 'CodeBucket' },
        S3Key: { 'Fn::Sub': `\${CodePrefix}${zips[name]}` },
      };
      if (name === 'api')
        Properties['ReservedConcurrentExecutions'] = {
          'Fn::If': ['HasCeiling', { Ref: 'ApiConcurrency' }, { Ref: 'AWS::NoValue' }],
        };
    }
    // A policy of deletion takes no parameter. What is left behind can be removed, and what was removed is gone.
    if (Type === 'AWS::DynamoDB::Table') {
      resource.DeletionPolicy = 'Retain';
      resource.UpdateReplacePolicy = 'Retain';
    }
  }
  const outputs = Object.entries(Outputs)
    .filter(([name]) => name !== 'ServerlessDeploymentBucketName')
    .map(([name, { Description, Value }]) => [name, { ...(Description && { Description }), Value }]);
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Jobchime',
    Parameters,
    Conditions: { HasCeiling: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'ApiConcurrency' }, '0'] }] } },
    Resources: withParameters(Resources) as Template['Resources'],
    Outputs: withParameters(Object.fromEntries(outputs)) as Template['Outputs'],
  };
}

/** From bundles that are there; `channels`: those that the stack has, left out the usual ones. The folder that it returns has the template and, named by their content, the zips. */
export function packagePlain(channels?: readonly string[]): string {
  const [made, folder] = [`${ROOT}.serverless`, `${ROOT}.build/plain`];
  const how = ['package', '--stage', STAGE, '--param', `mail-from=${SENDER}`];
  if (channels) how.push('--param', `channels=${channels.join(',')}`);
  execFileSync(SERVERLESS, how, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const zips: Record<string, string> = {};
  for (const file of readdirSync(made).filter((one) => one.endsWith('.zip'))) {
    const name = file.slice(0, -'.zip'.length);
    const digest = createHash('sha256')
      .update(readFileSync(`${made}/${file}`))
      .digest('hex');
    zips[name] = `${name}-${digest.slice(0, 16)}.zip`;
    copyFileSync(`${made}/${file}`, `${folder}/${zips[name]}`);
  }
  const packaged = readFileSync(`${made}/cloudformation-template-update-stack.json`, 'utf8');
  const plain = plainOf(JSON.parse(packaged) as Template, zips);
  writeFileSync(`${folder}/template.json`, `${JSON.stringify(plain, null, 1)}\n`);
  // Nobody deploys a stage of that name.
  rmSync(made, { recursive: true });
  return folder;
}

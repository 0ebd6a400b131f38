/** What `npm run package -- --plain` makes, and the examples that deploy it by other tools. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { lazily } from '../../../lib/core/lazily.ts';
import { adapted } from '../../../scripts/local-aws/adapted.ts';
import type { Template } from '../../../scripts/plain.ts';
import { problemsOf, ROOT, type Packaged } from './packaged.ts';

type Loose = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any

/** Each object in a template, however deep. */
function* objectsIn(value: unknown): Generator<Loose> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value;
  for (const one of Object.values(value)) yield* objectsIn(one);
}
const namesIn = (sub: string): string[] =>
  [...sub.matchAll(/\$\{([^!][^}]*)\}/g)].map(([, name]) => name!.split('.')[0]!);

/** What refers to something by its name. */
function referencesOf(template: Template): string[] {
  const dependsOn = Object.values(template.Resources as Loose).flatMap(({ DependsOn }) => DependsOn ?? []);
  const others = [...objectsIn(template)].flatMap((one) => [
    ...('Ref' in one ? [one['Ref']] : []),
    ...('Fn::GetAtt' in one ? [one['Fn::GetAtt'][0]] : []),
    ...('Fn::If' in one ? [one['Fn::If'][0]] : []),
    ...('Fn::Sub' in one ? namesIn(one['Fn::Sub']) : []),
  ]);
  return [...new Set<string>([...dependsOn, ...others])];
}

/** The template where the stage is called `dev` and everything else is left out. */
function asDev(value: unknown, defaults: Loose): unknown {
  if (Array.isArray(value)) return value.map((one) => asDev(one, defaults));
  if (typeof value !== 'object' || value === null) return value;
  const one = value as Loose;
  if (typeof one['Ref'] === 'string' && one['Ref'] in defaults) return defaults[one['Ref']];
  const sub = one['Fn::Sub'];
  if (typeof sub === 'string') {
    const filled = sub.replaceAll('${Stage}', 'dev').replaceAll('${MailFrom}', '*');
    return filled.includes('${') ? { 'Fn::Sub': filled } : filled;
  }
  return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, asDev(inner, defaults)]));
}
/** A text with nothing to be put in is that text. */
const settled = (template: unknown): unknown => asDev(template, {});

export function plainSuite(folder: () => string, dev: () => Packaged['template']): void {
  const template = lazily(() => JSON.parse(readFileSync(`${folder()}/template.json`, 'utf8')) as Template);

  it('is valid CloudFormation', () => {
    expect(problemsOf(`${folder()}/template.json`)).toEqual([]);
  }, 60_000);

  it('has nothing of the tool that packages, and no key that CloudFormation does not know', () => {
    expect(JSON.stringify(template())).not.toMatch(/serverless|sls[-:]|self:|stageof|senderof/i);
    expect(Object.keys(template()).toSorted()).toEqual(
      [
        'AWSTemplateFormatVersion',
        'Description',
        'Parameters',
        'Conditions',
        'Resources',
        'Outputs',
      ].toSorted(),
    );
    const known = ['Type', 'Properties', 'DependsOn', 'DeletionPolicy', 'UpdateReplacePolicy'];
    for (const [id, resource] of Object.entries(template().Resources))
      expect([id, Object.keys(resource).filter((key) => !known.includes(key))]).toEqual([id, []]);
    for (const output of Object.values(template().Outputs))
      expect(Object.keys(output).filter((key) => !['Description', 'Value'].includes(key))).toEqual([]);
  });

  it('refers only to what is in it, and uses every parameter', () => {
    const { Parameters, Conditions, Resources } = template();
    const there = Object.keys({ ...Parameters, ...Conditions, ...Resources });
    const references = referencesOf(template());
    expect(references.filter((name) => !there.includes(name) && !name.startsWith('AWS::'))).toEqual([]);
    expect(references.filter((name) => name in Parameters!).toSorted()).toEqual(
      Object.keys(Parameters!).toSorted(),
    );
  });

  it('is whole without what a local AWS does not make', () => {
    const { template: local, left } = adapted(template());
    const there = Object.keys({ ...local.Parameters, ...local.Conditions, ...local.Resources });
    const missing = referencesOf(local).filter((id) => !there.includes(id) && !id.startsWith('AWS::'));
    expect(missing).toEqual([]);
    expect(Object.keys(left).length).toBeGreaterThan(3);
    expect(Object.values(local.Resources).map(({ Type }) => Type)).not.toContain('AWS::CloudWatch::Alarm');
    expect(JSON.stringify(local.Resources['PublishedRule'])).not.toContain('SqsParameters');
  });

  it('names each zip by its content, and has no other', () => {
    const zips = readdirSync(folder()).filter((file) => file.endsWith('.zip'));
    const named = Object.values(template().Resources as Loose)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => Properties.Code.S3Key['Fn::Sub'].replace('${CodePrefix}', ''));
    expect(zips.toSorted()).toEqual(named.toSorted());
    for (const zip of zips) {
      const digest = createHash('sha256')
        .update(readFileSync(`${folder()}/${zip}`))
        .digest('hex');
      expect(zip).toMatch(new RegExp(`^[a-z]+-${digest.slice(0, 16)}\\.zip$`));
    }
  });

  it('is the packaged template where its parameters are left out, and keeps the table', () => {
    const defaults = Object.fromEntries(
      Object.entries(template().Parameters as Loose).map(([name, { Default }]) => [
        name,
        Default === 'false' ? false : Default,
      ]),
    );
    const found = asDev(template().Resources, defaults) as Loose;
    const wanted = settled(dev().Resources) as Loose;
    expect(found['Table'].DeletionPolicy).toBe('Retain');
    for (const resources of [found, wanted]) {
      for (const { Type, Properties } of Object.values(resources))
        if (Type === 'AWS::Lambda::Function') delete Properties.Code;
      delete resources['Table'].DeletionPolicy;
      delete resources['Table'].UpdateReplacePolicy;
      delete resources['ApiLambdaFunction'].Properties.ReservedConcurrentExecutions;
    }
    const { ServerlessDeploymentBucket: _, ServerlessDeploymentBucketPolicy: __, ...others } = wanted;
    expect(found).toEqual(others);
  });

  it.each(['cdk/app.mjs', 'terraform/main.tf'])('gets all its parameters from the example %s', (file) => {
    const text = readFileSync(new URL(`examples/deploy/${file}`, ROOT), 'utf8');
    const block = /parameters(?:: | = )\{([^}]*)\}/.exec(text)![1]!;
    const given = [...block.matchAll(/^\s*(\w+)\s*[:=]/gm)].map(([, name]) => name);
    expect(given.toSorted()).toEqual(Object.keys(template().Parameters!).toSorted());
  });
}

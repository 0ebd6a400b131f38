import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Template } from '../plain.ts';
import { adapted } from './adapted.ts';
import { REGION, type Asker } from './local.ts';

export interface Behind {
  /** As in the ids of the template. */
  name: string;
  /** Its zip. */
  zip: string;
  /** Messages that it takes at once; left out: no queue is before it. */
  batch?: number;
}

/** Makes the stack of the plain template, with its zips in a bucket; answers its functions, and what CloudFormation did not make. */
export async function makeStack({ ask, query }: Asker, folder: string, stage: string) {
  const plain = JSON.parse(readFileSync(`${folder}/template.json`, 'utf8')) as Template;
  const { template, left } = adapted(plain);
  const functions = Object.entries(plain.Resources)
    .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
    .map(([id, { Properties }]): Behind => {
      const zip = /\w+-\w+\.zip/.exec(JSON.stringify(Properties['Code']))![0];
      const mapping = Object.values(plain.Resources).find(
        (it) =>
          it.Type === 'AWS::Lambda::EventSourceMapping' &&
          JSON.stringify(it.Properties['FunctionName']).includes(`"${id}"`),
      );
      const batch = mapping && { batch: mapping.Properties['BatchSize'] as number };
      return { name: id.replace('LambdaFunction', ''), zip: `${folder}/${zip}`, ...batch };
    });

  const [StackName, bucket] = [`jobchime-${stage}`, `jobchime-${stage}-zips`];
  const put = (path: string, body?: Buffer | string): Promise<Response> =>
    ask('s3', path, { method: 'PUT', ...(body && { body }) });
  const place = `<CreateBucketConfiguration><LocationConstraint>${REGION}</LocationConstraint></CreateBucketConfiguration>`;
  await put(`/${bucket}`, place);
  for (const { zip } of functions) await put(zip.replace(folder, `/${bucket}/jobchime`), readFileSync(zip));
  const parameters = Object.entries({ Stage: stage, CodeBucket: bucket }).flatMap(([key, value], n) => [
    [`Parameters.member.${n + 1}.ParameterKey`, key],
    [`Parameters.member.${n + 1}.ParameterValue`, value],
  ]);
  const Action = 'CreateStack';
  const form = {
    Action,
    StackName,
    TemplateBody: JSON.stringify(template),
    'Capabilities.member.1': 'CAPABILITY_IAM',
  };
  await query('cloudformation', { ...form, ...Object.fromEntries(parameters) }, 'StackId');
  for (;;) {
    const [status = ''] = await query(
      'cloudformation',
      { Action: 'DescribeStacks', StackName },
      'StackStatus',
    );
    if (status === 'CREATE_COMPLETE') break;
    if (!status.endsWith('IN_PROGRESS')) throw new Error(`the stack is ${status}`);
    await sleep(500);
  }
  const asked = { Action: 'DescribeStackResources', StackName };
  const made = await query('cloudformation', asked, 'LogicalResourceId');
  console.log(`${made.length} resources are made, and left out:`);
  for (const [why, count] of Object.entries(left)) console.log(`${String(count).padStart(4)}  ${why}`);
  return { functions, missing: Object.keys(template.Resources).filter((id) => !made.includes(id)) };
}

// Jobchime as a stack of the AWS CDK, from what `npm run package -- --plain` made in its folder.
//   npm install aws-cdk aws-cdk-lib constructs && JOBCHIME=../jobchime/.build/plain npx cdk deploy --app 'node app.mjs'
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';

const made = process.env.JOBCHIME ?? '.build/plain';
const stack = new Stack(new App(), 'jobchime-prod');

// A zip is named by its content: an update brings new names, and functions that did not change stay as they are.
const code = new Bucket(stack, 'Code', { enforceSSL: true });
const zips = new BucketDeployment(stack, 'Zips', {
  sources: [Source.asset(made, { exclude: ['template.json'] })],
  destinationBucket: code,
  destinationKeyPrefix: 'jobchime/',
  // A rollback needs the former ones.
  prune: false,
});

const jobchime = new CfnInclude(stack, 'Jobchime', {
  templateFile: join(made, 'template.json'),
  parameters: {
    Stage: 'prod',
    CodeBucket: code.bucketName,
    CodePrefix: 'jobchime/',
    MailFrom: 'jobchime@example.com',
    ApiConcurrency: '0',
    LogDays: '90',
    ArchiveDays: '30',
    Backups: 'true',
    Protected: 'true',
  },
});
jobchime.node.addDependency(zips);

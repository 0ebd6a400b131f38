import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { isRecord } from '../../core/is-record.ts';
import { signedIn, withSdk } from './aws-sdk.ts';

/** What a stack says of itself, in the parameter `/jobchime/STAGE/stack` (deploy/stack.cjs). */
export interface Stack {
  table: string;
  /** URLs by name: `TrackQueue`, `TrackDeadLetters`, `UndeliveredEvents`. */
  queues: Record<string, string>;
}

/** A deployment, as somebody sees it who may manage it. Region, credentials and endpoint are those of the environment. */
export interface Stage {
  name: string;
  stack: Stack;
  ssm: SSMClient;
  dynamo: DynamoDBClient;
  close(): void;
}

/** A stage's name, as it stands in names of resources. */
export const STAGE_NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** The parameter that says which text is the configuration. */
export const configParameter = (stage: string): string => `/jobchime/${stage}/config`;

export async function openStage(name: string): Promise<Stage> {
  if (!STAGE_NAME.test(name)) throw new Error(`'${name}' is not the name of a stage, such as dev or prod`);
  const { createParameterClient, readVersion, createDynamoClient } = await withSdk(
    'a stage on AWS',
    ['ssm', 'dynamodb', 'sqs'],
    async () => ({
      ...(await import('../../adapters/platform/parameters.ts')),
      ...(await import('../../adapters/store/dynamodb/index.ts')),
    }),
  );
  const ssm = createParameterClient();
  const region = await signedIn(ssm.config);
  const found = await readVersion(ssm, `/jobchime/${name}/stack`);
  if (!found) {
    throw new Error(
      `there is no stage '${name}' in ${region}; deploy it (npm run deploy -- --stage ${name}), or set AWS_REGION`,
    );
  }
  const dynamo = createDynamoClient();
  return {
    name,
    stack: stackOf(found.value),
    ssm,
    dynamo,
    close() {
      ssm.destroy();
      dynamo.destroy();
    },
  };
}

function stackOf(text: string): Stack {
  const found: unknown = JSON.parse(text);
  if (isRecord(found) && typeof found.table === 'string' && isRecord(found.queues)) return found as never;
  throw new Error('the stack does not say what is in it; deploy it again');
}

import { afterAll, beforeAll } from 'vitest';
import { livingContract } from '../../../contract/living.ts';
import { openAt, startDynamo, type Dynamo } from './dynalite.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

livingContract(
  'DynamoDB',
  async () => {
    const store = openAt(dynamo.endpoint, await dynamo.newTable());
    return { store, close: () => store.close() };
  },
  'core',
);

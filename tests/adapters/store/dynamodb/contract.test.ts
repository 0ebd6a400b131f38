import { afterAll, beforeAll } from 'vitest';
import { tableContract } from '../../../contract/table.ts';
import { openAt, startDynamo, type Dynamo } from './dynalite.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

tableContract(
  'DynamoDB',
  async () => {
    const store = openAt(dynamo.endpoint, await dynamo.newTable());
    return { store, close: () => store.close() };
  },
  5,
);

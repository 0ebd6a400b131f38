import { existsSync } from 'node:fs';
import type { Store } from '../../ports.ts';
import { realPath } from '../../adapters/store/sqlite/file.ts';
import { refuseHalfRestored } from '../../adapters/store/sqlite/half-restored.ts';
import { openStore } from '../../adapters/store/sqlite/index.ts';
import { lockStore, serviceOn } from '../../adapters/store/sqlite/lock.ts';
import { exportLines } from '../../adapters/store/transfer/export.ts';
import { importLines, type Differing, type Imported } from '../../adapters/store/transfer/import.ts';
import { splitLines } from '../../adapters/store/transfer/lines.ts';
import { signedIn, withSdk } from './aws-sdk.ts';
import { listedRows, type Rows } from '../../adapters/store/transfer/rows.ts';

/** Where jobs live: the file of one machine, or a table on AWS. */
export interface Home {
  /** Path of the file, or name of the table. */
  name: string;
  /** All that moves, a line each. */
  export(): AsyncIterable<string>;
  /** `text` is what `export` gave, in pieces. Throws an `Error` that says what to do where it is not, or not all of it. */
  import(text: AsyncIterable<string>, differs: (row: Differing) => void): Promise<Imported>;
  close(): Promise<void>;
}
export type { Differing };

/** The store on this machine, kept from the service until it is closed. Throws an `Error` where one runs on it. */
export function openFileHome(path: string): Home {
  const pid = serviceOn(path);
  if (pid !== null) {
    throw new Error(
      `the service (pid ${pid}) runs on ${path}; stop it first: two homes would both go on with the same jobs`,
    );
  }
  const lock = lockStore(path);
  try {
    const store = openStore(path);
    return homeOf(path, store, listedRows(store), NOBODY_THERE, async () => {
      await store.close();
      lock.release();
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The same where nothing is made up: a store that is not there has nothing to export. */
export function openExistingHome(path: string): Home {
  refuseHalfRestored(realPath(path));
  if (!existsSync(path)) throw new Error(`there is no store at ${path}; nothing to export`);
  return openFileHome(path);
}

/** A DynamoDB table; region, credentials and endpoint are those of the environment. */
export async function openTableHome(table: string): Promise<Home> {
  const { createDynamoClient, openDynamoStore, scanRows } = await loadDynamo();
  const client = createDynamoClient();
  await signedIn(client.config);
  const store = openDynamoStore({ client, table });
  return homeOf(table, store, (name) => scanRows(client, table, name), subscriptionsAreRead, store.close);
}

const homeOf = (
  name: string,
  store: Store,
  rows: Rows,
  noticed: () => Promise<void>,
  close: () => Promise<void>,
): Home => ({
  name,
  export: () => exportLines(rows),
  import: (text, differs) => importLines({ store, differs, noticed }, splitLines(text)),
  close,
});

/** The lock sees to that. */
const NOBODY_THERE = async (): Promise<void> => {};
/** Functions know subscriptions for a second, and a list of them may be behind by some milliseconds more. */
const subscriptionsAreRead = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2_000));

const loadDynamo = () =>
  withSdk('a table on AWS', ['dynamodb'], async () => ({
    ...(await import('../../adapters/store/dynamodb/index.ts')),
    ...(await import('../../adapters/store/dynamodb/scan.ts')),
  }));

import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { GetItemCommand, PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createSend } from './client.ts';
import { text } from './item.ts';

/** Texts that are found by what they say, each stored once and never changed. */
export interface Documents {
  /** Answers with the name under which it is found. */
  put(document: string): Promise<string>;
  /** Throws where there is none of this name, or where what is there says something else. */
  get(name: string): Promise<string>;
}

/** `sha256:` and the digest: write access to the table is not enough to put something else under a name. */
export const DOCUMENT_NAME = /^sha256:[0-9a-f]{64}$/;
export const documentName = (document: string): string =>
  `sha256:${createHash('sha256').update(document).digest('hex')}`;

/** There is no document of that name that can be used; to ask again changes nothing. */
export class NoDocument extends Error {
  override readonly name = 'NoDocument';
}

/** What DynamoDB takes in one item, less its keys. */
const MAX_BYTES = 400 * 1_024 - 1_000;

export function createDocuments(client: DynamoDBClient, table: string): Documents {
  const send = createSend(client, table);
  // In a partition that no row is in, a table's name being what theirs begin with.
  const keyOf = (name: string) => ({ pk: text('documents'), sk: text(name) });
  return {
    async put(document) {
      const name = documentName(document);
      const B = deflateRawSync(document);
      if (B.length > MAX_BYTES) {
        const kb = (bytes: number): number => Math.ceil(bytes / 1_024);
        throw new Error(`the document has ${kb(B.length)} KB compressed, and ${kb(MAX_BYTES)} is the most`);
      }
      await send(new PutItemCommand({ TableName: table, Item: { ...keyOf(name), body: { B } } }));
      return name;
    },
    async get(name) {
      const { Item } = await send(
        new GetItemCommand({ TableName: table, Key: keyOf(name), ConsistentRead: true }),
      );
      if (!Item?.['body']?.B) throw new NoDocument(`the table '${table}' has no document ${name}`);
      const document = inflateRawSync(Item['body'].B).toString();
      if (documentName(document) !== name) {
        throw new NoDocument(`the document ${name} in the table '${table}' was changed, and is not used`);
      }
      return document;
    },
  };
}

import { randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { withPresentNames } from '../../../core/former-names.ts';
import type { Due, Row } from '../../../core/row.ts';
import { dueAt, dueKeyFor, mayStay } from './due-keys.ts';
import { isFeed, dueInFeed } from './feed-keys.ts';
import { keyAt, itemKey, type Attribute, type TableName } from './keys.ts';

/** A row as DynamoDB has it. */
export type Item = Record<'write', AttributeValue> & Partial<Record<Attribute, AttributeValue>>;

/** Milliseconds since the epoch from which an ended row may go; null keeps it. */
export type Expiry = (row: Row) => number | null;

/**
 * What expressions look at stands in attributes, everything else in `body`. That is deflated because every KB begun is a
 * unit at each write: a job of 1 KB would need two with its keys, and needs one up to some 1.4 KB.
 */
export function encode(
  table: TableName,
  row: Row,
  version: number,
  expiry: Expiry,
  former?: Due | null,
): Item {
  const { key, version: _, state, createdAt, due: asked, ...rest } = row;
  const due = asked ?? (table === 'events' ? dueInFeed(row) : null);
  const place = due && former && mayStay(table, former, due) ? former : due;
  const expiresAt = expiry(row);
  return {
    ...keyOf(table, key),
    version: number(version),
    state: text(state),
    created: number(createdAt),
    ...(place && dueKeyOf(table, place, key)),
    ...(expiresAt !== null && { ttl: number(Math.ceil(expiresAt / 1_000)) }),
    write: text(randomBytes(9).toString('base64url')),
    body: { B: deflateRawSync(JSON.stringify(place === due ? rest : { ...rest, due })) },
  };
}

export function decode<R extends Row>(table: TableName, item: Partial<Item>): R {
  const place = item.dueSk ? dueAt(table, { duePk: item.duePk!.S!, dueSk: item.dueSk.S! }) : null;
  const body = JSON.parse(inflateRawSync(item.body!.B!).toString()) as Partial<R>;
  const due = body.due ?? place;
  return {
    ...withPresentNames(table, body),
    key: keyAt(table, { pk: item.pk!.S!, sk: item.sk!.S! }),
    version: Number(item.version!.N),
    state: item.state!.S!,
    createdAt: Number(item.created!.N),
    due: due && !isFeed(due.queue) ? due : null,
  } as R;
}

export const keyOf = (table: TableName, key: string) => {
  const { pk, sk } = itemKey(table, key);
  return { pk: text(pk), sk: text(sk) };
};

function dueKeyOf(table: TableName, due: Due, key: string) {
  const { duePk, dueSk } = dueKeyFor(table, due, key);
  return { duePk: text(duePk), dueSk: text(dueSk) };
}

export const text = (value: string) => ({ S: value });
export const number = (value: number) => ({ N: String(value) });

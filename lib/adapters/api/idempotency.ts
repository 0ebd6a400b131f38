import {
  IDEMPOTENCY_MS,
  newIdempotencyRecord,
  WORKING_MS,
  type IdempotencyRecord,
} from '../../core/access/idempotency-record.ts';
import { sha256 } from '../../core/access/token.ts';
import type { Sealer } from '../platform/seal.ts';
import type { Clock, Table } from '../../ports.ts';
import { invalid, isRefusal, refuse, type Refusal } from './problem.ts';

/** What a handler answered. */
export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

export interface IdempotencyDeps {
  table: Table<IdempotencyRecord>;
  clock: Clock;
  sealer: Sealer | null;
}

/** Of a longer result only the fact is kept. That is tracking, which is idempotent by itself. */
const MAX_KEPT = 200_000;
const KEY = /^[\x21-\x7e]{1,200}$/;

/**
 * Does the work once for each token and key, within a day. A repetition gets the same answer; the same key with another
 * request is refused. What was refused changed nothing and is not kept: with the mistake corrected, the key is still good.
 * @param request what must be the same: method, path and body
 * @param work is given a seed that is the same for every repetition
 */
export async function withIdempotency(
  deps: IdempotencyDeps,
  { token, key, request }: { token: string; key: string; request: string },
  work: (seed: string) => Promise<Answer | Refusal>,
): Promise<Answer | Refusal> {
  if (!KEY.test(key)) return unusable;
  const claimed = await claim(deps, newIdempotencyRecord(token, key, sha256(request), deps.clock()));
  if ('answer' in claimed) return claimed.answer;
  const { row } = claimed;
  let answer: Answer | Refusal;
  try {
    answer = await work(row.key);
  } catch (error) {
    await deps.table.remove(row);
    throw error;
  }
  if (isRefusal(answer)) await deps.table.remove(row);
  else await deps.table.save(kept(deps, row, answer));
  return answer;
}

type Claimed = { row: IdempotencyRecord } | { answer: Answer | Refusal };

async function claim(deps: IdempotencyDeps, fresh: IdempotencyRecord): Promise<Claimed> {
  const [stored] = await deps.table.create([fresh]);
  if (stored!.outcome === 'created') return { row: stored!.row };
  const { row } = stored!;
  const age = deps.clock() - row.createdAt;
  const abandoned = row.state === 'working' && age >= WORKING_MS;
  if (age >= IDEMPOTENCY_MS || abandoned) {
    await deps.table.remove(row);
    const [again] = await deps.table.create([fresh]);
    return again!.outcome === 'created' ? { row: again!.row } : { answer: underWay() };
  }
  if (row.request !== fresh.request) return { answer: reused() };
  if (row.state === 'working') return { answer: underWay() };
  if (row.body === null) return { row };
  const answer = opened(deps, row, row.body);
  return { answer: answer ?? refuse('conflict', 'This was done, but its answer can no longer be opened.') };
}

const unusable = invalid([
  {
    in: 'header',
    field: 'Idempotency-Key',
    problem: 'is not usable',
    fix: 'Send 1 to 200 visible ASCII characters.',
  },
]);
const underWay = (): Refusal =>
  refuse('conflict', 'A request with this Idempotency-Key is under way.', {
    headers: { 'retry-after': '1' },
  });
const reused = (): Refusal =>
  refuse('key_reused', 'This Idempotency-Key came with another request before. Use a new one for each.');

/** A new signing key may be in the answer; without a sealer there is no such answer. */
function kept(
  { sealer }: IdempotencyDeps,
  row: IdempotencyRecord,
  { status, body, headers }: Answer,
): IdempotencyRecord {
  const text = JSON.stringify({ body, headers });
  const stored = text.length > MAX_KEPT ? null : (sealer?.seal(text, row.key) ?? text);
  return { ...row, state: 'answered', status, body: stored };
}

function opened(
  { sealer }: IdempotencyDeps,
  { key, status }: IdempotencyRecord,
  body: string,
): Answer | null {
  const text = body.startsWith('{') ? body : sealer?.open(body, key);
  if (!text) return null;
  const answer = JSON.parse(text) as Pick<Answer, 'body' | 'headers'>;
  return { status, body: answer.body, headers: { ...answer.headers, 'idempotency-replayed': 'true' } };
}

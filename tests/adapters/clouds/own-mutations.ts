import fc from 'fast-check';
import type { Answer } from '../../../lib/adapters/clouds/fault.ts';
import { parseExactly } from '../../../lib/adapters/clouds/json.ts';
import { FAMILIES, type Family } from './families.ts';
import { answer } from './fixture.ts';
import { change, places, put, STATUSES } from './mutations.ts';

/** An answer of another cloud, changed in a few places, and whose it is. */
export const ownMutation: fc.Arbitrary<{ family: Family; sent: Answer }> = fc
  .record({
    family: fc.constantFrom(...FAMILIES),
    n: fc.nat(),
    changes: fc.array(change, { maxLength: 3 }),
    cutAt: fc.option(fc.nat(2_000), { freq: 6 }),
    status: fc.oneof(
      { weight: 4, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.constantFrom(...STATUSES) },
    ),
  })
  .map(({ family, n, changes, cutAt, status }) => {
    const row = family.rows[n % family.rows.length]!;
    let json: unknown = typeof row.body === 'string' ? parseExactly(row.body) : row.body;
    for (const { at, to } of changes) {
      const ways = places(json);
      json = put(json, ways[at % ways.length]!, to);
    }
    const text = json === undefined ? '' : (JSON.stringify(json) ?? '');
    return { family, sent: answer(status ?? row.status, cutAt === null ? text : text.slice(0, cutAt)) };
  });

type Json = Record<string, unknown>;
const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const way = (value: unknown, path: string): unknown =>
  path === ''
    ? value
    : path.split('.').reduce<unknown>((it, key) => (isJson(it) ? it[key] : undefined), value);

/** Where the job of each stands, where its id does, and every word that ends it; written down once more. */
const SAY: Record<string, { job: string; id: string | null; status: string[]; ends: string[] }> = {
  'nova-server': { job: 'server', id: 'id', status: ['status'], ends: ['active', 'error'] },
  'octavia-loadbalancer': {
    job: 'loadbalancer',
    id: 'id',
    status: ['provisioning_status'],
    ends: ['active', 'error'],
  },
  'alibaba-task': {
    job: '',
    id: 'TaskId',
    status: ['TaskStatus', 'OperationStatus'],
    ends: ['finished', 'success', 'failed', 'deleted'],
  },
  'azure-async': {
    job: '',
    id: null,
    status: ['status'],
    ends: ['succeeded', 'failed', 'canceled', 'cancelled'],
  },
  'google-operation': { job: '', id: 'name', status: ['done'], ends: ['true'] },
  'google-compute': { job: '', id: 'name', status: ['status'], ends: ['done'] },
};

/** Whether these bytes may end the job: read by other means than the product's. */
export function mayEnd(name: string, { status, body }: Answer, jobId: string): boolean {
  const json = parseExactly(body);
  if (name === 'azure-location') {
    const word = [way(json, 'properties.provisioningState'), way(json, 'status')].map(String).join(' ');
    const isSaid = status >= 200 && status < 300 && /succeeded|failed|cancell?ed/i.test(word);
    // By status alone: an answer with JSON or without anything.
    const isEnd = [200, 201, 204, 400, 409, 412, 422].includes(status);
    return isSaid || (isEnd && (isJson(json) || body.trim() === ''));
  }
  if (status < 200 || status > 299) return false;
  if (name === 'heat-stack') {
    const stacks = way(json, 'stacks');
    return (
      Array.isArray(stacks) &&
      stacks.some(
        (one) =>
          same(way(one, 'id'), jobId) && /_(complete|failed)\W*$/i.test(String(way(one, 'stack_status'))),
      )
    );
  }
  const { job: place, id, status: where, ends } = SAY[name]!;
  const job = way(json, place);
  if (id !== null && !same(way(job, id), jobId)) return false;
  const words = where
    .map((path) => way(job, path))
    .filter((word) => word !== undefined && word !== null && word !== '');
  const said = words.some((word) => ends.includes(String(word).trim().toLowerCase()));
  // Without any status an error is enough, where the id is there.
  const isNothing = (word: unknown): boolean =>
    /^(null|nil|<nil>|none|undefined|\{\s*\}|\[\s*\]|"")$/i.test(String(word).trim()) ||
    /^(\{\}|\[\])$/.test(JSON.stringify(word));
  const hasError = ['error', 'fault', 'httpErrorMessage', 'FailedCount'].some(
    (key) => way(job, key) !== undefined,
  );
  return said || (id !== null && words.every(isNothing) && hasError);
}

const same = (id: unknown, jobId: string): boolean =>
  String(id).trim().toLowerCase().split('/').at(-1) === jobId.toLowerCase();

/** Whether a text of some length stands under `error` or `fault` of the job: words that nobody writes where all is well. */
export function saysError(name: string, { body }: Answer): boolean {
  const job = way(parseExactly(body), SAY[name]?.job ?? '');
  return ['error', 'fault'].some((key) =>
    ['message', 'code'].some((inner) => /^[A-Z][a-z]+ [a-z ]{8,}/.test(String(way(job, `${key}.${inner}`)))),
  );
}

/** Words of the good and the bad end, written down once more. */
const WORDS: Record<string, readonly [good: RegExp, bad: RegExp]> = {
  'nova-server': [/^active$/i, /^error$/i],
  'octavia-loadbalancer': [/^active$/i, /^error$/i],
  'heat-stack': [/^(create|update|delete|resume|check|adopt)_complete$/i, /_failed$|^rollback_complete$/i],
  'alibaba-task': [/^(finished|success)$/i, /^(failed|deleted)$/i],
  'azure-async': [/^succeeded$/i, /^(failed|cancell?ed)$/i],
  'azure-location': [/^succeeded$/i, /^(failed|cancell?ed)$/i],
  'google-operation': [/^true$/i, /^$/],
  'google-compute': [/^done$/i, /^$/],
};
const STATUS_WORDS: Record<string, readonly string[]> = {
  'heat-stack': ['stack_status'],
  'azure-location': ['properties.provisioningState', 'status'],
};
const isBlank = (word: unknown): boolean =>
  /^(|undefined|null|nil|<nil>|none|""|\{\s*\}|\[\s*\])$/i.test(String(word).trim()) ||
  typeof word === 'object';

/** Whether it ended as these bytes say: never well by a word of another meaning, nor badly where nothing is said to have failed. */
export function endsSo(name: string, end: string, { status, body }: Answer, jobId: string): boolean {
  const json = parseExactly(body);
  const stacks = way(json, 'stacks');
  const own = Array.isArray(stacks) ? stacks.find((one) => same(way(one, 'id'), jobId)) : undefined;
  const job: unknown = name === 'heat-stack' ? own : way(json, SAY[name]?.job ?? '');
  const [word] = (STATUS_WORDS[name] ?? SAY[name]!.status)
    .map((path) => way(job, path))
    .filter((one) => !isBlank(one))
    .map((one) => String(one).trim());
  const [good, bad] = WORDS[name]!;
  const byStatus = name === 'azure-location';
  if (end === 'succeeded')
    return word === undefined ? byStatus && [200, 201, 204].includes(status) : good.test(word);
  const isWrong = ['error', 'properties.error', 'fault', 'httpErrorMessage', 'FailedCount'].some(
    (key) => way(job, key) !== undefined,
  );
  // Of several operations in one task each may say it.
  const isPartly = /"(failed|deleted)"/i.test(JSON.stringify(way(job, 'OperationProgressSet') ?? ''));
  return (
    isWrong ||
    isPartly ||
    (word !== undefined && bad.test(word)) ||
    (byStatus && [400, 409, 412, 422].includes(status))
  );
}

import { describe, expect, test } from 'vitest';
import { remembered } from '../../../lib/core/remembered.ts';
import { read } from '../../../lib/adapters/clouds/parse.ts';
import { DOUBTED, DOUBTS } from './doubts.ts';
import { EXAMPLES, spoken } from './families.ts';
import { answer } from './fixture.ts';

const dialectOf = remembered(20, (name) =>
  spoken(name, EXAMPLES.includes(`  ${name}:`) ? EXAMPLES : DOUBTED),
);

describe.each(['succeeded', null] as const)('an answer that ends %s', (end) => {
  test.each(DOUBTS.filter((one) => one.end === end))('$dialect: $says', ({ dialect, status, body }) => {
    const seen = read(dialectOf(dialect), 'j-1', answer(status, body));
    const { kind } = seen;
    expect([kind === 'succeeded' || kind === 'failed' ? kind : null, seen]).toEqual([end, seen]);
  });
});

test('sixty answers at least, of each kind twenty', () => {
  expect(DOUBTS.length).toBeGreaterThanOrEqual(60);
  expect(DOUBTS.filter(({ end }) => end === null).length).toBeGreaterThanOrEqual(20);
  expect(DOUBTS.filter(({ end }) => end !== null).length).toBeGreaterThanOrEqual(20);
});

test('what is doubted says where that stands and what to do', () => {
  const said = (name: string, body: unknown): string => {
    const seen = read(dialectOf(name), 'j-1', answer(200, body));
    return 'detail' in seen ? seen.detail : seen.kind;
  };
  expect(said('by-status', { Message: 'An error has occurred.' })).toBe(
    'HTTP 200: status HTTP 200 is a success, but Message speaks of a failure: read the status there, or name it in not_failures',
  );
  expect(said('by-status', { message: 'Please sign in' })).toBe(
    'HTTP 200: status HTTP 200 is a success, but message is all that it says: read the status elsewhere, or name it in not_failures',
  );
  expect(said('by-word', { job: { id: 'j-1', state: 'done', a: [{ b: { error: 'x' } }] } })).toBe(
    'HTTP 200: status done is a success, but a.b.error has an error: name it in failed_if or not_failures',
  );
});

test('what the dialect names means nothing, however deep', () => {
  const named = (place: string) => spoken('by-word', DOUBTED.replace('[former,', `[${place},`));
  const body = { job: { id: 'j-1', state: 'done', a: [{ b: { error: 'x' } }] } };
  expect(read(named('former'), 'j-1', answer(200, body)).kind).toBe('malformed');
  for (const place of ['a', 'a.b', 'a.b.error', 'a.0.b'])
    expect(read(named(place), 'j-1', answer(200, body)).kind).toBe('succeeded');
});

test('an answer that is nested or long without end is read in no time', () => {
  let deep: unknown = { error: 'x' };
  for (let n = 0; n < 1_000; n += 1) deep = { a: [[[deep]]] };
  const long = Array.from({ length: 50_000 }, (_, n) => ({ n }));
  const body = { job: { id: 'j-1', state: 'done', deep, long } };
  expect(read(dialectOf('by-word'), 'j-1', answer(200, body)).kind).toBe('succeeded');
});

import { describe, expect, test } from 'vitest';
import { read } from '../../../lib/adapters/clouds/parse.ts';
import { dialectOf } from '../../../lib/adapters/clouds/dialects.ts';
import { DOUBTED } from './doubts.ts';
import { spoken } from './families.ts';
import { answer } from './fixture.ts';
import { HARMFUL, HARMFUL_TALK, HARMLESS, HARMLESS_TALK } from './harmless.ts';

const byWord = spoken('by-word', DOUBTED);
const byStatus = spoken('by-status', DOUBTED);
const beside = (more: object) =>
  read(byWord, 'j-1', answer(200, { job: { id: 'j-1', state: 'done', ...more } }));
const alone = (body: object) => read(byStatus, 'j-1', answer(200, body));
const othersThan = (kind: string, bodies: readonly object[], tell: (body: object) => { kind: string }) =>
  bodies.filter((one) => tell(one).kind !== kind);

describe('a success ends its job beside', () => {
  test.each(Object.entries(HARMLESS))('%s', (_, bodies) => {
    expect(othersThan('succeeded', bodies, beside)).toEqual([]);
  });
});

test('a success without a word of its own ends its job where a message tells of it', () => {
  expect(othersThan('succeeded', HARMLESS_TALK, alone)).toEqual([]);
});

test('what only looks harmless keeps a success from being believed', () => {
  expect(othersThan('malformed', HARMFUL, beside)).toEqual([]);
  expect(othersThan('malformed', HARMFUL_TALK, alone)).toEqual([]);
});

test('that all is well is no failure where a dialect has its errors', () => {
  const dialect = spoken('by-word', DOUBTED.replace('entities: made', 'failed_if: error'));
  const kindWith = (error: unknown) =>
    read(dialect, 'j-1', answer(200, { job: { id: 'j-1', state: 'done', error } })).kind;
  expect(['No error.', { code: 200, message: 'success' }, 'Operation succeeded'].map(kindWith)).toEqual([
    'succeeded',
    'succeeded',
    'succeeded',
  ]);
  expect(['E17', { code: 200, message: 'no quota' }, 'Expected success'].map(kindWith)).toEqual([
    'failed',
    'failed',
    'failed',
  ]);
});

test('a job that goes on has not ended, however little it has done yet', () => {
  const dialect = spoken('by-word', DOUBTED.replace('entities: made', 'running_if: progress'));
  const kindWith = (progress: unknown) =>
    read(dialect, 'j-1', answer(200, { job: { id: 'j-1', state: 'done', progress } })).kind;
  expect(['0%', '0/5', '0.0', { code: 200 }, 'Partial success', null, 'none'].map(kindWith)).toEqual([
    ...Array.from({ length: 5 }, () => 'running'),
    'succeeded',
    'succeeded',
  ]);
});

/** Of a megabyte, as much as is taken of an answer. */
const MOST = 180_000;

test('an answer that nests as deep as a megabyte can is read', () => {
  const deep = `${'{"a":'.repeat(MOST)}1${'}'.repeat(MOST)}`;
  const body = `{"job_id":"j-1","status":"SUCCESS","x":${deep}}`;
  expect(read(dialectOf('huawei', 'ecs')!, 'j-1', { ...answer(200, ''), body }).kind).toBe('succeeded');
});

test('an answer with a name of a megabyte, and thousands of things below it, is read', () => {
  const name = 'x_'.repeat(400_000);
  const members = Object.fromEntries(Array.from({ length: 4_900 }, (_, n) => [`m${n}`, n]));
  const codes = Array.from({ length: 2_400 }, () => ({ code: 'E17', message: 'ok' }));
  for (const below of [members, codes]) expect(beside({ [name]: below }).kind).toBe('succeeded');
  const body = {
    job_id: 'j-1',
    status: 'SUCCESS',
    [name]: Array.from({ length: 20_000 }, () => ({ a: {} })),
  };
  expect(read(dialectOf('huawei', 'ecs')!, 'j-1', answer(200, body)).kind).toBe('succeeded');
});

test('a page in place of a reason that never closes what it opens is read', () => {
  const page = `<html>${'<script '.repeat(MOST / 2)}`;
  const seen = read(
    dialectOf('huawei', 'ecs')!,
    'j-1',
    answer(200, { job_id: 'j-1', status: 'FAIL', fail_reason: page }),
  );
  expect(seen.kind).toBe('failed');
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { read } from '../../../lib/adapters/clouds/parse.ts';
import { anyOf, EXAMPLES, FAMILIES, spoken } from './families.ts';
import { answer } from './fixture.ts';
import { UNSEEN } from './held-out.ts';

describe.each(FAMILIES.map((family) => [family.dialect, family] as const))('%s', (name, family) => {
  const dialect = spoken(name);
  const rows = [...family.rows, ...anyOf(family)];

  test('is shown in forty answers at least', () => expect(rows.length).toBeGreaterThanOrEqual(40));

  test.each(rows)('$name: $kind', ({ status, body, kind, report }) => {
    const seen = read(dialect, family.jobId, answer(status, body));
    expect(seen).toMatchObject({ kind, ...(report && { report }) });
  });
});

describe.each(Object.entries(UNSEEN))('%s, of what it was not written after,', (name, unseen) => {
  const dialect = spoken(name);
  const { jobId } = FAMILIES.find((family) => family.dialect === name)!;

  test('is shown in ten answers', () => expect(unseen).toHaveLength(10));

  test.each(unseen)('$says: $end', ({ status, body, end }) => {
    const { kind } = read(dialect, jobId, answer(status, body));
    expect(kind === 'succeeded' || kind === 'failed' ? kind : null).toBe(end);
  });
});

test('docs/dialects.md explains what examples/dialects.yaml has', () => {
  const page = readFileSync(new URL('../../../docs/dialects.md', import.meta.url), 'utf8');
  const shown = [...page.matchAll(/^```yaml\n([^]*?)^```/gm)].map(
    ([, block]) => (parse(block!) as { dialects: object }).dialects,
  );
  expect(Object.assign({}, ...shown)).toEqual((parse(EXAMPLES) as { dialects: object }).dialects);
});

describe('a dialect that reads the status at the wrong place', () => {
  const WRONG = `dialects:
  wrong:
    clouds: [acme]
    path: /jobs/{job_id}
    job: job
    id: id
    status: progress
    words: { running: [doing], succeeded: [done], failed: [broken] }
    entities: made
    sub_jobs: steps
    not_failures: before
`;
  const dialect = spoken('wrong', WRONG);
  const kindOf = (more: object, around: object = {}) =>
    read(dialect, 'j-1', answer(200, { job: { id: 'j-1', progress: 'done', ...more }, ...around })).kind;

  test.each<[object, object?]>([
    [{ status: 'FAILED' }],
    [{ state: 'create_failed' }],
    [{ result: 'FAILURE' }],
    [{ outcome: { ok: false, message: 'boom' } }],
    [{ metadata: { conclusion: 'timed_out' } }],
    [{ success: false }],
    [{ is_successful: 'false' }],
    [{ succeeded: 0 }],
    [{ exit_code: 1 }],
    [{ code: 'E17', message: 'the disk is full' }],
    [{}, { status: 'error' }],
    [{}, { success: false }],
    [{}, { code: 500, message: 'internal' }],
  ])('tells no success where %j %j says that it is none', (more, around) =>
    expect(kindOf(more, around)).toBe('malformed'),
  );

  test.each<[object, object?]>([
    [{ status: 'SUCCESS', state: 'available', result: 'ok', success: true }],
    [{ result: 'no error' }],
    [{ result: '0 failed' }],
    [{ exit_code: 0, code: 0, message: 'done' }],
    [{ made: { status: 'error' }, steps: [{ id: 's', progress: 'done', status: 'x' }] }],
    [{ before: { status: 'failed' } }],
    [{ description: 'failed', name: 'error' }],
    [{}, { code: 200, message: 'all of it is done', success: 'true' }],
  ])('believes a success beside %j %j', (more, around) => expect(kindOf(more, around)).toBe('succeeded'));

  test('may have its status under a name of codes, with a message beside it', () => {
    const byCode = spoken('wrong', WRONG.replace('status: progress', 'status: code'));
    const sent = { job: { id: 'j-1', code: 'done', message: 'all of it is there' } };
    expect(read(byCode, 'j-1', answer(200, sent)).kind).toBe('succeeded');
  });
});

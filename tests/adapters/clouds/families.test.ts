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

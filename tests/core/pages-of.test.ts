import { expect, it } from 'vitest';
import { pagesOf } from '../../lib/core/pages-of.ts';

it('asks for one page after the other, with the cursor of the former, until there is none', async () => {
  const asked: object[] = [];
  const pages = [
    { rows: [1, 2], next: 'x' },
    { rows: [], next: '' },
    { rows: [3], next: null },
  ];
  const found: number[][] = [];
  for await (const rows of pagesOf(async (query) => (asked.push(query), pages[asked.length - 1]!), 2))
    found.push(rows);
  expect(found).toEqual([[1, 2], [], [3]]);
  expect(asked).toEqual([{ limit: 2 }, { limit: 2, after: 'x' }, { limit: 2, after: '' }]);
});

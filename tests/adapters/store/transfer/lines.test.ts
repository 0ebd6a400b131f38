import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../../../lib/adapters/store/sqlite/index.ts';
import { readEntries, splitLines } from '../../../../lib/adapters/store/transfer/lines.ts';
import { listedRows, TABLES } from '../../../../lib/adapters/store/transfer/rows.ts';
import { fill, inPieces, textOf } from './kit.ts';

let text: string;
let lines: string[];
beforeAll(async () => {
  const store = openStore(':memory:');
  await fill(store);
  text = await textOf(listedRows(store));
  lines = text.split('\n').slice(0, -1);
  await store.close();
});

async function read(written: string, size?: number): Promise<number> {
  let rows = 0;
  for await (const _ of readEntries(splitLines(inPieces(written, size)))) rows += 1;
  return rows;
}
const joined = (all: readonly string[]): string => all.map((line) => `${line}\n`).join('');
const indexOf = (table: string): number => lines.findIndex((line) => line.startsWith(`{"table":"${table}"`));
/** All lines, with one of this table changed. */
const changed = (table: string, change: (row: Record<string, unknown>) => unknown): string =>
  joined(
    lines.map((line, i) => {
      if (i !== indexOf(table)) return line;
      const { row } = JSON.parse(line) as { row: Record<string, unknown> };
      return JSON.stringify({ table, row: change(row) });
    }),
  );

describe('the file', () => {
  it('is one line for what it is, one for each row, and one that counts them', async () => {
    expect(JSON.parse(lines[0]!)).toEqual({ format: 'jobchime-export', version: 3 });
    const tables = lines.slice(1, -1).map((line) => (JSON.parse(line) as { table: string }).table);
    expect([...new Set(tables)]).toEqual(TABLES);
    const counts = Object.fromEntries(TABLES.map((name) => [name, tables.filter((t) => t === name).length]));
    expect(JSON.parse(lines.at(-1)!)).toEqual({ end: counts });
    expect(await read(text)).toBe(27);
  });

  it('is read in pieces of any size, with line ends of any system, and with characters that others split at', async () => {
    expect(text).toContain('\u2028');
    for (const size of [1, 7, 64 * 1024]) expect(await read(text, size)).toBe(27);
    expect(await read(lines.join('\r\n'))).toBe(27);
  });

  it('is refused wherever it is cut off', async () => {
    const cuts = fc.integer({ min: 0, max: text.length - 2 });
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        await expect(read(text.slice(0, at))).rejects.toThrow(/cut off|nothing came in/);
      }),
    );
    for (let n = 1; n < lines.length; n += 1) {
      await expect(read(joined(lines.slice(0, n)))).rejects.toThrow(`cut off after line ${n}: its last line`);
    }
  });

  it('is refused where any line is missing', async () => {
    for (let n = 0; n < lines.length; n += 1) {
      await expect(read(joined(lines.toSpliced(n, 1)))).rejects.toThrow();
    }
    await expect(read(joined(lines.toSpliced(indexOf('jobs'), 1)))).rejects.toThrow(
      `line ${lines.length - 1} cannot be imported: it counts 3 jobs, and there are 2. Export again`,
    );
  });

  it('is refused in another order, twice over, or when it is something else', async () => {
    const sorted = [lines[0]!, ...lines.slice(1, -1).toReversed(), lines.at(-1)!];
    await expect(read(joined(sorted))).rejects.toThrow('events come before deliveries');
    await expect(read(text + text)).rejects.toThrow(
      `line ${lines.length + 1} cannot be imported: it comes after`,
    );
    await expect(read('')).rejects.toThrow('nothing came in');
    await expect(read('{"jobs": []}\n')).rejects.toThrow('line 1 cannot be imported: it does not say');
    await expect(read(text.replace('"version":3', '"version":4'))).rejects.toThrow(
      'written by a newer Jobchime (format 4, this one knows 3)',
    );
  });

  const secret = 'a-secret-that-is-sealed';
  const faults: [table: string, field: string, change: (row: Record<string, unknown>) => unknown][] = [
    ['tokens', 'row.hash', (row) => ({ ...row, hash: null })],
    ['subscriptions', 'row.state', (row) => ({ ...row, state: 'sleeping', definition: secret })],
    ['endpoints', 'row.outbox', (row) => ({ ...row, outbox: undefined, shown: secret })],
    ['origins', 'row.pace', (row) => ({ ...row, pace: 3 })],
    ['durations', 'row.took', (row) => ({ ...row, took: null })],
    ['jobs', 'row.due.at', (row) => ({ ...row, due: { queue: 'look:x', at: 'soon' } })],
    ['jobs', 'row.due.queue', (row) => ({ ...row, due: { queue: 'a\u0001', at: 1 } })],
    ['jobs', 'row.due', (row) => ({ ...row, due: null, outbox: [{ kind: 'job.lost', at: 1, sequence: 1 }] })],
    ['jobs', 'row.createdAt', (row) => ({ ...row, createdAt: -1 })],
    ['deliveries', 'row.event.metadata', (row) => ({ ...row, event: { kind: 'ping', subject: secret } })],
    ['deliveries', 'row.key', (row) => ({ ...row, key: '' })],
    ['deliveries', 'row', () => secret],
  ];
  it.each(faults)(
    'with a faulty row of %s is refused, naming line, field and what to do (%s)',
    async (...fault) => {
      const [table, field, change] = fault;
      const error = await read(changed(table, change)).catch((thrown: unknown) => thrown);
      const { message } = error as Error;
      expect(message).toMatch(new RegExp(`^line ${indexOf(table) + 1} cannot be imported: ${field}: `));
      expect(message).toContain('Export again');
      expect(message).not.toContain(secret);
    },
  );

  it('that is damaged is not quoted', async () => {
    const damaged = text.replace('"hash":"', '"hash":"\u0007');
    await expect(read(damaged)).rejects.toThrow('line 2 cannot be imported: it is no JSON');
    await expect(read(joined(lines.with(3, '{"table":"passwords","row":{}}')))).rejects.toThrow(
      'line 4 cannot be imported: table: ',
    );
  });
});

import * as z from 'zod';
import { withPresentNames } from '../../../core/former-names.ts';
import { isRecord } from '../../../core/is-record.ts';
import { parseJson } from '../../../core/parse-json.ts';
import { ROW_SCHEMAS } from './row-schemas.ts';
import { TABLES, type Moved, type TableName } from './rows.ts';

/** A row on its way. */
export interface Entry {
  table: TableName;
  row: Moved;
}
export type Counts = Record<TableName, number>;

export const noRows = (): Counts => Object.fromEntries(TABLES.map((name) => [name, 0])) as Counts;

const FORMAT = 'jobchime-export';
/** Goes up when an older Jobchime could not read the rows any more. */
const VERSION = 3;

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
/** The first line says what this is, the last one how much there is of it: without that the file is cut off. */
export const firstLine = (): string => line({ format: FORMAT, version: VERSION });
export const rowLine = (entry: Entry): string => line(entry);
export const lastLine = (rows: Counts): string => line({ end: rows });

const head = z.object({ format: z.literal(FORMAT), version: z.int() });
const entry = z.object({ table: z.enum(TABLES), row: z.looseObject({}) });
const end = z.object({ end: z.partialRecord(z.enum(TABLES), z.int().nonnegative()) });

/** The rows of a file that `exportLines` made. Throws an `Error` that names the line, what is wrong with it and what to do. */
export async function* readEntries(lines: AsyncIterable<string>): AsyncGenerator<Entry> {
  const counted = noRows();
  let number = 0;
  let ended = false;
  for await (const written of lines) {
    number += 1;
    if (written.trim() === '') continue;
    if (ended) throw fault(number, 'it comes after the last line; two files were put together');
    const value = parse(written, number);
    if (number === 1) checkHead(value);
    else if (isEnd(value)) {
      ended = true;
      checkEnd(checked(end, value, number).end, counted, number);
    } else {
      const { table } = checked(entry, value, number);
      const row = withPresentNames(table, (value as { row: object }).row);
      checked(ROW_SCHEMAS[table], row, number, ['row']);
      const later = TABLES.find((name, i) => i > TABLES.indexOf(table) && counted[name] > 0);
      if (later) throw fault(number, `${table} come before ${later}; the lines were put into another order`);
      counted[table] += 1;
      // As it was parsed, but for former names: checking is no reason to change it.
      yield { table, row: row as Moved };
    }
  }
  if (number === 0)
    throw new Error('nothing came in; give it what `jobchime export` wrote: < jobchime.jsonl');
  if (!ended) {
    throw new Error(
      `the file is cut off after line ${number}: its last line, which counts the rows, is missing. ${AGAIN}`,
    );
  }
}

const AGAIN = 'Export again and import that: what is there already is skipped.';

const fault = (number: number, problem: string): Error =>
  new Error(`line ${number} cannot be imported: ${problem}. ${AGAIN}`);

function parse(written: string, number: number): unknown {
  const value = parseJson(written);
  // Not in the parser's words: they quote the line.
  if (value === undefined) throw fault(number, 'it is no JSON, so it is damaged or cut off');
  return value;
}

function checkHead(value: unknown): void {
  const { data } = head.safeParse(value);
  if (!data)
    throw fault(1, `it does not say {"format":"${FORMAT}"}; this is not what \`jobchime export\` wrote`);
  if (data.version > VERSION) {
    throw new Error(
      `the file was written by a newer Jobchime (format ${data.version}, this one knows ${VERSION}); install that version`,
    );
  }
}

const isEnd = (value: unknown): boolean => isRecord(value) && 'end' in value;

/** What an older Jobchime did not have yet, its file does not count. */
function checkEnd(told: Partial<Counts>, counted: Counts, number: number): void {
  const wrong = TABLES.find((name) => (told[name] ?? 0) !== counted[name]);
  if (wrong) throw fault(number, `it counts ${told[wrong] ?? 0} ${wrong}, and there are ${counted[wrong]}`);
}

function checked<T>(schema: z.ZodType<T>, value: unknown, number: number, at: readonly string[] = []): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  const where = [...at, ...issue!.path].join('.');
  throw fault(number, `${where ? `${where}: ` : ''}${issue!.message}`);
}

/** Lines of a text that comes in pieces. Only `\n` ends one: JSON may hold U+2028, which other splitters take for an end. */
export async function* splitLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== '') yield rest;
}

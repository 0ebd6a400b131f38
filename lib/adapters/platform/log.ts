import { truncate } from '../../core/jobs/bounds.ts';
import type { Clock, Telemetry } from '../../ports.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

export interface LogOptions {
  /** Takes one line, without its line break. */
  write: (line: string) => void;
  redact: (text: string) => string;
  clock: Clock;
  /** Lines below it are left out. */
  level: Level;
}

/** One line is one event: it must stay readable, and a log pipeline cuts lines of some 16 KB and more. */
export const MAX = { text: 1_000, entries: 50, depth: 6 };
/** Fields whose values are words of closed lists. All else may quote somebody. */
const OURS: ReadonlySet<string> = new Set(['kind', 'channel', 'outcome']);

/**
 * JSON lines: `{ time, level, event, ...fields }`. What came from outside is redacted and cut, whatever is in the fields can be written,
 * and an error is its name and message (at level `debug` its stack too). Never throws: a log must not break what it reports.
 */
export function createTelemetry({ write, redact, clock, level: lowest }: LogOptions): Telemetry {
  const stacks = lowest === 'debug';

  const text = (value: string): string => truncate(redact(value), MAX.text);

  const plain = (value: unknown, parents: readonly object[]): unknown => {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'bigint') return String(value);
    if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
    if (typeof value !== 'object' || value === null) return value;
    if (parents.includes(value)) return '[circular]';
    if (parents.length >= MAX.depth) return '[too deep]';
    const inside = [...parents, value];
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no time' : value.toISOString();
    if (value instanceof Error) return plain(describe(value), inside);
    if (value instanceof Map) return plain(Object.fromEntries(value), parents);
    if (value instanceof Set) return plain([...value], parents);
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (Array.isArray(value))
      return bounded(value, `…${value.length - MAX.entries} more`).map((v) => plain(v, inside));
    const entries = Object.entries(value);
    return Object.fromEntries(
      bounded(entries, ['…', `${entries.length - MAX.entries} more`]).map(([k, v]) => [
        text(k),
        plain(v, inside),
      ]),
    );
  };

  const describe = (error: Error): Record<string, unknown> => ({
    name: error.name,
    message: error.message,
    ...('code' in error && { code: error.code }),
    ...(error.cause !== undefined && { cause: error.cause }),
    ...(stacks && { stack: error.stack }),
  });

  /** A getter may throw: then the line says so instead. */
  const fieldsOf = (fields: Record<string, unknown>): object => {
    try {
      const own = Object.entries(fields);
      const entries = bounded(own, ['…', `${own.length - MAX.entries} more`]);
      return Object.fromEntries(
        entries.map(([name, value]) =>
          OURS.has(name) && typeof value === 'string' ? [name, value] : [text(name), plain(value, [fields])],
        ),
      );
    } catch (error) {
      return { fields: 'unreadable', error: plain(error, []) };
    }
  };

  return {
    line(level, event, fields) {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(lowest)) return;
      // First for its place, last because a field must not stand in for it.
      const head = { time: new Date(clock()).toISOString(), level, event: text(event) };
      const line = JSON.stringify({ ...head, ...fieldsOf(fields), ...head });
      try {
        write(line);
      } catch {
        // The log is closed or full, and there is no other place to report it.
      }
    },
  };
}

const bounded = <T>(items: readonly T[], marker: T): T[] =>
  items.length <= MAX.entries ? [...items] : [...items.slice(0, MAX.entries), marker];

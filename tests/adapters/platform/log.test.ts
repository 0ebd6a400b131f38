import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTelemetry, type LogOptions } from '../../../lib/adapters/platform/log.ts';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';

function recorder(over: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const telemetry = createTelemetry({
    write: (line) => void lines.push(line),
    redact: (text) => text,
    clock: () => Date.parse('2026-03-01T12:00:00Z'),
    level: 'info',
    ...over,
  });
  return { ...telemetry, lines, last: () => JSON.parse(lines.at(-1)!) as Record<string, unknown> };
}

test('a line is one JSON object that begins with time, level and event', () => {
  const log = recorder();
  log.line('info', 'job.checked', { job: 'a/b/c', ms: 12, reason: 'running', text: 'two\nlines' });
  expect(log.lines).toEqual([
    '{"time":"2026-03-01T12:00:00.000Z","level":"info","event":"job.checked","job":"a/b/c","ms":12,"reason":"running","text":"two\\nlines"}',
  ]);
});

test('lines below the level are left out', () => {
  const log = recorder({ level: 'warn' });
  for (const level of ['debug', 'info', 'warn', 'error'] as const) log.line(level, level, {});
  expect(log.lines.map((line) => JSON.parse(line).event)).toEqual(['warn', 'error']);
});

test('a field cannot stand in for time, level or event', () => {
  const log = recorder();
  const fields = { time: 'never', level: 'info', event: 'fake', more: 1 } as never;
  log.line('error', 'real', fields);
  expect(log.last()).toEqual({ time: '2026-03-01T12:00:00.000Z', level: 'error', event: 'real', more: 1 });
});

describe('values', () => {
  test('of every kind can be written', () => {
    const log = recorder();
    const circle: Record<string, unknown> = { name: 'circle' };
    circle.self = circle;
    log.line('info', 'x', {
      circle,
      twice: [circle.name, circle.name],
      big: 2n ** 70n,
      fn: () => 'never called',
      symbol: Symbol('s'),
      date: new Date(0),
      noDate: new Date(Number.NaN),
      nan: Number.NaN,
      map: new Map([['a', 1]]),
      set: new Set([1, 2]),
      bytes: Buffer.from('secret'),
      nothing: undefined,
      none: null,
    });
    expect(log.last()).toMatchObject({
      circle: { name: 'circle', self: '[circular]' },
      twice: ['circle', 'circle'],
      big: '1180591620717411303424',
      fn: '[function]',
      symbol: '[symbol]',
      date: '1970-01-01T00:00:00.000Z',
      noDate: 'no time',
      nan: 'NaN',
      map: { a: 1 },
      set: [1, 2],
      bytes: '[6 bytes]',
      none: null,
    });
  });

  test('are bounded, and say where something is missing', () => {
    const log = recorder();
    const deep = Array.from({ length: 100 }).reduce<unknown>((inner) => ({ inner }), 'bottom');
    log.line('info', 'x', {
      text: 'a'.repeat(5_000),
      list: Array.from({ length: 60 }, (_, i) => i),
      wide: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${i}`, i])),
      deep,
    });
    const { text, list, wide } = log.last() as {
      text: string;
      list: unknown[];
      wide: Record<string, unknown>;
    };
    expect(text).toHaveLength(1_000);
    expect(text.endsWith('…')).toBe(true);
    expect(list).toHaveLength(51);
    expect(list.at(-1)).toBe('…10 more');
    expect(wide['…']).toBe('10 more');
    expect(log.lines[0]).toContain('[too deep]');
    expect(log.lines[0]).not.toContain('bottom');
  });

  test('that are errors are name, message, code and cause, without a stack', () => {
    const log = recorder();
    const cause = Object.assign(new Error('disk full'), { code: 'ENOSPC' });
    log.line('error', 'x', { error: new TypeError('broken', { cause }) });
    expect(log.last().error).toEqual({
      name: 'TypeError',
      message: 'broken',
      cause: { name: 'Error', message: 'disk full', code: 'ENOSPC' },
    });
  });

  test('that are errors show their stack at level debug', () => {
    const log = recorder({ level: 'debug' });
    log.line('error', 'x', { error: new Error('broken') });
    expect((log.last().error as { stack: string }).stack).toContain('log.test.ts');
  });
});

test('no secret is written, wherever it stands', () => {
  const secrets = createSecrets();
  const value = 'hunter2/hunter2+';
  const secret = secrets.add(value);
  const log = recorder({ redact: secrets.redact, level: 'debug' });
  log.line('info', `event ${value}`, {
    text: `at ${value}`,
    [`key ${value}`]: 1,
    nested: [{ deep: new Map([['k', value]]) }],
    error: new Error(`refused ${value}`, { cause: value }),
    json: JSON.stringify({ value }),
    url: `https://x.test/?k=${encodeURIComponent(value)}`,
    long: `${'a'.repeat(995)}${value}`,
    thunk: secret,
  });
  expect(log.lines[0]).toContain('[redacted]');
  // Also not the half that a cut would leave.
  for (const form of [value, encodeURIComponent(value), 'hunt']) expect(log.lines[0]).not.toContain(form);
});

describe('never throws', () => {
  test('over a getter that does', () => {
    const log = recorder();
    const fields = Object.defineProperty({}, 'bad', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    log.line('info', 'x', fields);
    expect(log.last()).toMatchObject({ event: 'x', fields: 'unreadable', error: { message: 'no' } });
  });

  test('over an output that is closed', () => {
    const log = recorder({
      write: () => {
        throw new Error('EPIPE');
      },
    });
    expect(() => log.line('info', 'x', {})).not.toThrow();
  });

  test('over anything else, and what it writes is one line of JSON', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      withNullPrototype: true,
    });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), anything), (fields) => {
        const log = recorder();
        log.line('info', 'x', fields);
        expect(log.last()).toMatchObject({ event: 'x' });
        expect(log.lines[0]).not.toContain('\n');
      }),
    );
  });
});

test('what came from outside is redacted, and the words that are always ours are left alone', () => {
  const secrets = createSecrets();
  secrets.add('failed');
  const log = recorder({ redact: secrets.redact });
  log.line('info', 'delivery.attempted', { kind: 'job.failed', outcome: 'failed', detail: 'it failed' });
  expect(log.last()).toMatchObject({ kind: 'job.failed', outcome: 'failed', detail: 'it [redacted]' });
});

/**
 * A container of AWS is frozen between two invocations and serves others afterwards: what a module remembers by itself would
 * outlive the invocation, its configuration and its secrets. What is remembered belongs to something that is opened.
 */
import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('..', import.meta.url);
const STATE = [
  // Anything that can be set.
  /^(?:export )?(?:let|var) .*$/gm,
  // What is made empty is made to be filled.
  /^(?:export )?const \w+(?:: [^=\n]+)? = (?:new (?:Map|Set|WeakMap|WeakSet|Array)(?:<[^\n]*>)?\(\)|\[\]|\{\});?$/gm,
];
const stateIn = (text: string): string[] => STATE.flatMap((form) => text.match(form) ?? []);

/** Each with a reason. */
const KEPT: Record<string, string[]> = {
  // On one machine alone: a lock lasts as long as its connection, which must not be collected.
  'lib/adapters/store/sqlite/lock.ts': ['const held = new Set<DatabaseSync>();'],
  // Nothing, and its type says that nothing is ever put into it.
  'lib/core/jobs/sketch.ts': ['export const NO_SKETCH: Sketch = {};'],
};

it('no module remembers anything by itself', () => {
  const files = globSync('{lib,functions,receiver,client}/**/*.ts', { cwd: root.pathname });
  expect(files.length).toBeGreaterThan(200);
  const found = files.flatMap((file) => {
    const state = stateIn(readFileSync(new URL(file, root), 'utf8'));
    return state.length > 0 ? [[file, state] as const] : [];
  });
  expect(Object.fromEntries(found)).toEqual(KEPT);
});

it.each([
  ['let calls = 0;', 1],
  ['export var last: Row | null = null;', 1],
  ['const seen = new Map<string, Row>();', 1],
  ['export const rows: Row[] = [];', 1],
  ['const cache: Record<string, Row> = {};', 1],
  ['function f() {\n  let calls = 0;\n  const seen = new Map();\n}', 0],
  ["const WORDS = new Map([['a', 1]]);", 0],
  ['const NONE: readonly string[] = [] as const;', 0],
])('of %s it would be found', (text, times) => {
  expect(stateIn(text)).toHaveLength(times);
});
